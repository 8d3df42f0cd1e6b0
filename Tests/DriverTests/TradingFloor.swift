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
    private let server: SocketServer<WatchedExchange>
    private let wire: SessionWire
    private(set) var gateway: G
    private var tickFeed: any MarketFeed
    private var candleFeed: SpotFeed
    private var gatewayOutbox = SessionOutbox<GatewayNews>()
    private var tickOutbox = SessionOutbox<MarketNews>()
    private var candleOutbox = SessionOutbox<MarketNews>()
    /// The exchange's, as last seen.
    private var nextEvent: Timestamp?
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
        self.server = server
        self.gateway = gateway
        tickFeed = ticks
        let pair = try Self.required(SpotPair("BTC/USD"))
        candleFeed = SpotFeed([
            .init(pair: pair, interval: .m1, next: time.now.floor(to: .minutes(1)), lastClose: nil)
        ])
        var limits = WireLimits()
        limits.answer = TradingFloorTime.patience
        wire = try SessionWire(
            endpoints: SessionEndpoints(base: "http://127.0.0.1:\(server.port)"), limits: limits,
            clock: time.wireClock)
        self.gateway.start(at: now, into: &gatewayOutbox)
        tickFeed.start(at: now, into: &tickOutbox)
        candleFeed.start(at: now, into: &candleOutbox)
        try settle()
    }

    struct Missing: Error {}

    private static func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
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
            let wakes = [gateway.nextWake, tickFeed.nextWake, candleFeed.nextWake, nextEvent]
            let next = wakes.compactMap { $0 }.min() ?? end
            time.move(to: min(end, max(now + .milliseconds(1), next)))
            gateway.receive(.woke, at: now, into: &gatewayOutbox)
            tickFeed.receive(.woke, at: now, into: &tickOutbox)
            candleFeed.receive(.woke, at: now, into: &candleOutbox)
            try settle()
        }
    }

    func exchange<Result: Sendable>(_ body: @escaping @Sendable (inout LocalExchange) -> Result) throws -> Result {
        try onServer { body(&$0.served.exchange) }
    }

    func close() { wire.shutdown() }

    // MARK: Carrying

    /// Until nothing is on its way: every request has its outcome unless the exchange keeps it waiting on purpose, every
    /// connection is open or refused, and three rounds through both threads brought nothing more.
    private func settle() throws {
        var quiet = 0
        while quiet < 3 {
            performAll()
            let look = try look()
            nextEvent = look.nextEvent
            wire.passRound()
            var hasMoved = take(until: .distantPast)
            if !hasMoved, wire.pending > look.held {
                hasMoved = take(until: nil)
            }
            quiet = hasMoved ? 0 : quiet + 1
        }
    }

    private struct Look: Sendable {
        let nextEvent: Timestamp?
        let held: Int
    }

    /// Gives the exchange its turn at the present time.
    private func look() throws -> Look {
        let now = now
        return try onServer { Look(nextEvent: $0.nextEvent, held: $0.held(at: now)) }
    }

    private func onServer<Result: Sendable>(
        _ body: @escaping @Sendable (inout WatchedExchange) -> Result
    ) throws -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Swift.Result<Result, any Error>?>(nil)
        let server = server
        Task {
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await server.withValue(body)) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        return try Self.required(result.withLock { $0 }).get()
    }

    /// Takes what has come; with nil, waits for the first. Whether there was anything.
    private func take(until deadline: Timestamp?) -> Bool {
        var hasMoved = false
        while true {
            switch wire.next(until: hasMoved ? .distantPast : deadline) {
            case .delivery(let delivery):
                hasMoved = true
                hand(delivery)
            case .overflowed, .knocked: hasMoved = true
            case .due: return hasMoved
            }
        }
    }

    private func hand(_ delivery: Delivery) {
        switch delivery.line {
        case Self.account: gateway.receive(delivery.input, at: delivery.receivedAt, into: &gatewayOutbox)
        case Self.ticks: tickFeed.receive(delivery.input, at: delivery.receivedAt, into: &tickOutbox)
        default: candleFeed.receive(delivery.input, at: delivery.receivedAt, into: &candleOutbox)
        }
        performAll()
    }

    private func performAll() {
        for action in gatewayOutbox.actions { wire.perform(Self.account, action) }
        for action in tickOutbox.actions { wire.perform(Self.ticks, action) }
        for action in candleOutbox.actions { wire.perform(Self.candles, action) }
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
        case .state, .gap: break
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
            case .filled, .triggered, .amended, .notFound, .funding, .position, .account: break
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

extension SessionWire {
    /// Returns when the thread of the sockets has been through all that lay before it.
    func passRound() {
        let done = DispatchSemaphore(value: 0)
        loop.execute { done.signal() }
        done.wait()
    }
}
