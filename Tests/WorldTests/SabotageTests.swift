import Foundation
import Market
import Research
import Testing
import World

@Suite struct SabotageTests {
    @Test func plantedBugsAreSeen() throws {
        var scenario = try Scenario.demo(days: 1, timeframe: .m1)
        scenario.length = .hours(1)
        let bugs: [Sabotage] = [.stopNotReduceOnly, .syncSkipped, .laterStopsLost]
        let rows = try SabotageTable(scenario, first: 1, most: 1).run(bugs, on: OneByOne())
        #expect(
            rows.map { $0.violation?.invariant } == [.asRecorded, .recordedFirst, .nakedTime])
    }

    @Test func theDocumentsNameEveryBugAndEveryInvariant() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/reliability.md"), encoding: .utf8)
        for bug in Sabotage.allCases { #expect(text.contains("| `\(bug.rawValue)` | `")) }
        for invariant in Invariant.allCases { #expect(text.contains("| `\(invariant.rawValue)` |")) }
        for mode in CrashMode.allCases { #expect(text.contains("| `\(mode.rawValue)` |")) }
    }
}
