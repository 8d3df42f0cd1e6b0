import Exchange
import Market
import TestSupport
import Testing
import Venue

struct MatchingTests {
    @Test func aMarketOrderAtTheCloseFillsExactlyAtTheNextOpen() {
        var desk = Desk()
        desk.bar(prices(100, 110, 90, 105)) { desk, delivery in
            // The closing tick: the order must not trade at this bar's close.
            desk.send(.long, "1", .market)
        }
        #expect(desk.fills.isEmpty)
        desk.bar(prices(107, 110, 104, 108))
        #expect(desk.fills.map(\.price) == [at("107")])
        #expect(desk.fills[0].time == opening + .minutes(1))
        #expect(desk.fills[0].fee == usd("0.0535"))
        #expect(desk.fills[0].liquidity == .taker)
        #expect(desk.exchange.totals.slippage == .zero)
    }

    @Test func aTakerPaysHalfSpreadAndImpact() {
        var desk = Desk(setting(impact: "0.01"))
        desk.send(.long, "10", .market)
        desk.bar(prices(1000, 1010, 990, 1000), spread: "2", volume: 100)
        // 1000 + 2 + 1000 · 1 % · 10/100
        #expect(desk.fills.map(\.price) == [at("1003")])
        #expect(desk.exchange.totals.slippage == usd("30"))
        desk.send(.short, "10", .market, reduceOnly: true)
        desk.bar(prices(1000, 1010, 990, 1000), spread: "2", volume: 100)
        #expect(desk.fills.last?.price == at("997"))
    }

    @Test func aMarketOrderStopsAtTheBandAndTheRestIsCancelled() {
        var desk = Desk(setting(impact: "0.1"), balance: "1000000")
        let id = desk.send(.long, "20", .market)
        desk.bar(prices(1000, 1000, 1000, 1000), volume: 100)
        // 1 % of 1000 is reached by a tenth of the volume.
        #expect(desk.fills.map(\.quantity) == [coin("10")])
        #expect(desk.fills.map(\.price) == [at("1010")])
        #expect(desk.heard(.cancelled(id, .notFilledInBand, remaining: coin("10"))))
        let none = desk.send(.long, "1", .market)
        desk.bar(prices(1000, 1000, 1000, 1000), spread: "11", volume: 100)
        #expect(desk.heard(.cancelled(none, .notFilledInBand, remaining: coin("1"))))
    }

    @Test func aRestingLimitFillsInPartsByVolume() {
        var desk = Desk(setting(participation: "0.1"), balance: "1000000")
        let id = desk.send(.long, "7", .limit(at("995")))
        // 30 coins a bar, a tenth is ours: one coin a segment. Rising bar: down to 990, then up.
        desk.bar(prices(1000, 1010, 990, 1005), volume: 30)
        #expect(desk.fills.map(\.quantity) == [coin("1"), coin("1")])
        #expect(desk.fills.allSatisfy { $0.price == at("995") && $0.liquidity == .maker })
        #expect(desk.exchange.openOrders.map(\.quantity) == [coin("5")])
        desk.bar(prices(990, 990, 990, 990), volume: 300)
        #expect(desk.position.quantity == coin("7"))
        #expect(desk.exchange.openOrders.isEmpty)
        #expect(Set(desk.fills.map(\.order)) == [id])
        #expect(Set(desk.fills.map(\.id)).count == desk.fills.count)
    }

    @Test(arguments: [(PathModel.worst, 989, true), (.worst, 990, false), (.likely, 990, true), (.best, 991, false)])
    func aLimitNeedsATradeAtOrThroughItsPrice(_ path: PathModel, _ low: Int, _ fills: Bool) {
        var desk = Desk(setting(path: path))
        desk.send(.long, "1", .postOnly(at("990")))
        desk.bar(prices(1000, 1005, low, 1000))
        #expect(desk.fills.map(\.price) == (fills ? [at("990")] : []))
    }

    @Test func aRestingLimitFillsAtItsPriceOverAGap() {
        var desk = Desk()
        desk.bar(prices(1000, 1000, 1000, 1000))
        desk.send(.long, "1", .limit(at("990")))
        desk.bar(prices(1000, 1000, 1000, 1000))
        desk.bar(prices(950, 960, 940, 955))
        #expect(desk.fills.map(\.price) == [at("990")])
        #expect(desk.fills[0].time == opening + .minutes(2))
    }

    @Test func aMarketableLimitTakesUpToItsPriceAndRestsWithTheRest() {
        var desk = Desk(setting(impact: "0.1"), balance: "1000000")
        desk.send(.long, "9", .limit(at("1004")))
        desk.bar(prices(1000, 1004, 1000, 1000), volume: 100)
        #expect(desk.fills[0].quantity == coin("4"))
        #expect(desk.fills[0].price == at("1004"))
        #expect(desk.fills[0].liquidity == .taker)
    }

    @Test func postOnlyIsRefusedWhenItWouldTrade() {
        var desk = Desk()
        desk.send(.long, "1", .postOnly(at("1001")))
        desk.send(.long, "1", .postOnly(at("1000")))
        desk.send(.short, "1", .postOnly(at("999")))
        desk.send(.short, "1", .postOnly(at("1000")))
        desk.bar(prices(1000, 1000, 1000, 1000), spread: "1")
        #expect(desk.rejections == [.postOnlyWouldTrade, .postOnlyWouldTrade])
    }

    @Test func aStopInsideTheBarFillsAtItsTrigger() {
        var desk = Desk()
        desk.send(.long, "1", .market)
        let stop = desk.send(.short, "1", .stopMarket(trigger: at("995"), .last), reduceOnly: true)
        desk.bar(prices(1000, 1010, 990, 1005))
        #expect(desk.fills.map(\.price) == [at("1000"), at("995")])
        #expect(desk.heard(.triggered(stop)))
        // Half way down the first third of the bar.
        #expect(desk.fills[1].time == opening + .seconds(10))
        #expect(desk.position.quantity.isZero)
    }

