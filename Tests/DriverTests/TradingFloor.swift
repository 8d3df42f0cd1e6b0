import Dispatch
import ExchangeService
import Kraken
import Market
import Sockets
import Synchronization
import Venue
import Wire

@testable import Driver
@testable import KrakenServer

/// A gateway and both market feeds, over TCP, at the local exchange. Time stands still while anything is on its way, so
/// nothing depends on how fast this machine is.
final class TradingFloor<G: Gateway> {
    private static var account: Line { Line(1, carrying: .account) }
    private static var ticks: Line { Line(2, carrying: .market) }
    private static var candles: Line { Line(3, carrying: .market) }

    let instrument: InstrumentID
    private let time: TradingFloorTime
    private let carrier: Carrier
    private(set) var gateway: G
    private var tickFeed: any MarketFeed
    private var candleFeed: SpotFeed
    private var gatewayOutbox = SessionOutbox<GatewayNews>()
    private var tickOutbox = SessionOutbox<MarketNews>()
    private var candleOutbox = SessionOutbox<MarketNews>()
    private(set) var news: [GatewayNews] = []
    private(set) var ticks: [Tick] = []
    private(set) var candles: [Candle] = []
    private(set) var health: [Int: FeedWatch.Health] = [:]
    private(set) var alarms: [DataAlarm] = []

    var now: Timestamp { time.now }

    init(
        _ server: SocketServer<WatchedExchange>, _ time: TradingFloorTime, instrument: InstrumentID, gateway: G,
        ticks: any MarketFeed
    ) throws {
        self.instrument = instrument
        self.time = time
        carrier = try Carrier(server, time)
        self.gateway = gateway
        tickFeed = ticks
        let pair = try Carrier.required(SpotPair("BTC/USD"))
        candleFeed = SpotFeed([
            .init(pair: pair, interval: .m1, next: time.now.floor(to: .minutes(1)), lastClose: nil)
        ])
        self.gateway.start(at: now, into: &gatewayOutbox)
        tickFeed.start(at: now, into: &tickOutbox)
        candleFeed.start(at: now, into: &candleOutbox)
        try settle()
    }

    // MARK: What a test does

    func submit(_ command: VenueCommand) throws {
        if case .amend(let id, _, _, _) = command { amended.insert(id) }
        gateway.submit(command, at: now, into: &gatewayOutbox)
        try settle()
    }

    func reconcile() throws {
        gateway.reconcile(at: now, into: &gatewayOutbox)
        try settle()
    }

    /// Lets the market's time pass, for the exchange and for the sessions alike.
    func pass(_ interval: Interval) throws {
        let end = now + interval
        while now < end {
            let wakes = [gateway.nextWake, tickFeed.nextWake, candleFeed.nextWake, carrier.nextEvent]
            let next = wakes.compactMap { $0 }.min() ?? end
            time.move(to: min(end, max(now + .milliseconds(1), next)))
            gateway.receive(.woke, at: now, into: &gatewayOutbox)
            tickFeed.receive(.woke, at: now, into: &tickOutbox)
            candleFeed.receive(.woke, at: now, into: &candleOutbox)
            try settle()
        }
    }

    func exchange<Result: Sendable>(_ body: @escaping @Sendable (inout LocalExchange) -> Result) throws -> Result {
        try carrier.onServer { body(&$0.served.exchange) }
    }

    func close() { carrier.wire.shutdown() }

    // MARK: Carrying

    private func settle() throws {
        try carrier.settle {
            performAll()
        } hand: {
            hand($0)
        }
    }

    private func hand(_ delivery: Delivery) {
        switch delivery.line {
        case Self.account: gateway.receive(delivery.input, at: delivery.receivedAt, into: &gatewayOutbox)
        case Self.ticks: tickFeed.receive(delivery.input, at: delivery.receivedAt, into: &tickOutbox)
        default: candleFeed.receive(delivery.input, at: delivery.receivedAt, into: &candleOutbox)
        }
    }

    private func performAll() {
        for action in gatewayOutbox.actions { carrier.wire.perform(Self.account, action) }
        for action in tickOutbox.actions { carrier.wire.perform(Self.ticks, action) }
        for action in candleOutbox.actions { carrier.wire.perform(Self.candles, action) }
        news += gatewayOutbox.news
        for item in gatewayOutbox.news {
            switch item {
            case .health(let now): health[Self.account.number] = now
            case .alarm(let alarm): alarms.append(alarm)
            case .event, .outcomeUnknown, .reconciled, .foreignFill, .deadManSwitch: break
            }
        }
        for (line, outbox) in [(Self.ticks, tickOutbox), (Self.candles, candleOutbox)] {
            for item in outbox.news { note(item, of: line) }
        }
        gatewayOutbox.clear()
        tickOutbox.clear()
        candleOutbox.clear()
    }

    private func note(_ item: MarketNews, of line: Line) {
        switch item {
        case .tick(let tick): ticks.append(tick)
        case .candle(_, _, let candle): candles.append(candle)
        case .health(let now): health[line.number] = now
        case .alarm(let alarm): alarms.append(alarm)
        case .state, .gap, .depth: break
        }
    }

    // MARK: What the client believes

    var events: [VenueEvent] {
        news.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    var lastTruth: AccountTruth? {
        news.reversed().lazy.compactMap { if case .reconciled(let truth) = $0 { truth } else { nil } }.first
    }

    /// By events alone: what a trader that reads them believes is open.
    var openByEvents: [String] {
        var open: Set<OrderID> = []
        for event in events {
            switch event {
            case .accepted(let id): open.insert(id)
            // What was refused of an order that is open is its amendment.
            case .rejected(let id, _) where amended.contains(id): break
            case .rejected(let id, _), .cancelled(let id, _, _): open.remove(id)
            case .filled(let fill) where isWholly(fill.order): open.remove(fill.order)
            case .filled, .triggered, .amended, .notFound, .found, .funding, .position, .account: break
            }
        }
        return open.map(\.description).sorted()
    }

    /// Sizes as asked for and amended.
    var sizes: [OrderID: Quantity] = [:]
    private var amended: Set<OrderID> = []

    private func isWholly(_ id: OrderID) -> Bool {
        let filled = events.reduce(Quantity.zero) { sum, event in
            if case .filled(let fill) = event, fill.order == id { sum + fill.quantity } else { sum }
        }
        return filled == sizes[id]
    }

    /// The last complete look and every fill told, in the exchange's terms.
    var picture: AccountPicture? {
        guard let truth = lastTruth else { return nil }
        let fills = events.compactMap { event in
            if case .filled(let fill) = event {
                "\(fill.order): \(fill.quantity) at \(fill.price) fee \(fill.fee)"
            } else {
                nil
            }
        }
        return AccountPicture(
            orders: truth.orders.map(\.description).sorted(), fills: fills.sorted(),
            positions: truth.positions.filter { !$0.quantity.isZero }
                .map { "\($0.instrument) \($0.side) \($0.quantity)" }.sorted(),
            balance: truth.account.balance)
    }
}
