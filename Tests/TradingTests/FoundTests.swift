import Market
import Strategy
import Testing
import Venue

@testable import Trading

/// Orders of ours that the journal lost: the venue tells of them, and they are taken for what they are.
@Suite struct FoundTests {
    /// Nothing but a stop beside the position.
    private func plainDesk() -> Desk {
        var parameters = TradingParameters()
        parameters.ladder = []
        return Desk(parameters: parameters)
    }

    private func order(
        _ desk: Desk, _ role: OrderRole, _ sequence: UInt32, _ quantity: Double, _ kind: OrderKind, setup: UInt64 = 7
    ) -> Order {
        Order(
            id: OrderID(setup: setup, role: role, sequence: sequence), instrument: contract, side: .short,
            quantity: coins(quantity), kind: kind, reduceOnly: true, role: role)
    }

    private func find(_ order: Order, rests: Bool, in desk: inout Desk) {
        desk.venue(.found(order, rests: rests))
        desk.accept(order)
    }

    /// The stop was trailed, the record of it lost, and the stop filled.
    @Test func aStopThatFilledClosesTheTrade() throws {
        var desk = plainDesk()
        let old = desk.open().stop
        let lost = order(desk, .stop, 2, 10, .stopMarket(trigger: dollars(995), .mark))
        find(lost, rests: false, in: &desk)
        desk.fill(lost, at: 995)
        let trade = try #require(desk.trades.first)
        #expect(trade.exitReason == .stopLoss && trade.quantity == coins(10) && trade.exitPrice == dollars(995))
        #expect(desk.trader.safety == .ready, "no halt follows")
        #expect(desk.cancels == [old.id])
        desk.cancelled(old)
        let isBusy = !desk.trader.isAtRest
        #expect(isBusy, "another may be told of yet")
        desk.wait(.seconds(60))
        #expect(desk.trader.liveOrders.isEmpty && desk.trader.positions.isEmpty)
    }

    /// The one that rests counts as the stop, is not doubled, and the next one has a name of its own.
    @Test func aStopThatRestsProtects() throws {
        var desk = Desk()
        let old = desk.open().stop
        let lost = order(desk, .stop, 2, 10, .stopMarket(trigger: dollars(995), .mark))
        desk.venue(.found(lost, rests: true))
        #expect(desk.commands.isEmpty)
        desk.accept(lost)
        #expect(desk.placed(.stop).isEmpty && desk.cancels == [old.id])
        #expect(desk.trader.positions.first?.stop == dollars(995))
        desk.cancelled(old)
        desk.cancelled(lost, .byVenue)
        let next = desk.place(.stop)
        #expect(next.id == OrderID(setup: 7, role: .stop, sequence: 3))
        #expect(next.kind == .stopMarket(trigger: dollars(995), .mark))
    }

    @Test func anOlderStopIsNotTakenForTheNewest() {
        var desk = Desk()
        _ = desk.open()
        for (sequence, trigger) in [(3, 997.0), (2, 995.0)] {
            find(
                order(desk, .stop, UInt32(sequence), 10, .stopMarket(trigger: dollars(trigger), .mark)), rests: true,
                in: &desk)
        }
        #expect(desk.trader.positions.first?.stop == dollars(997))
        #expect(desk.placed(.stop).isEmpty)
    }

    /// An execution told of a part; more of the same order follows.
    @Test func aCloseIsBookedAsFarAsItFilled() throws {
        var desk = plainDesk()
        let stop = desk.open().stop
        let first = order(desk, .close, 1, 4, .market)
        find(first, rests: false, in: &desk)
        desk.fill(first, at: 1_001)
        #expect(desk.trader.positions.first?.quantity == coins(6))
        let grown = order(desk, .close, 1, 10, .market)
        desk.venue(.found(grown, rests: false))
        desk.fill(grown, 6, at: 1_002)
        let trade = try #require(desk.trades.first)
        #expect(trade.exitReason == .external, "why it was closed is lost")
        #expect(trade.legs.map(\.role) == [.entry, .close, .close])
        #expect(desk.trader.safety == .ready)
        desk.cancelled(stop)
    }

    /// The journal ends before the entry's fill was told; the stop's fill is told first.
    @Test func theExitMayBeToldBeforeTheEntry() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        let lost = order(desk, .stop, 1, 10, .stopMarket(trigger: dollars(990), .mark))
        find(lost, rests: false, in: &desk)
        desk.fill(lost, at: 990)
        desk.fill(entry, at: 1_000)
        let trade = try #require(desk.trades.first)
        #expect(trade.exitReason == .stopLoss && trade.quantity == coins(10))
        #expect(desk.trader.safety == .ready)
    }

    @Test func aTargetServesItsLevel() {
        var desk = Desk(
            [
                0: [
                    .signal(
                        signal(targets: [
                            SignalTarget(distance: .basisPoints(100), share: .basisPoints(5_000)),
                            SignalTarget(distance: .basisPoints(200), share: .basisPoints(5_000)),
                        ]))
                ]
            ])
        let (_, targets) = desk.open()
        guard targets.count == 2 else { Issue.record("\(targets)"); return }
        desk.cancelled(targets[1], .byVenue)
        let before = desk.allCommands.count
        let lost = order(desk, .target, 9, 5, targets[1].kind)
        find(lost, rests: true, in: &desk)
        #expect(desk.allCommands.count == before, "its level is served")
        desk.fill(lost)
        #expect(desk.trader.positions.first?.quantity == coins(5) && desk.trader.safety == .ready)
    }

    /// What rests of a trade that is flat is called back, at once and after it is forgotten.
    @Test func whatIsLeftOfATradeIsCalledBack() {
        var desk = plainDesk()
        let stop = desk.open().stop
        let close = order(desk, .close, 1, 10, .market)
        find(close, rests: false, in: &desk)
        desk.fill(close)
        desk.cancelled(stop)
        let second = order(desk, .stop, 2, 10, .stopMarket(trigger: dollars(995), .mark))
        desk.venue(.found(second, rests: true))
        #expect(desk.cancels == [second.id])
        desk.accept(second)
        desk.cancelled(second)
        desk.wait(.seconds(61))
        #expect(desk.trader.liveOrders.isEmpty && desk.trader.positions.isEmpty)
        let third = order(desk, .stop, 3, 10, .stopMarket(trigger: dollars(996), .mark))
        desk.venue(.found(third, rests: true))
        #expect(desk.cancels == [third.id])
        #expect(desk.trader.safety == .ready)
    }

    /// A position that is not ours, whose later stop was lost.
    @Test func anAdoptedPositionKnowsItsStopAgain() throws {
        var desk = Desk([:])
        desk.position(.long, 2)
        desk.position(.long, 2, after: .milliseconds(1_500))
        let stop = desk.place(.stop)
        desk.accept(stop)
        let lost = order(desk, .stop, 2, 2, stop.kind, setup: stop.id.high)
        find(lost, rests: false, in: &desk)
        desk.fill(lost)
        desk.position(.long, 0)
        desk.position(.long, 0, after: .seconds(2))
        desk.cancelled(stop)
        #expect(desk.trader.liveOrders.isEmpty && desk.trader.positions.isEmpty)
        #expect(!desk.safetyNotes.contains { $0.contains("a fill") })
    }
}
