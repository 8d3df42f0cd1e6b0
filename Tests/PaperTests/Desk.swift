import Exchange
import Kraken
import Market
import Venue

@testable import Paper

let bitcoin = InstrumentID("PF_XBTUSD")!
let ether = InstrumentID("PF_ETHUSD")!

/// Maker 2, taker 5 basis points; a tick of 0.5 dollars, lots of 0.01.
func terms(_ id: InstrumentID = bitcoin) -> Instrument {
    Instrument(
        id: id, pair: SpotPair(id == bitcoin ? "BTC/USD" : "ETH/USD")!, tick: Price(raw: Price.scale / 2),
        lot: Quantity(raw: Quantity.scale / 100), minimum: Quantity(raw: Quantity.scale / 100),
        maximumPosition: Quantity(1_000),
        margin: MarginSchedule(
            levels: [.init(notional: .zero, initial: .basisPoints(200), maintenance: .basisPoints(100))])!,
        fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(25))
}

/// A gateway with the time and with everything that it said.
struct Desk {
    static let start = Timestamp(seconds: 1_700_000_000)
    static let latency = Interval.milliseconds(80)

    var gateway: PaperGateway
    var now = Desk.start
    var heard: [VenueEvent] = []
    var truths: [AccountTruth] = []
    var alarms: [DataAlarm] = []
    private var sequence: UInt32 = 0

    init(slippage: Rate = .zero, equity: Money = Money(10_000)) {
        gateway = PaperGateway(Desk.configuration(slippage, equity), surface: .derivatives)
        gateway.listed([terms(), terms(ether)], at: now)
        with { $0.start(at: $1, into: &$2) }
    }

    static func configuration(_ slippage: Rate = .zero, _ equity: Money = Money(10_000)) -> PaperGateway.Configuration {
        let exchange = ExchangeConfiguration(
            halfSpread: .share(.basisPoints(50)), impact: .basisPoints(500), participation: .basisPoints(10),
            liquidationFee: .basisPoints(50), orderLatency: Latency(.milliseconds(50), jitter: .milliseconds(30)))
        return PaperGateway.Configuration(equity: equity, exchange: exchange, slippage: slippage)
    }

    mutating func with(_ body: (inout PaperGateway, Timestamp, inout SessionOutbox<GatewayNews>) -> Void) {
        var outbox = SessionOutbox<GatewayNews>()
        body(&gateway, now, &outbox)
        for news in outbox.news {
            switch news {
            case .event(let event): heard.append(event)
            case .reconciled(let truth): truths.append(truth)
            case .alarm(let alarm): alarms.append(alarm)
            case .outcomeUnknown, .foreignFill, .health, .deadManSwitch: break
            }
        }
    }

    mutating func wait(_ interval: Interval) { now = now + interval }

    mutating func wake() { with { $0.receive(.woke, at: $1, into: &$2) } }

    /// A quote with a spread of one dollar around `middle`; mark and index are the middle.
    mutating func quote(
        _ middle: Int, after pause: Interval = .seconds(1), halfSpread: Price = Price(raw: Price.scale / 2),
        of id: InstrumentID = bitcoin, funding: Rate = .zero
    ) {
        wait(pause)
        let tick = Desk.tick(Price(middle), halfSpread, of: id, funding: funding, at: now)
        with { $0.observe(tick, at: $1, into: &$2) }
    }

    static func tick(
        _ middle: Price, _ halfSpread: Price = Price(raw: Price.scale / 2), of id: InstrumentID = bitcoin,
        funding: Rate = .zero, at time: Timestamp
    ) -> Tick {
        Tick(
            instrument: id, mark: middle, index: middle, last: middle, bid: middle - halfSpread,
            ask: middle + halfSpread, funding: HourlyFunding(funding), time: time)
    }

    @discardableResult
    mutating func place(
        _ side: Side, _ kind: OrderKind, _ quantity: Quantity = Quantity(1), reduceOnly: Bool = false,
        role: OrderRole = .entry, of id: InstrumentID = bitcoin
    ) -> OrderID {
        sequence += 1
        let order = Order(
            id: OrderID(setup: 7, role: role, sequence: sequence), instrument: id, side: side, quantity: quantity,
            kind: kind, reduceOnly: reduceOnly, role: role)
        send(.place(order))
        return order.id
    }

    mutating func send(_ command: VenueCommand) { with { $0.submit(command, at: $1, into: &$2) } }

    var fills: [Fill] {
        heard.compactMap { event in
            if case .filled(let fill) = event { fill } else { nil }
        }
    }
}
