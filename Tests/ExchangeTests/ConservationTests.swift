import Exchange
import Market
import TestSupport
import Testing
import Venue

/// A trader without sense: random commands at random moments, on two contracts that jump about.
struct RandomTrader {
    var generator: SeededGenerator
    var desk: Desk
    var ids: [(OrderID, String)] = []
    var centre = [1000, 1000]
    let names = ["PF_XBTUSD", "PF_ETHUSD"]

    init(seed: UInt64, _ configuration: ExchangeConfiguration, balance: String) {
        generator = SeededGenerator(seed: seed)
        desk = Desk(
            configuration, [contract(), contract("PF_ETHUSD", maker: "-0.0001")], balance: balance,
            duration: .minutes(7))
    }

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func act() {
        let name = names[pick(0...1)]
        let price = at("\(centre[name == names[0] ? 0 : 1] + pick(-12...12))")
        let quantity = "\(pick(1...40)).\(pick(0...9))"
        if pick(0...4) == 0, let (id, on) = ids.last {
            let instrument = InstrumentID(on)!
            desk.exchange.submit(
                pick(0...1) == 0
                    ? .cancel(id, instrument) : .amend(id, instrument, quantity: coin(quantity), price: price),
                at: desk.time)
            return
        }
        let source = TriggerSource.allCases[pick(0...2)]
        let kinds: [OrderKind] = [
            .market, .limit(price), .postOnly(price), .stopMarket(trigger: price, source),
            .takeProfitMarket(trigger: price, source),
        ]
        let id = desk.send(
            pick(0...1) == 0 ? .long : .short, quantity, kinds[pick(0...4)], reduceOnly: pick(0...2) == 0, on: name)
        ids.append((id, name))
    }

    mutating func candle(_ market: Int, _ shift: Int = 0) -> PriceBar {
        let open = centre[market] + shift + (pick(0...15) == 0 ? pick(-60...60) : 0)
        let close = max(200, open + pick(-10...10))
        return prices(
            max(200, open), max(200, open, close) + pick(0...8), max(200, min(open, close)) - pick(0...8), close)
    }

    mutating func run(bars: Int) {
        for _ in 0..<bars {
            for _ in 0..<pick(0...2) { act() }
            let series = (0...1).map { market in
                let last = candle(market)
                let mark = candle(market, pick(-2...2))
                centre[market] = last.close.raw > 0 ? Int(last.close.raw / Price.scale) : 1000
                return (last: last, mark: mark)
            }
            var trader = self
            trader.desk.bars(
                series, spread: "0.5", volume: Double(pick(0...400)), funding: pick(0...1) == 0 ? "0.0005" : "-0.0002"
            ) { desk, _ in
                guard self.desk.nextID % 3 == 0 else { return }
                // An answer within the bar, from a generator of its own so that the closure stays simple.
                if desk.nextID % 5 == 0 { desk.send(.long, "0.5", .market) }
            }
            desk = trader.desk
        }
    }
}

struct ConservationTests {
    static let settings: [ExchangeConfiguration] = PathModel.allCases.flatMap { path in
        [
            setting(path: path),
            setting(
                path: path, impact: "0.02", participation: "0.2", halfSpread: .share(share("0.0003")),
                liquidationFee: "0.003", order: .milliseconds(300), feed: .milliseconds(700)),
        ]
    }

    /// Cash is deposit plus what was realised, less fees, plus funding, to the last unit; and the same figures follow
    /// from the messages alone.
    @Test(arguments: 0..<6, ["3000", "100000"])
    func moneyIsConserved(_ number: Int, _ deposit: String) {
        var liquidations = 0
        for seed in 0..<8 as Range<UInt64> {
            var trader = RandomTrader(seed: seed, Self.settings[number], balance: deposit)
            trader.run(bars: 60)
            let exchange = trader.desk.exchange
            let totals = exchange.totals
            #expect(
                exchange.balance == usd(deposit) + totals.realised - totals.fees + totals.funding + totals.shortfall)
            check(trader, deposit)
            liquidations += totals.liquidations + totals.partialLiquidations
        }
        if deposit == "3000" { #expect(liquidations > 0) }
    }

    func check(_ trader: RandomTrader, _ deposit: String) {
        let exchange = trader.desk.exchange
        // All has been delivered but what the feed still carries: let it arrive.
        var desk = trader.desk
        while let delivery = desk.exchange.next(until: desk.time + .seconds(2)) { desk.heard.append(delivery) }
        let fills = desk.fills
        #expect(Set(fills.map(\.id)).count == fills.count)
        #expect(exchange.totals.fills == fills.count)
        #expect(fills.reduce(Money.zero) { $0 + $1.fee } == exchange.totals.fees)
        #expect(desk.funding.reduce(Money.zero) { $0 + $1.amount } == exchange.totals.funding)
        var cash = Money.zero
        var held: [InstrumentID: Int64] = [:]
        for fill in fills {
            cash += fill.side == .long ? -fill.notional : fill.notional
            held[fill.instrument, default: 0] += fill.side.sign * fill.quantity.raw
        }
        var cost = Money.zero
        for place in 0...1 {
            let position = exchange.position(place)
            #expect(position.side.sign * position.quantity.raw == held[position.instrument, default: 0])
            if let entry = position.entryPrice {
                let notional = entry.notional(of: position.quantity, .nearestEven)
                cost += position.side == .long ? notional : -notional
            }
        }
        // The average entry price is rounded, so the cost it gives is good to quantity × half a unit.
        #expect((cash + cost - exchange.totals.realised).magnitude <= usd("0.00001"))
        if desk.exchange.isIdle { #expect(cash == exchange.totals.realised) }
        let times = desk.heard.map(\.received)
        #expect(times == times.sorted())
        #expect(desk.heard.allSatisfy { $0.time <= $0.received })
        #expect(!exchange.account.equity.isNegative)
        for order in exchange.openOrders { #expect(order.quantity.isPositive) }
    }

    @Test func twoRunsAreEqual() {
        var configuration = Self.settings[1]
        configuration.orderLatency = Latency(.milliseconds(20), jitter: .milliseconds(400))
        configuration.feedLatency = Latency(.milliseconds(20), jitter: .milliseconds(400))
        configuration.seed = 7
        func run() -> [Delivery] {
            var trader = RandomTrader(seed: 3, configuration, balance: "50000")
            trader.run(bars: 80)
            return trader.desk.heard
        }
        let first = run()
        #expect(first == run())
        configuration.seed = 8
        #expect(first != run())
        #expect(first.map(\.received) == first.map(\.received).sorted())
    }

    /// What the bars after some point say changes nothing before it.
    @Test func theFutureDoesNotReachBack() {
        var short = RandomTrader(seed: 5, Self.settings[3], balance: "50000")
        short.run(bars: 30)
        var long = RandomTrader(seed: 5, Self.settings[3], balance: "50000")
        long.run(bars: 60)
        #expect(Array(long.desk.heard.prefix(short.desk.heard.count)) == short.desk.heard)
    }
}
