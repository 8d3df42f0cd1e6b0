import Foundation
import Testing

/// What goes where: results to stdout, everything else to stderr, colour to terminals only.
@Suite struct StreamTests {
    static let small = ["--set", "demo.days=2", "--set", "backtest.random_runs=0"]

    @Test(arguments: [
        ["backtest", "--format", "json"] + small,
        ["backtest", "--format", "json", "--path", "all"] + small,
        ["backtest", "--format", "json", "--audit"] + small,
        ["data", "list", "--data", "data", "--format", "json"],
        ["config", "show", "--format", "json"],
        ["config", "schema", "--format", "json"],
    ])
    func jsonStandsAloneOnStdout(_ arguments: [String]) throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(), to: "data/btcusd_spot_15m.csv")
        let run = try CommandRun(arguments, in: folder)
        #expect(run.code == 0)
        let object = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any]
        #expect(object?.isEmpty == false)
        #expect(run.stdout.hasPrefix("{\n") && run.stdout.hasSuffix("}\n"))
        // Nothing of it, and nothing like it, on the other side.
        #expect(run.stderr.split(separator: "\n").allSatisfy { $0.hasPrefix("notice: ") })
    }

    @Test func quietLeavesTheResultOnly() throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(), to: "data/btcusdt_spot_15m.csv")
        let arguments = ["backtest", "--data", "data", "--out", "out"] + Self.small
        let loud = try CommandRun(arguments, in: folder)
        #expect(loud.stderr.contains("notice: ") && loud.stderr.contains("report: out/report.html"))
        let quiet = try CommandRun(arguments + ["--quiet"], in: folder)
        #expect(quiet.code == 0 && quiet.stderr.isEmpty)
        #expect(quiet.stdout == loud.stdout && !quiet.stdout.isEmpty)
    }

    /// One line per event, each an object.
    @Test func linesOfEventsAreObjects() throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(), to: "candles.csv")
        let run = try CommandRun(["smc", "--input", "candles.csv", "--format", "jsonl"], in: folder)
        let lines = run.stdout.split(separator: "\n")
        #expect(run.code == 0 && run.stderr.isEmpty && lines.count > 10)
        for line in lines { #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any]) }
    }

    @Test func colourIsForTerminalsThatWantIt() throws {
        let folder = try Workspace()
        let arguments = ["config", "show", "--set", "nothing=1"]
        let plain = try CommandRun(arguments, in: folder)
        #expect(plain.stderr.hasPrefix("error: "))
        let coloured = try TerminalRun(arguments, in: folder)
        #expect(coloured.screen.contains("\u{1B}[31merror:\u{1B}[0m ") && coloured.code == 2)
        let refused = try TerminalRun(arguments, in: folder, environment: ["NO_COLOR": "1"])
        #expect(refused.screen.hasPrefix("error: ") && !refused.screen.contains("\u{1B}") && refused.code == 2)
        // An empty NO_COLOR does not count (no-color.org).
        let empty = try TerminalRun(arguments, in: folder, environment: ["NO_COLOR": ""])
        #expect(empty.screen.contains("\u{1B}[31m"))
    }

    @Test func resultsAreColouredOnATerminalOnly() throws {
        let folder = try Workspace()
        let arguments = ["config", "schema"]
        #expect(try !CommandRun(arguments, in: folder).stdout.contains("\u{1B}"))
        #expect(try TerminalRun(arguments, in: folder).screen.contains("\u{1B}[1m"))
        let refused = try TerminalRun(arguments, in: folder, environment: ["NO_COLOR": "1"])
        #expect(!refused.screen.contains("\u{1B}"))
    }
}
