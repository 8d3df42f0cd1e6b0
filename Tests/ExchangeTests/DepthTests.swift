import Exchange
import Market
import Testing
import Venue

/// Takers that meet a book.
struct DepthTests {
    private func level(_ price: Int, _ quantity: String) -> Depth.Level { Depth.Level(Price(price), coin(quantity)) }

    private var book: Depth {
        Depth(
            InstrumentID("PF_XBTUSD")!, bids: [level(9_998, "2"), level(9_990, "3")],
            asks: [level(10_001, "1"), level(10_002, "2"), level(10_004, "5")])!
    }

    private let still = prices(10_000, 10_000, 10_000, 10_000)

    @Test func aMarketOrderTakesLevelAfterLevelAndLeavesTheRest() {
        var desk = Desk(setting(impact: "0.5"), balance: "1000000")
        desk.exchange.show(book, for: InstrumentID("PF_XBTUSD")!)
        desk.send(.long, "4", .market)
        desk.bar(still, spread: "1", volume: 1)
        // (1 · 10001 + 2 · 10002 + 1 · 10004) / 4
        #expect(desk.fills.map(\.price) == [at("10002.25")])
        let second = desk.send(.long, "6", .market)
        desk.bar(still, spread: "1", volume: 1)
        // Four are left, at the last level; nobody sells the other two.
        #expect(desk.fills.last?.price == at("10004"))
        #expect(desk.fills.last?.quantity == coin("4"))
        #expect(desk.heard(.cancelled(second, .notFilledInBand, remaining: coin("2"))))
    }

    @Test func aLimitTakesNoFurtherThanItsPrice() {
        var desk = Desk(balance: "1000000")
        desk.exchange.show(book, for: InstrumentID("PF_XBTUSD")!)
        desk.send(.long, "6", .limit(at("10002")))
        desk.bar(still)
        // (1 · 10001 + 2 · 10002) / 3, rounded against the buyer; what is left rests, and the market comes to it.
        #expect(desk.fills.map(\.price) == [at("10001.6666666667"), at("10002")])
        #expect(desk.fills.map(\.quantity) == [coin("3"), coin("3")])
        #expect(desk.fills.map(\.liquidity) == [.taker, .maker])
        // A market that asks more than the limit is not taken from, whatever a book said before.
        desk.send(.long, "1", .limit(at("10004")))
        desk.bar(prices(10_010, 10_010, 10_010, 10_010))
        #expect(desk.fills.count == 2)
        #expect(desk.exchange.openOrders.map(\.quantity) == [coin("1")])
    }

    @Test func aStopSellsIntoTheBids() {
        var desk = Desk(balance: "1000000")
        desk.send(.long, "4", .market)
        desk.bar(still)
        desk.send(.short, "4", .stopMarket(trigger: at("9990"), .mark), reduceOnly: true)
        desk.bar(still)
        desk.exchange.show(book, for: InstrumentID("PF_XBTUSD")!)
        desk.bar(prices(9_990, 9_990, 9_990, 9_990), spread: "5")
        // (2 · 9998 + 2 · 9990) / 4 is more than the 9985 that buyers pay by now.
        #expect(desk.fills.last?.price == at("9985"))
        desk.send(.short, "1", .market)
        desk.bar(prices(9_990, 9_990, 9_990, 9_990))
        #expect(desk.fills.last?.price == at("9990"))
    }

    @Test func withoutABookTheSpreadRulesAgain() {
        var desk = Desk(balance: "1000000")
        desk.exchange.show(book, for: InstrumentID("PF_XBTUSD")!)
        desk.exchange.show(nil, for: InstrumentID("PF_XBTUSD")!)
        desk.send(.long, "4", .market)
        desk.bar(still, spread: "2")
        #expect(desk.fills.map(\.price) == [at("10002")])
    }
}
