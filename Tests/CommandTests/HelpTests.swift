import Foundation
import Testing

/// Help of every command, checked against what others script against and against the parser's own list.
@Suite struct HelpTests {
    static let promised: [(command: [String], options: [String])] = [
        (
            ["backtest"],
            [
                "--start", "--end", "--symbol", "--data", "--config", "--set", "--out", "--format", "--path", "--audit",
                "--quiet", "--verbose",
            ]
        ),
        (["data", "list"], ["--data", "--format"]),
        (["data", "verify"], ["--data", "--quiet", "--verbose"]),
        (
            ["smc"],
            [
                "--input", "--timeframe", "--format", "--compat", "--function", "--swing-length", "--join-consecutive",
                "--close-break", "--close-mitigation", "--range-percent", "--time-frame", "--session",
            ]
        ),
        (["indicators"], ["--input", "--columns"]),
        (
            ["exchange"],
            [
                "--port", "--host", "--data", "--start", "--speed", "--faults", "--seed", "--accounts", "--admin",
                "--tls-certificate", "--tls-key", "--format", "--config", "--set", "--quiet", "--verbose",
            ]
        ),
        (["config", "show"], ["--config", "--set", "--format"]),
        (["config", "schema"], ["--format"]),
        (["config", "init"], []),
    ]

    @Test(arguments: promised.indices) func helpNamesWhatIsPromised(_ index: Int) throws {
        let (command, options) = Self.promised[index]
        let help = try CommandRun(command + ["--help"], in: try Workspace())
        #expect(help.code == 0 && help.stderr.isEmpty)
        #expect(help.stdout.contains("USAGE: trident \(command.joined(separator: " "))"))
        for option in options { #expect(help.stdout.contains(option), "\(option)") }
    }

    /// The parser's description of a command.
    private struct Description: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { let name: String }
            let abstract: String?
            let names: [Name]?
            let valueName: String?
        }
        let commandName: String
        let abstract: String?
        let arguments: [Argument]?
        let subcommands: [Description]?
    }
    private struct Dump: Decodable { let command: Description }

    @Test func everyCommandExplainsEveryOption() throws {
        let folder = try Workspace()
        let dump = try CommandRun(["--experimental-dump-help"], in: folder)
        try #require(dump.code == 0)
        let root = try JSONDecoder().decode(Dump.self, from: Data(dump.stdout.utf8)).command
        var seen: [String] = []
        func visit(_ command: Description, _ path: [String]) throws {
            guard command.commandName != "help" else { return }
            seen.append(path.joined(separator: " "))
            let help = try CommandRun(path + ["--help"], in: folder)
            #expect(help.code == 0 && help.stderr.isEmpty, "\(path)")
            #expect(command.abstract?.isEmpty == false, "\(path)")
            for argument in command.arguments ?? [] {
                let name = argument.names?.last.map { "--" + $0.name } ?? "<\(argument.valueName ?? "?")>"
                #expect(help.stdout.contains(name), "\(path): \(name)")
                #expect(argument.abstract?.isEmpty == false, "\(path): \(name) is not explained")
            }
            for inner in command.subcommands ?? [] { try visit(inner, path + [inner.commandName]) }
        }
        try visit(root, [])
        for promised in Self.promised { #expect(seen.contains(promised.command.joined(separator: " "))) }
    }
}
