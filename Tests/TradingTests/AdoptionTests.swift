import Market
import Testing
import Venue

@testable import Trading

/// What the exchange holds and the books do not explain: kept under a stop, never traded on, never closed by us.
@Suite struct AdoptionTests {
    /// Two reports of the same, a second and a half apart.
    private func found(_ side: Side, _ quantity: Double, in desk: inout Desk) {
        desk.position(side, quantity)
        desk.position(side, quantity, after: .milliseconds(1_500))
    }

    @Test(arguments: [Side.long, .short]) func isProtectedAndNotClosed(_ side: Side) throws {
        var desk = Desk([:])
        desk.position(side, 2)
        #expect(desk.commands.isEmpty, "one report proves nothing")
        desk.position(side, 2, after: .milliseconds(1_500))
        let stop = try #require(desk.placed(.stop).first)
        #expect(desk.commands.count == 1)
        #expect(stop.reduceOnly && stop.side == side.opposite && stop.quantity == coins(2))
        #expect(stop.kind == .stopMarket(trigger: dollars(side == .long ? 950 : 1_050), .mark))
        #expect(desk.trader.isEverythingProtected == false)
        desk.accept(stop)
        #expect(desk.trader.isEverythingProtected)
        #expect(!desk.trader.isAtRest && desk.trader.hasPositions)
        #expect(desk.trader.positions.map(\.isAdopted) == [true])
        for _ in 0..<20 { desk.wait(.minutes(5)) }
        #expect(desk.allCommands.count == 1)
    }

    @Test func itsInstrumentIsNotTraded() {
        var desk = Desk()
        found(.long, 0.02, in: &desk)
        desk.candle()
        #expect(desk.verdicts == [.refused(.safety, reason: "account_mismatch")])
    }

    @Test func theStopFollowsTheSize() throws {
        var desk = Desk([:])
        found(.long, 2, in: &desk)
        let first = desk.place(.stop)
        desk.accept(first)
        desk.position(.long, 3)
        let second = desk.place(.stop)
        #expect(second.quantity == coins(3) && second.id != first.id)
        #expect(desk.cancels.isEmpty, "the old one stays until the new one stands")
        desk.accept(second)
        #expect(desk.cancels == [first.id])
        #expect(second.kind == first.kind, "it is never moved")
    }

    @Test func endsWhenTheVenueSaysTwiceThatItIsGone() {
        var desk = Desk([:])
        found(.long, 2, in: &desk)
        let stop = desk.place(.stop)
        desk.accept(stop)
        desk.position(.long, 0)
        #expect(!desk.trader.isAtRest)
        desk.position(.long, 0, after: .seconds(2))
        #expect(desk.allCommands.contains(.cancel(stop.id, contract)))
        desk.cancelled(stop)
        #expect(desk.trader.isAtRest)
    }

    @Test func itsStopMayFill() {
        var desk = Desk([:])
        found(.short, 2, in: &desk)
        let stop = desk.place(.stop)
        desk.accept(stop)
        desk.venue(.triggered(stop.id))
        desk.fill(stop, at: 1_050)
        #expect(desk.trader.safety != .ready)
        #expect(!desk.safetyNotes.contains { $0.contains("a fill") })
        #expect(desk.trades.isEmpty)
        desk.position(.short, 0)
        desk.position(.short, 0, after: .seconds(2))
        #expect(desk.trader.isAtRest)
    }

    @Test func aRefusedStopIsSentAgainSoon() {
        var desk = Desk([:])
        found(.long, 2, in: &desk)
        desk.reject(desk.place(.stop), .other)
        desk.wait(.milliseconds(500))
        #expect(desk.placed(.stop).count == 1)
    }

    @Test func onlyAnEmergencyClosesIt() {
        var desk = Desk([:])
        found(.long, 2, in: &desk)
        desk.accept(desk.place(.stop))
        desk.send(.commanded(.halt(reason: "a test")))
        #expect(desk.placed(.close).isEmpty)
        desk.send(.commanded(.flatten(reason: "a test")))
        let close = desk.place(.close)
        #expect(close.reduceOnly && close.side == .short && close.quantity == coins(2) && close.kind == .market)
    }

    /// Somebody closed a part of ours by hand: after the grace the books follow.
    @Test func whatAnotherClosedIsWrittenOff() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.fill(entry)
        let held = entry.quantity
        for order in desk.placed(.stop) + desk.placed(.target) { desk.accept(order) }
        desk.position(.long, 0)
        desk.position(.long, 0, after: .seconds(2))
        #expect(desk.trader.positions.first?.quantity == held, "late fills may explain it")
        desk.position(.long, 0, after: .seconds(31))
        #expect(desk.trades.map(\.exitReason) == [.external])
        #expect(desk.trades.first?.quantity == held)
    }

    /// An emergency is said to be over only when nothing is suspected: what is not known is not flat.
    @Test func anEmergencyIsNotOverWhileSomethingIsSuspected() {
        var desk = Desk([:], account: false)
        #expect(!desk.trader.isCertain, "nothing was reported")
        desk.position(.long, 2)
        #expect(!desk.trader.isCertain, "one report that differs")
        desk.send(.commanded(.flatten(reason: "a test")))
        #expect(!desk.isFlatSaid)
        desk.position(.long, 2, after: .milliseconds(1_500))
        #expect(desk.trader.isCertain, "followed by an adoption")
        let close = desk.place(.close)
        desk.accept(close)
        desk.fill(close)
        desk.position(.long, 0)
        #expect(!desk.isFlatSaid)
        desk.position(.long, 0, after: .seconds(2))
        for stop in desk.allCommands.compactMap(\.placed) where stop.role == .stop { desk.cancelled(stop) }
        #expect(desk.trader.isCertain && desk.trader.isAtRest && desk.isFlatSaid)
    }

    /// With nothing held, the word that all is flat waits for the first report, and comes with it.
    @Test func flatIsSaidWithTheFirstReport() {
        var desk = Desk([:], account: false)
        desk.send(.commanded(.flatten(reason: "a test")))
        #expect(!desk.isFlatSaid)
        desk.position(.long, 0)
        #expect(desk.isFlatSaid)
    }
}

extension Desk {
    fileprivate var isFlatSaid: Bool { safetyNotes.contains { $0.hasPrefix("flat: ") } }
}
