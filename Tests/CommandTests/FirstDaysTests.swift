import Foundation
import Journal
import Market
import Sessions
import Testing

/// Real orders of the first days are sized from a part of the capital. Kraken is not reached: without keys the start ends.
@Suite struct FirstDaysTests {
    private func start(in folder: Workspace, _ settings: String...) throws -> CommandRun {
        try CommandRun(
            ["live", "--confirm", "main", "--override", "I trade real money without a paper record"]
                + settings.flatMap { ["--set", $0] }, in: folder)
    }

    @Test func theCapIsSaidAndCanBeSwitchedOff() throws {
        let folder = try Workspace()
        let run = try start(in: folder)
        #expect(run.code == 2 && run.stderr.contains("no keys"), "\(run.stderr)")
        #expect(run.stderr.contains("first days: risk.capital_cap=1000, risk.capital_cap_until=20"), "\(run.stderr)")
        #expect(try !start(in: folder, "session.first_days=0").stderr.contains("first days"))
        #expect(try !start(in: folder, "risk.capital_cap=50").stderr.contains("first days"), "the user's own stands")
    }

    /// What the first start decided stands in the journal, also in one that was put away.
    @Test(arguments: ["journal", "journal-1700000000"]) func itsEndIsDecidedOnce(_ name: String) throws {
        let folder = try Workspace()
        let state = folder.path + "/state/live-main"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let opened = Timestamp(seconds: 1_700_000_000)
        func write(_ settings: [String]) throws {
            try? FileManager.default.removeItem(atPath: state + "/" + name)
            let journal = try JournalFile(state + "/" + name) { _ in }
            journal.append(
                .opened(
                    JournalHeader(
                        mode: "live", account: "main", venue: "kraken", settings: settings, pairs: [], opened: opened)))
            try journal.sync()
        }
        try write(["risk.capital_cap_until=2023-11-16T00:00:00Z"])
        #expect(try start(in: folder).stderr.contains("risk.capital_cap_until=2023-11-16T00:00:00Z"))
        try write(["risk.capital_cap_until=off"])
        #expect(try start(in: folder).stderr.contains("risk.capital_cap_until=2023-11-21T22:13:20Z"))
    }
}
