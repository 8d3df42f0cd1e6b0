import Market
import Testing

@testable import World

/// Orders that protect go out while the disk refuses their records; the program dies, and the next one takes them for
/// what they are.
@Suite struct LostOrderTests {
    @Test func ordersThatTheJournalLostAreAccountedForToTheLastUnit() throws {
        var scenario = try Scenario.demo(days: 1, timeframe: .m1).managedLife()
        scenario.script.world = []
        var found = 0
        for minute in [Int64(22), 26, 30] {
            var scenario = scenario
            scenario.length = .minutes(minute + 14)
            // The disk refuses while the position is held and its stop follows; then the machine dies.
            scenario.script.world = [
                WorldFault(.diskFull, at: scenario.start + .minutes(minute), lasting: .minutes(5)),
                WorldFault(.killAfterSend, at: scenario.start + .minutes(minute + 1), lasting: .zero),
            ]
            var world = try scenario.world(seed: 1)
            world.run(until: scenario.end)
            world.conclude(equity: scenario.equity)
            found += world.life[.found]
            #expect(world.judge.violations.isEmpty, "\(minute): \(world.judge.violations.prefix(2))")
            #expect(!world.judge.hasStrays)
        }
        #expect(found > 0)
    }
}
