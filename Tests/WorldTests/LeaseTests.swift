import Kraken
import Market
import Testing
import Trading

@testable import Operations
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

    /// An operator's order is heard while the lease is in doubt: whatever it makes the session send waits.
    private func asking() throws -> (Runtime, Timestamp, [SessionAction]) {
        var (runtime, now) = try running()
        var effects: [Effect] = []
        runtime.handle(.leaseDoubted(true), at: now, into: &effects)
        now = now + .milliseconds(100)
        runtime.handle(.commanded(.reconcile), at: now, into: &effects)
        #expect(sent(effects).isEmpty, "nothing leaves before the answer")
        return (runtime, now, sent(effects))
    }

    private func sent(_ effects: [Effect]) -> [SessionAction] {
        effects.compactMap { if case .perform(.account, let action) = $0 { action } else { nil } }
    }

    @Test func whatWaitedLeavesInOrderWhenItIsConfirmed() throws {
        var (runtime, now, _) = try asking()
        var effects: [Effect] = []
        now = now + .milliseconds(100)
        runtime.handle(.leaseDoubted(false), at: now, into: &effects)
        #expect(sent(effects).count > 2, "orders, positions, account, fills")
        effects = []
        runtime.handle(.leaseDoubted(false), at: now, into: &effects)
        #expect(sent(effects).isEmpty, "once")
    }

    @Test func whatProtectsWaitsForAStoreOnlyForAMoment() throws {
        var (runtime, now, _) = try asking()
        let wake = try #require(runtime.nextWake)
        #expect(wake <= now + .seconds(3))
        var effects: [Effect] = []
        now = now + .seconds(3)
        runtime.handle(.woke, at: now, into: &effects)
        #expect(sent(effects).count > 2)
    }

    @Test func whatWaitedIsDroppedWhenAnotherHasTheAccount() throws {
        var (runtime, now, _) = try asking()
        var effects: [Effect] = []
        now = now + .milliseconds(100)
        runtime.handle(.leaseLost("host b, pid 7"), at: now, into: &effects)
        now = now + .seconds(10)
        runtime.handle(.woke, at: now, into: &effects)
        runtime.release(at: now, into: &effects)
        #expect(sent(effects).isEmpty)
    }
}

/// Two instances on one account.
@Suite struct TwoInstanceTests {
    private func world(_ faults: [WorldFault], sabotage: Sabotage? = nil) throws -> (World, Scenario) {
        var scenario = try Scenario.demo(days: 1, timeframe: .m1).managedLife()
        scenario.script.world = faults.map {
            WorldFault($0.kind, at: scenario.start + ($0.at - Timestamp(seconds: 0)), lasting: $0.lasting)
        }
        scenario.length = .minutes(40)
        scenario.sabotage = sabotage
        return (try scenario.world(seed: 1), scenario)
    }

    private func after(_ minutes: Int64) -> Timestamp { Timestamp(seconds: 60 * minutes) }

    @Test func aSecondOneIsRefusedWhileTheFirstIsHeardOf() throws {
        var (world, scenario) = try world([
            WorldFault(.secondInstance, at: after(10), lasting: .zero),
            WorldFault(.freeze, at: after(20), lasting: .seconds(12)),
            WorldFault(.secondInstance, at: after(20) + .seconds(10), lasting: .zero),
        ])
        world.run(until: scenario.end)
        world.conclude(equity: scenario.equity)
        #expect(world.refusals == 3 && world.takeovers == 0 && world.starts == 1)
        #expect(world.judge.violations.isEmpty, "\(world.judge.violations.prefix(2))")
    }

    /// Stopped while it holds a position; the second recovers and trades on; the first wakes, sends nothing and ends.
    @Test func aPausedOneIsReplacedAndEndsWhenItWakes() throws {
        var (world, scenario) = try world([WorldFault(.pausedInstance, at: after(26), lasting: .minutes(2))])
        world.run(until: scenario.end)
        world.conclude(equity: scenario.equity)
        #expect(world.takeovers == 1 && world.fenced == 1 && world.starts == 2)
        #expect(world.runtime?.phase == .ready && world.leases.token == 2)
        #expect(world.judge.violations.isEmpty, "\(world.judge.violations.prefix(2))")
        #expect(world.judge.checks[.fencing] ?? 0 > 10)
    }

    @Test func oneThatDoesNotCheckIsSeen() throws {
        var (world, scenario) = try world(
            [WorldFault(.pausedInstance, at: after(26), lasting: .minutes(2))], sabotage: .leaseNotChecked)
        world.run(until: scenario.end)
        #expect(world.judge.violations.contains { $0.invariant == .fencing })
    }

    @Test func theStoreLetsOneInAtATime() {
        var store = LeaseStore()
        let begin = Timestamp(seconds: 1_000)
        #expect(store.take(for: "a", at: begin) == .taken(token: 1))
        #expect(store.take(for: "b", at: begin + .seconds(10)) == .refused(holder: "a"))
        let (first, at) = (store.renew(1, at: begin + .seconds(10)), begin + .seconds(29))
        #expect(first)
        #expect(store.take(for: "b", at: at) == .refused(holder: "a"))
        #expect(store.take(for: "b", at: at + .seconds(1)) == .taken(token: 2))
        let late = store.renew(1, at: at + .seconds(2))
        #expect(!late && store.holder == "b")
        store.free(1)
        #expect(store.holder == "b", "what is not held cannot be given back")
        store.free(2)
        #expect(store.take(for: "c", at: at + .seconds(2)) == .taken(token: 3))
    }
}
