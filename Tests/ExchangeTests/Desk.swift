import Exchange
import Market
import Venue

func usd(_ text: String) -> Money { try! Money(text) }
func at(_ text: String) -> Price { try! Price(text) }
func coin(_ text: String) -> Quantity { try! Quantity(text) }
func share(_ text: String) -> Rate { try! Rate(text) }

let opening = Timestamp(seconds: 1_700_002_800)

func contract(
    _ id: String = "PF_XBTUSD", maker: String = "0.0002", taker: String = "0.0005", cap: String = "0.005",
    levels: [(String, String, String)] = [("0", "0.02", "0.01"), ("1000000", "0.04", "0.02")]
) -> Instrument {
    Instrument(
        id: InstrumentID(id)!, pair: SpotPair("BTC/USD")!, tick: at("1"), lot: coin("0.001"), minimum: coin("0.001"),
        maximumPosition: coin("1000"),
        margin: MarginSchedule(
            levels: levels.map { .init(notional: usd($0.0), initial: share($0.1), maintenance: share($0.2)) })!,
        fees: FeeSchedule(maker: share(maker), taker: share(taker)), fundingCap: share(cap))
}

/// Costs nothing and answers at once, unless told otherwise.
func setting(
    path: PathModel = .likely, impact: String = "0", participation: String? = nil, halfSpread: HalfSpread = .ofBar,
    liquidationFee: String = "0", order: Interval = .zero, feed: Interval = .zero
) -> ExchangeConfiguration {
    ExchangeConfiguration(
        halfSpread: halfSpread, impact: share(impact), participation: participation.map(share),
        liquidationFee: share(liquidationFee), orderLatency: Latency(order), feedLatency: Latency(feed), path: path)
}

/// Open, high, low, close in whole dollars.
func prices(_ open: Int, _ high: Int, _ low: Int, _ close: Int) -> PriceBar {
    PriceBar(open: Price(open), high: Price(high), low: Price(low), close: Price(close))
}

/// One contract, one trader, bars of a minute unless told otherwise; keeps all that is heard.
struct Desk {
    var exchange: SimulatedExchange
    var heard: [Delivery] = []
    var time = opening
    var nextID: UInt64 = 0
    let duration: Interval

    init(
        _ configuration: ExchangeConfiguration = setting(), _ instruments: [Instrument] = [contract()],
        balance: String = "10000", duration: Interval = .minutes(1)
    ) {
        exchange = SimulatedExchange(
            configuration: configuration, instruments: instruments, balance: usd(balance), start: opening)
        self.duration = duration
    }

    mutating func order(
        _ side: Side, _ quantity: String, _ kind: OrderKind, reduceOnly: Bool = false, role: OrderRole = .entry,
        on id: String = "PF_XBTUSD"
    ) -> Order {
        nextID += 1
        return Order(
            id: OrderID(high: 1, low: nextID), instrument: InstrumentID(id)!, side: side, quantity: coin(quantity),
            kind: kind, reduceOnly: reduceOnly, role: role)
    }

    /// Sends an order now and returns its id.
    @discardableResult
    mutating func send(
        _ side: Side, _ quantity: String, _ kind: OrderKind, reduceOnly: Bool = false, on id: String = "PF_XBTUSD"
    ) -> OrderID {
        let order = order(side, quantity, kind, reduceOnly: reduceOnly, on: id)
        exchange.submit(.place(order), at: time)
        return order.id
    }

    mutating func cancel(_ id: OrderID, on instrument: String = "PF_XBTUSD") {
        exchange.submit(.cancel(id, InstrumentID(instrument)!), at: time)
    }

    mutating func amend(_ id: OrderID, _ quantity: String, _ price: Price? = nil) {
        exchange.submit(.amend(id, InstrumentID("PF_XBTUSD")!, quantity: coin(quantity), price: price), at: time)
    }

    /// Runs one bar; `answer` may trade on each delivery (its time is `desk.time`).
    mutating func bar(
        _ last: PriceBar, mark: PriceBar? = nil, index: PriceBar? = nil, spread: String = "0", volume: Double = 1000,
        funding: String = "0", answer: (inout Desk, Delivery) -> Void = { _, _ in }
    ) {
        bars([(last, mark ?? last)], index: index, spread: spread, volume: volume, funding: funding, answer: answer)
    }

    private var opened: Timestamp { exchange.account.time }

    mutating func bars(
        _ series: [(last: PriceBar, mark: PriceBar)], index: PriceBar? = nil, spread: String = "0",
        volume: Double = 1000, funding: String = "0", answer: (inout Desk, Delivery) -> Void = { _, _ in }
    ) {
        let start = time
        for (place, prices) in series.enumerated() {
            exchange.open(
                MarketBar(
                    openTime: start, duration: duration, last: prices.last, mark: prices.mark,
                    index: index ?? prices.mark, halfSpread: at(spread), volume: volume,
                    funding: HourlyFunding(share(funding))), for: place)
        }
        while let delivery = exchange.next(until: start + duration) {
            time = delivery.received
            heard.append(delivery)
            answer(&self, delivery)
        }
        time = start + duration
    }

    var events: [VenueEvent] {
        heard.compactMap { if case .venue(let event) = $0.message { event } else { nil } }
    }
    var fills: [Fill] { events.compactMap { if case .filled(let fill) = $0 { fill } else { nil } } }
    var ticks: [Tick] { heard.compactMap { if case .tick(let tick) = $0.message { tick } else { nil } } }
    var funding: [FundingPayment] {
        events.compactMap { if case .funding(let payment) = $0 { payment } else { nil } }
    }
    var rejections: [RejectReason] {
        events.compactMap { if case .rejected(_, let reason) = $0 { reason } else { nil } }
    }
    var cancellations: [CancelReason] {
        events.compactMap { if case .cancelled(_, let reason, _) = $0 { reason } else { nil } }
    }
    func heard(_ event: VenueEvent) -> Bool { events.contains(event) }
    var position: PositionReport { exchange.position(0) }
}
