import Exchange
import Market
import Testing
import Venue

struct AccountTests {
    let flat = prices(1000, 1000, 1000, 1000)
    let free = contract(maker: "0", taker: "0")

    @Test(arguments: [
        (Side.long, "0.001", "-1"), (.short, "0.001", "1"), (.long, "-0.001", "1"), (.short, "-0.001", "-1"),
    ])
    func fundingIsSignedAndSettledOnTheHour(_ side: Side, _ rate: String, _ amount: String) {
        var desk = Desk(setting(), [free], duration: .hours(1))
        desk.send(side, "1", .market)
        desk.bar(flat, funding: rate)
        #expect(desk.funding.map(\.amount) == [usd(amount)])
        #expect(desk.funding[0].time == opening + .hours(1))
        #expect(desk.exchange.balance == usd("10000") + usd(amount))
    }

    @Test func fundingIsProRataAndSettledWhenThePositionChanges() {
        var desk = Desk(setting(), [free])
        for minute in 0..<60 {
            if minute == 15 { desk.send(.long, "2", .market) }
            if minute == 30 { desk.send(.short, "1", .market, reduceOnly: true) }
            // The index moves, the fixing of the hour does not.
            desk.bar(minute == 0 ? flat : prices(1100, 1100, 1100, 1100), funding: "0.001")
        }
        // 2 coins · 1000 · 0.1 % · ¼ h, then 1 coin for ½ h.
        #expect(desk.funding.map(\.amount) == [usd("-0.5"), usd("-0.5")])
        #expect(desk.funding.map(\.time) == [opening + .minutes(30), opening + .hours(1)])
    }

    @Test func fundingIsCapped() {
        var desk = Desk(setting(), [contract(maker: "0", taker: "0", cap: "0.002")], duration: .hours(1))
        desk.send(.long, "1", .market)
        desk.bar(flat, funding: "0.5")
        #expect(desk.exchange.totals.funding == usd("-2"))
    }

    @Test func marginStandsOnTheEntryAndTheBracketOfTheWhole() {
        var desk = Desk(setting(), [free], balance: "100000")
        desk.send(.long, "1000", .market)
        desk.bar(prices(1000, 1010, 1000, 1010))
        let account = desk.exchange.account
        #expect(account.initialMargin == usd("40000"))
        #expect(account.maintenanceMargin == usd("20000"))
        #expect(account.unrealised == usd("10000"))
        #expect(account.equity == usd("110000"))
    }

    @Test func aFillFarFromMarkIsRefusedWhenItWouldLiquidate() {
        // 500 coins at 1000: initial margin 10,000 is there, but mark says that they are worth 10,000 less.
        var desk = Desk(setting(), [free], balance: "14000")
        desk.send(.long, "500", .market)
        desk.bar(flat, mark: prices(980, 980, 980, 980))
        #expect(desk.rejections == [.wouldLiquidate])
    }

    @Test func ordersTogetherNeedMargin() {
        var desk = Desk(setting(), [free])
        desk.send(.long, "300", .limit(at("990")))
        desk.send(.long, "300", .limit(at("990")))
        desk.send(.short, "300", .limit(at("1010")))
        desk.bar(flat)
        // The buys together need 11,880; a sale on the other side needs nothing more.
        #expect(desk.rejections == [.insufficientMargin])
        #expect(desk.exchange.openOrders.map(\.side) == [.long, .short])
    }

    @Test func theLiquidationPriceIsKrakensEstimate() {
        var desk = Desk(setting(), [free])
        desk.send(.long, "100", .market)
        desk.bar(flat)
        // entry + (1 % · 100 · 1000 − 10,000) / 100
        #expect(desk.position.liquidationPrice == at("910"))
        var short = Desk(setting(), [free])
        short.send(.short, "100", .market)
        short.bar(flat)
        #expect(short.position.liquidationPrice == at("1090"))
        var small = Desk(setting(), [free])
        small.send(.long, "1", .market)
        small.bar(flat)
        #expect(small.position.liquidationPrice == nil)
    }

