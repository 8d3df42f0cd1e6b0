import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// What an operator's release of a halt does, and what it leaves alone.
@Suite struct ReleaseTests {
    static func desk() -> Desk {
        var risk = plainRisk()
        risk.drawdown = DrawdownLadder()
        return Desk(
            Dictionary(uniqueKeysWithValues: (0...3).map { ($0, [.signal(signal(UInt64($0) + 7, minute: $0))]) }),
            risk: risk)
    }

    static let release = Event.Fact.commanded(.release(operatorName: "ann", reason: "seen"))

    @Test func drawdownHaltEndsWithARebasedPeak() throws {
        var desk = Self.desk()
        let (stop, targets) = desk.open()
        let afterEntry = desk.allCommands.count
        desk.report(equity: 8_400, margin: 200)
        #expect(desk.trader.safety == .halted(.drawdown))
        desk.candle(1)
        #expect(desk.verdicts.last == .refused(.safety, reason: "drawdown"))
        desk.send(Self.release)
        #expect(desk.trader.safety == .ready)
        #expect(
            desk.safetyNotes.last
                == "released by ann: seen; peak equity re-based from 10000 to 8400, accepting a drawdown of 0.16")
        #expect(desk.trader.ledger.peak.value == Money(8_400))
        desk.report(equity: 8_400, margin: 200)
        #expect(desk.trader.safety == .ready, "the loss that was accepted does not halt again")
        #expect(desk.allCommands.count == afterEntry, "stop and targets are left alone throughout")
        #expect(desk.trader.openPositions.map(\.protected) == [coins(10)])
        // The stop that stood all the time takes it out; the next signal is traded, sized by present equity.
        desk.fill(stop, at: 990)
        for target in targets { desk.cancelled(target) }
        desk.lose(to: 8_400)
        desk.candle(2)
        #expect(
            desk.verdicts.last == .taken(quantity: coins(8.4), entry: dollars(1_000), stop: dollars(990)))
        #expect(desk.placed(.entry).count == 1)
    }

    @Test func theNextDrawdownHaltsAgainFromTheNewPeak() {
        var desk = Self.desk()
        desk.lose(to: 8_400)
        desk.send(Self.release)
        // At once, before any report that is within limits.
        desk.lose(to: 7_141)
        #expect(desk.trader.safety == .ready)
        desk.lose(to: 7_140)
        #expect(desk.trader.safety == .halted(.drawdown))
    }

    @Test func aFallRightAfterTheReleaseHalts() {
        var desk = Self.desk()
        desk.lose(to: 8_400)
        desk.send(Self.release)
        desk.lose(to: 7_000)
        #expect(desk.trader.safety == .halted(.drawdown))
    }

    @Test func otherHaltsLeaveThePeak() {
        var desk = Self.desk()
        desk.lose(to: 9_000)
        desk.send(.commanded(.halt(reason: "drill")))
        desk.send(Self.release)
        #expect(desk.trader.ledger.peak.value == Money(10_000))
        #expect(desk.safetyNotes.last == "released by ann: seen")
    }

    @Test func aDrawdownThatCameSecondIsAcceptedToo() {
        var desk = Self.desk()
        desk.send(.commanded(.halt(reason: "drill")))
        desk.lose(to: 8_000)
        #expect(desk.trader.safety == .halted(.operatorCommand))
        desk.send(Self.release)
        #expect(desk.trader.ledger.peak.value == Money(8_000))
        desk.candle(0)
        #expect(desk.placed(.entry).count == 1)
    }

    @Test func releaseWithoutAHaltAcceptsNothing() {
        var desk = Self.desk()
        desk.lose(to: 9_000)
        desk.send(Self.release)
        #expect(desk.trader.ledger.peak.value == Money(10_000))
    }
}
