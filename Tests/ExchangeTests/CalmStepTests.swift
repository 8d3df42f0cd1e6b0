import Exchange
import Market
import TestSupport
import Testing
import Venue

/// The law of calm steps: playing them without a search says and leaves the same.
@Suite struct CalmStepTests {
    @Test(arguments: 0..<40) func calmStepsSayTheSame(_ seed: UInt64) {
        var slow = CalmDesk(seed: seed)
        var quick = CalmDesk(seed: seed)
        quick.knowsCalmSteps = true
        for _ in 0..<240 {
            slow.step()
            quick.step()
            #expect(quick.heard == slow.heard)
            #expect(quick.exchange.account == slow.exchange.account)
            #expect(quick.exchange.openOrders == slow.exchange.openOrders)
            slow.heard.removeAll()
            quick.heard.removeAll()
        }
        #expect(quick.exchange.totals == slow.exchange.totals)
        // It was not all the same way, nor was nothing at stake.
        #expect(quick.calm > 20)
        #expect(quick.interrupted > 0)
        #expect(slow.calm == 0)
        #expect(slow.exchange.totals.fills > 5)
    }

    /// An order at the very edge of the bar acts in it.
    @Test(arguments: [(at("990"), 1), (at("989"), 0)]) func anOrderAtTheEdgeOfTheBarActs(_ stop: Price, _ fills: Int) {
        var desk = Desk()
        desk.send(.long, "1", .market)
        desk.bar(prices(1000, 1010, 995, 1000))
        desk.send(.short, "1", .stopMarket(trigger: stop, .mark), reduceOnly: true)
        desk.bar(prices(1000, 1010, 995, 1000))
        let start = desk.time
        let bar = prices(1000, 1010, 990, 1000)
        desk.exchange.open(
            MarketBar(
                openTime: start, duration: .minutes(1), last: bar, mark: bar, index: bar, halfSpread: .zero,
                volume: 1, funding: .zero), for: 0)
        let isOver = desk.exchange.playCalmStep(until: start + .minutes(1)) { _, _ in
            true
        } account: { _, _ in
            true
        }
        #expect(isOver == (fills == 0))
    }
}

/// A trader that holds something most of the time, with stops and targets near the market, and that answers now and then
/// in the middle of a bar.
private struct CalmDesk {
    var exchange: SimulatedExchange
    var heard: [Delivery] = []
    var knowsCalmSteps = false
    var calm = 0
    var interrupted = 0
    private var random: SeededGenerator
    private var time = opening
    private var count: UInt64 = 0
    private var centre = [1000, 500]
    private let instruments = [contract(), contract("PF_ETHUSD", maker: "-0.0001")]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let latencies = [
            Latency(.zero), Latency(.milliseconds(50), jitter: .milliseconds(400)), Latency(.seconds(9)),
            Latency(.seconds(30)),
        ]
        var configuration = setting(
            path: PathModel.allCases.randomElement(using: &random) ?? .worst, impact: "0.01",
            halfSpread: .share(share("0.0003")))
        configuration.feedLatency = latencies[Int(seed % 3)]
        configuration.orderLatency = latencies.randomElement(using: &random) ?? .none
        configuration.seed = seed
        exchange = SimulatedExchange(
            configuration: configuration, instruments: instruments, balance: usd(seed % 4 == 0 ? "1500" : "20000"),
            start: opening)
    }

    mutating func step() {
        if pick(4) == 0 { trade(at: time) }
        let end = time + .minutes(1)
        for market in 0..<2 where market == 0 || pick(6) > 0 { open(market) }
        if knowsCalmSteps { playCalmStep(until: end) }
        while let delivery = exchange.next(until: end) { hear(delivery) }
        time = end
    }

    private mutating func playCalmStep(until end: Timestamp) {
        var said: [Delivery] = []
        let isOver = exchange.playCalmStep(until: end) { tick, received in
            said.append(Delivery(time: tick.time, received: received, message: .tick(tick)))
            return said.last.map(Self.isAnswered) == false
        } account: { report, received in
            said.append(Delivery(time: report.time, received: received, message: .venue(.account(report))))
            return said.last.map(Self.isAnswered) == false
        }
        if isOver { calm += 1 } else if !said.isEmpty { interrupted += 1 }
        for delivery in said { hear(delivery) }
    }

    private mutating func hear(_ delivery: Delivery) {
        heard.append(delivery)
        if Self.isAnswered(delivery) { trade(at: delivery.received) }
    }

    /// Depends on nothing but what is said.
    private static func isAnswered(_ delivery: Delivery) -> Bool {
        switch delivery.message {
        case .tick(let tick): (tick.mark.raw / 100_000_000 &+ tick.time.nanoseconds / 1_000_000_000) % 67 == 0
        case .venue(.account(let report)): report.unrealised.raw % 29 == 0
        case .venue: false
        }
    }

    private mutating func trade(at now: Timestamp) {
        count += 1
        let market = pick(2)
        let near = centre[market]
        let side: Side = pick(2) == 0 ? .long : .short
        let away = side == .long ? 1 : -1
        let kinds: [OrderKind] = [
            .market, .market, .limit(Price(near - away * pick(9))),
            .stopMarket(trigger: Price(near + away * (3 + pick(12))), TriggerSource.allCases[pick(3)]),
            .takeProfitMarket(trigger: Price(near - away * (3 + pick(12))), TriggerSource.allCases[pick(3)]),
        ]
        let order = Order(
            id: OrderID(high: 1, low: count), instrument: instruments[market].id, side: side,
            quantity: coin("\(1 + pick(3)).5"), kind: kinds[pick(5)], reduceOnly: pick(3) > 0, role: .entry)
        exchange.submit(.place(order), at: now)
    }

    private mutating func open(_ market: Int) {
        let open = centre[market]
        let close = max(100, open + pick(7) - 3)
        let last = prices(open, max(open, close) + pick(3), min(open, close) - pick(3), close)
        centre[market] = close
        exchange.open(
            MarketBar(
                openTime: time, duration: .minutes(1), last: last, mark: last.shifted(by: pick(3) - 1), index: last,
                halfSpread: .zero, volume: Double(10 + pick(100)), funding: HourlyFunding(share("0.0001"))),
            for: market)
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
}

extension PriceBar {
    fileprivate func shifted(by amount: Int) -> PriceBar {
        let amount = Price(amount)
        return PriceBar(open: open + amount, high: high + amount, low: low + amount, close: close + amount)
    }
}