    @Test func otherPositionsMoveTheLiquidationPrice() {
        var desk = Desk(setting(), [free, contract("PF_ETHUSD", maker: "0", taker: "0")])
        desk.send(.long, "100", .market)
        desk.send(.short, "50", .market, on: "PF_ETHUSD")
        desk.bars([(flat, flat), (prices(100, 120, 100, 120), prices(100, 120, 100, 120))])
        // The short has lost 1000 and needs 50.
        #expect(desk.exchange.position(0).liquidationPrice == at("920.5"))
    }

    @Test func liquidationGoesInStepsUntilTheMarginIsMet() {
        var desk = Desk(setting(liquidationFee: "0.001"), [free])
        desk.send(.long, "100", .market)
        desk.bar(flat)
        desk.bar(prices(1000, 1000, 900, 905))
        let first = desk.fills[1]
        #expect(first.cause == .partialLiquidation)
        #expect(first.quantity == coin("25"))
        #expect((first.price - at("910")).magnitude < at("0.00001"))
        #expect(first.fee == first.notional.times(share("0.001"), .up))
        // 7,500·… left; the fall goes on to 900 and takes further steps, each of a quarter of what there was.
        #expect(desk.fills.count > 2)
        #expect(
            desk.exchange.totals.partialLiquidations
                == desk.fills.dropFirst().filter { $0.cause == .partialLiquidation }.count)
        #expect(!desk.exchange.balance.isNegative)
        #expect(desk.exchange.account.equity >= desk.exchange.account.maintenanceMargin)
        #expect(desk.exchange.totals.shortfall == .zero)
    }

    @Test func aGapThroughBankruptcyClosesEverythingAndTheVenueBearsTheRest() {
        var desk = Desk(setting(liquidationFee: "0.01"), [free])
        desk.send(.long, "100", .market)
        desk.send(.short, "100", .stopMarket(trigger: at("950"), .mark), reduceOnly: true)
        desk.bar(flat)
        desk.bar(prices(800, 800, 800, 800))
        #expect(desk.fills.last?.cause == .liquidation)
        #expect(desk.exchange.balance == .zero)
        // 20,000 lost and a fee of 800 on a deposit of 10,000.
        #expect(desk.exchange.totals.shortfall == usd("10800"))
        #expect(desk.exchange.totals.liquidations == 1)
        #expect(desk.cancellations == [.nothingToReduce])
        #expect(desk.exchange.isIdle)
    }

    @Test func belowInitialMarginRiskierOrdersGoAndExitsStay() {
        var desk = Desk(setting(), [free])
        desk.send(.long, "400", .market)
        let entry = desk.send(.long, "20", .limit(at("900")))
        let exit = desk.send(.short, "400", .stopMarket(trigger: at("900"), .last), reduceOnly: true)
        desk.bar(flat)
        // Equity 6000 of 8000 needed, 4000 to keep.
        desk.bar(prices(990, 990, 990, 990))
        #expect(desk.heard(.cancelled(entry, .insufficientMargin, remaining: coin("20"))))
        #expect(desk.exchange.openOrders.map(\.id) == [exit])
        #expect(desk.fills.count == 1)
    }

    @Test func anAccountReportComesAtEachCloseWithAPosition() {
        var desk = Desk(setting(), [free])
        desk.send(.long, "1", .market)
        for close in [1010, 1020, 1030] { desk.bar(prices(close - 10, close, close - 10, close)) }
        let equities = desk.heard.compactMap { delivery -> Money? in
            guard case .venue(.account(let account)) = delivery.message else { return nil }
            #expect(account.time == delivery.time)
            return account.equity
        }
        #expect(equities.suffix(3) == [usd("10010"), usd("10020"), usd("10030")])
    }
}
