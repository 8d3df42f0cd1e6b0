import Market
import Operations
import Testing
import Trading

@testable import World

/// What a running program does when it may no longer be the one that runs the account.
@Suite struct LeaseTests {
    private func running() throws -> (Runtime, Timestamp) {
        var world = try Scenario.demo(days: 1).world(seed: 1)
        world.run(until: world.now + .hours(2))
        let runtime = try #require(world.runtime)
        #expect(runtime.phase == .ready)
        return (runtime, world.programNow)
    }

    @Test func inDoubtNothingIsOpenedUntilItIsConfirmed() throws {
        var (runtime, now) = try running()
        var effects: [Effect] = []
        runtime.handle(.leaseDoubted(true), at: now, into: &effects)
        #expect(runtime.phase == .hold([.leaseDoubted]))
        #expect(runtime.trader?.safety == .ready, "nothing is latched: it ends by itself")
        now = now + .seconds(1)
        runtime.handle(.leaseDoubted(false), at: now, into: &effects)
        #expect(runtime.phase == .ready)
        #expect(runtime.endReason == nil)
    }

    @Test func whoeverLostItSendsNothingMoreAndEnds() throws {
        var (runtime, now) = try running()
        var effects: [Effect] = []
        runtime.handle(.leaseLost("host b, pid 7"), at: now, into: &effects)
        #expect(runtime.endReason == "the lease was lost" && !runtime.holdsOrders)
        let alerts = effects.compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
        #expect(alerts.contains { $0.severity == .critical && $0.text.contains("host b, pid 7") })
        let sent = effects.filter { if case .perform(.account, _) = $0 { true } else { false } }
        #expect(sent.isEmpty, "what is at the exchange belongs to the other now")
    }
}