    @Test func aStopFillsAtTheOpenThatGapsThroughIt() {
        var desk = Desk()
        desk.send(.long, "1", .market)
        desk.send(.short, "1", .stopMarket(trigger: at("995"), .mark), reduceOnly: true)
        desk.bar(prices(1000, 1010, 998, 1005))
        desk.bar(prices(980, 990, 970, 985))
        #expect(desk.fills.map(\.price) == [at("1000"), at("980")])
        #expect(desk.exchange.totals.realised == usd("-20"))
    }

    @Test func markAndLastTriggerApart() {
        var desk = Desk()
        desk.send(.long, "2", .market)
        let onMark = desk.send(.short, "1", .stopMarket(trigger: at("995"), .mark), reduceOnly: true)
        let onLast = desk.send(.short, "1", .stopMarket(trigger: at("995"), .last), reduceOnly: true)
        let onIndex = desk.send(.short, "1", .stopMarket(trigger: at("995"), .index), reduceOnly: true)
        // Only trades spike down.
        desk.bar(
            prices(1000, 1010, 980, 1005), mark: prices(1000, 1010, 996, 1005), index: prices(1000, 1000, 1000, 1000))
        #expect(desk.heard(.triggered(onLast)))
        #expect(!desk.heard(.triggered(onMark)))
        // Now only mark does: mark half way from 1000 to 990 while last goes from 1000 to 999.
        desk.bar(
            prices(1000, 1000, 999, 1000), mark: prices(1000, 1000, 990, 1000), index: prices(1000, 1000, 1000, 1000))
        #expect(desk.heard(.triggered(onMark)))
        #expect(!desk.heard(.triggered(onIndex)))
        #expect(desk.fills.last?.price == at("999.5"))
    }

    @Test func aTriggerThatIsAlreadyReachedFiresAtOnce() {
        var desk = Desk()
        desk.send(.long, "2", .market)
        let stop = desk.send(.short, "1", .stopMarket(trigger: at("1001"), .mark), reduceOnly: true)
        let target = desk.send(.short, "1", .takeProfitMarket(trigger: at("999"), .mark), reduceOnly: true)
        desk.bar(prices(1000, 1000, 1000, 1000))
        #expect(desk.heard(.triggered(stop)))
        #expect(desk.heard(.triggered(target)))
        #expect(desk.fills.map(\.price) == [at("1000"), at("1000"), at("1000")])
    }

    @Test func anAnswerToAFillIsLiveForTheRestOfTheBar() {
        var desk = Desk(setting(path: .worst, order: .milliseconds(50), feed: .milliseconds(50)))
        desk.send(.long, "1", .limit(at("995")))
        desk.bar(prices(1000, 1010, 980, 1005)) { desk, delivery in
            guard case .venue(.filled(let fill)) = delivery.message, fill.side == .long else { return }
            #expect(delivery.received == delivery.time + .milliseconds(50))
            desk.send(.short, "1", .stopMarket(trigger: at("985"), .mark), reduceOnly: true)
        }
        // Worst: high first, then through the limit to the low.
        #expect(desk.fills.map(\.price) == [at("995"), at("985")])
    }

    /// The same bracket on the same bar under the three models.
    @Test(arguments: [Side.long, .short])
    func worstIsNeverBetterThanLikelyNorLikelyThanBest(_ side: Side) {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            func around(_ centre: Int, _ width: Int) -> Int {
                Int.random(in: centre - width...centre + width, using: &generator)
            }
            let (open, close) = (1000, around(1000, 15))
            let bar = prices(
                open, max(open, close) + abs(around(0, 15)), min(open, close) - abs(around(0, 15)), close)
            let stop = Price(1000 - Int(side.sign) * (1 + abs(around(0, 14))))
            let target = Price(1000 + Int(side.sign) * (1 + abs(around(0, 14))))
            let results = PathModel.allCases.map { path -> Money in
                var desk = Desk(setting(path: path))
                desk.send(side, "1", .market)
                desk.send(side.opposite, "1", .stopMarket(trigger: stop, .last), reduceOnly: true)
                desk.send(side.opposite, "1", .takeProfitMarket(trigger: target, .last), reduceOnly: true)
                desk.bar(prices(1000, 1000, 1000, 1000))
                desk.bar(bar)
                return desk.exchange.account.equity
            }
            #expect(results[0] <= results[1] && results[1] <= results[2], "\(bar) \(stop) \(target)")
        }
    }

    @Test func ticksFollowThePathOnlyWhenSomethingIsAtStake() {
        var desk = Desk(setting(feed: .milliseconds(100)))
        desk.bar(prices(1000, 1010, 990, 1005), spread: "1")
        #expect(desk.ticks.count == 1)
        // Seen a tenth of a second before the close, so that it is here at the close.
        #expect(desk.ticks[0].time == opening + .minutes(1) - .milliseconds(100))
        #expect(desk.heard[0].received == opening + .minutes(1))
        #expect(desk.ticks[0].last > at("1005") && desk.ticks[0].last < at("1005.1"))
        #expect(desk.ticks[0].ask - desk.ticks[0].bid == at("2"))
        desk.send(.long, "1", .limit(at("900")))
        desk.bar(prices(1000, 1010, 990, 1005))
        #expect(desk.ticks.dropFirst().map(\.last).prefix(3) == [at("1000"), at("990"), at("1010")])
        #expect(desk.ticks.count == 5)
    }
}
