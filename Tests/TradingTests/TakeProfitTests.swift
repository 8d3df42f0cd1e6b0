import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// Targets as take-profit orders whose price is there before they are.
@Suite struct TakeProfitTests {
    /// 10 coins long from 1000 with targets of 4 at 1010 and 4 at 1025, none of them answered yet.
    static func desk() -> (desk: Desk, stop: Order, targets: [Order]) {
        var parameters = TradingParameters()
        parameters.targetOrders = .takeProfit
        var desk = Desk(parameters: parameters)
        desk.candle()
        desk.fill(desk.place(.entry))
        let (stop, targets) = (desk.place(.stop), desk.placed(.target))
        desk.accept(stop)
        return (desk, stop, targets)
    }

    @Test func aRefusedTargetThatIsReachedLeavesAtMarketAtOnce() throws {
        var (desk, stop, targets) = Self.desk()
        #expect(
            targets.map(\.kind) == [
                .takeProfitMarket(trigger: dollars(1_010), .last), .takeProfitMarket(trigger: dollars(1_025), .last),
            ])
        desk.accept(targets[1])
        desk.tick(1_012)
        desk.reject(targets[0], .triggerAlreadyReached)
        #expect(desk.commands.count == 1)
        let order = desk.place(.target)
        #expect(order.kind == .market && order.quantity == coins(4) && order.reduceOnly && order.side == .short)
        desk.fill(order, at: 1_012)
        #expect(desk.placed(.target).isEmpty, "the second level keeps its own share")
        #expect(desk.allNotes.contains { if case .stopMoved(_, _, _, .breakEven) = $0 { true } else { false } })
        desk.fill(targets[1], at: 1_025)
        desk.fill(desk.allCommands.compactMap(\.placed).last { $0.role == .stop } ?? stop, 2, at: 1_001)
        let trade = try #require(desk.trades.first)
        #expect(trade.legs.filter { $0.role == .target }.map(\.quantity) == [coins(4), coins(4)])
        #expect(trade.legs.filter { $0.role == .target }.map(\.price) == [dollars(1_012), dollars(1_025)])
    }

    @Test func allLevelsMayHaveBeenPassed() {
        var (desk, _, targets) = Self.desk()
        desk.tick(1_030)
        var sold: [Quantity] = []
        for target in targets {
            desk.reject(target, .triggerAlreadyReached)
            let order = desk.place(.target)
            sold.append(order.quantity)
            desk.fill(order, at: 1_030)
        }
        #expect(sold == [coins(4), coins(4)])
        #expect(desk.trader.openPositions.map(\.quantity) == [coins(2)], "the runner runs")
    }

    @Test func aTargetThatIsTriggeredAtOnceIsTakenInFull() {
        var (desk, _, targets) = Self.desk()
        desk.accept(targets[1])
        let before = desk.allCommands.filter { $0.placed?.role == .target }.count
        desk.accept(targets[0])
        desk.venue(.triggered(targets[0].id))
        desk.fill(targets[0], at: 1_012)
        #expect(desk.allCommands.filter { $0.placed?.role == .target }.count == before)
        #expect(desk.trader.openPositions.map(\.quantity) == [coins(6)])
    }

    @Test func whatATriggeredTargetLeavesUnfilledIsTriedOnceMoreThenPassedOn() {
        var (desk, _, targets) = Self.desk()
        desk.accept(targets[0], targets[1])
        desk.venue(.triggered(targets[0].id))
        desk.fill(targets[0], 1, at: 1_012)
        desk.cancelled(targets[0], .notFilledInBand, left: 3)
        let rest = desk.place(.target)
        #expect(rest.kind == .market && rest.quantity == coins(3))
        desk.accept(rest)
        desk.cancelled(rest, .notFilledInBand, left: 3)
        #expect(desk.placed(.target).map(\.price) == [dollars(1_025)])
        #expect(desk.placed(.target).map(\.quantity) == [coins(3)])
    }

    @Test func aMarketOrderThatIsRefusedPassesItsPartOn() {
        var (desk, _, targets) = Self.desk()
        desk.accept(targets[1])
        desk.reject(targets[0], .triggerAlreadyReached)
        desk.reject(desk.place(.target), .marketSuspended)
        #expect(desk.placed(.target).map(\.price) == [dollars(1_025)])
        #expect(desk.placed(.target).map(\.quantity) == [coins(4)])
    }

    @Test func otherRefusalsPassTheirPartOn() {
        var (desk, _, targets) = Self.desk()
        desk.reject(targets[0], .priceOutsideBand)
        #expect(desk.placed(.target).map(\.price) == [targets[1].price])
    }
}
