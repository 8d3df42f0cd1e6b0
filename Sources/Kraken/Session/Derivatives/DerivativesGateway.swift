public import Market
public import Venue
import Wire

/// Orders and account over Derivatives REST v3, with the private feeds of WebSocket v1 beside it.
///
/// Placing, changing and cancelling are requests; what becomes of orders comes by the feeds, by the answers and by
/// `reconcile`, whichever is first. Fills of the feeds carry fees; those found by REST carry none, and are booked with a
/// reckoned fee only when the feeds have not told of them in time.
public struct DerivativesGateway: Gateway {
    public let capabilities = Capabilities(.derivatives)
    let configuration: Configuration
    let credentials: Credentials
    public internal(set) var nonces: NonceSource
    /// Requests in a row that came to nothing.
    var failures = 0
    var books = OrderBookkeeping()
    var budget = RateBudget.derivatives
    var queue = RequestQueue<Errand>()
    var inFlight: [RequestID: Flight] = [:]
    var lastRequest: UInt64 = 0
    var unknown = UnknownOutcomes()
    /// Orders of an earlier session, until the start.
    private var resumed: [OrderID] = []
    /// The look at the whole account that is under way.
    var look: CompleteLook?
    var looks: UInt64 = 0
    var lookAgainAt: Timestamp?
    var stream: DerivativesAccountStream
    /// Our open orders that a complete look did not show, and how many looks in a row.
    var missing: [OrderID: Int] = [:]
    public internal(set) var skew = ClockSkew()

    public struct Configuration: Hashable, Sendable {
        /// The venue refuses an order that it would process later than this after sending.
        public var deadline: Interval
        /// What a fill costs when a message does not say.
        public var fees: FeeSchedule
        /// How long fills that the venue has counted may take by the feed before they are asked for.
        public var fillPatience: Interval
        /// How many times as fast as the machine's the session's clock runs.
        public var hurry: Int64

        public init(
            fees: FeeSchedule, deadline: Interval = .seconds(5), fillPatience: Interval = .seconds(2), hurry: Int64 = 1
        ) {
            self.fees = fees
            self.hurry = hurry
            self.deadline = deadline
            self.fillPatience = fillPatience
        }
    }

    /// What a request is for.
    enum Errand: Hashable, Sendable {
        case place(Order)
        case amend(OrderID, InstrumentID, Quantity, Price?)
        case cancel(OrderID, InstrumentID)
        case cancelAll
        case deadManSwitch(seconds: Int64)
        case find(OrderID)
        case openOrders(look: UInt64)
        case positions(look: UInt64)
        case account(look: UInt64)
        case fills(look: UInt64)
        case missedFills
    }

    struct Flight: Hashable, Sendable {
        let errand: Errand
        let sent: Timestamp
    }

    /// - Parameter nonces: goes on from the last number used with this key.
    public init(credentials: Credentials, nonces: NonceSource, configuration: Configuration) {
        self.credentials = credentials
        self.nonces = nonces
        self.configuration = configuration
        stream = DerivativesAccountStream(
            credentials: credentials, fees: configuration.fees, hurry: configuration.hurry)
    }

    public mutating func resume(
        _ orders: [Order], setups: [UInt64], bookedFills: [UInt64], fundingSince: Timestamp
    ) {
        books.resume(orders, setups: setups, bookedFills: bookedFills)
        resumed = orders.map(\.id)
        stream.fundingSince = fundingSince
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        stream.connect(at: now, into: &outbox)
        // Whether they ever arrived is not known: they may have been on their way when the last session ended.
        for order in resumed { unknown.add(order, deadline: now + configuration.deadline, at: now) }
        resumed = []
        reconcile(at: now, into: &outbox)
    }

    public mutating func submit(
        _ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        switch command {
        case .place(let order):
            books.sent(order)
            enqueue(.place(order), protects: order.role != .entry)
        case .amend(let id, let instrument, let quantity, let price):
            let role = books.orders[id]?.order.role
            enqueue(.amend(id, instrument, quantity, price), protects: role != .entry)
        case .cancel(let id, let instrument):
            enqueue(.cancel(id, instrument), protects: true)
        }
        pump(at: now, into: &outbox)
    }

    public mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        enqueue(.cancelAll, protects: true)
        pump(at: now, into: &outbox)
    }

    public mutating func setDeadManSwitch(
        seconds: Int64, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        enqueue(.deadManSwitch(seconds: seconds), protects: true)
        pump(at: now, into: &outbox)
    }

    public mutating func reconcile(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        lookAgainAt = nil
        looks += 1
        let next = CompleteLook(number: looks, began: now)
        look = next
        for errand in [
            Errand.openOrders(look: next.number), .positions(look: next.number), .account(look: next.number),
            .fills(look: next.number),
        ] {
            enqueue(errand, protects: false)
        }
        pump(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        switch input {
        case .opened, .text, .closed:
            for told in stream.receive(input, at: now, into: &outbox) { take(told, at: now, into: &outbox) }
        case .answered(let id, let response):
            guard let flight = inFlight.removeValue(forKey: id) else { break }
            answered(flight, response, at: now, into: &outbox)
        case .failed(let id, let loss):
            guard let flight = inFlight.removeValue(forKey: id) else { break }
            failed(flight, loss, at: now, into: &outbox)
        case .woke: break
        }
        stream.tick(at: now, into: &outbox)
        followUp(at: now, into: &outbox)
        pump(at: now, into: &outbox)
    }

    public var nextWake: Timestamp? {
        [queue.nextWake, unknown.nextWake, lookAgainAt, stream.nextWake].compactMap { $0 }.min()
    }

    /// Books a fact and passes on what it means.
    mutating func apply(_ fact: OrderFact, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        if let id = fact.client ?? books.id(of: fact.venue) {
            unknown.settle(id)
            missing[id] = nil
        }
        for news in books.apply(fact, at: now) {
            switch news {
            case .event(let event): outbox.news.append(.event(event))
            case .foreignFill(let execution): outbox.news.append(.foreignFill(execution))
            }
        }
    }

    private mutating func take(
        _ told: DerivativesAccountStream.Told, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        switch told {
        case .fact(let fact): apply(fact, at: now, into: &outbox)
        case .position(let report): outbox.news.append(.event(.position(report)))
        case .account(let report): outbox.news.append(.event(.account(report)))
        case .subscribed:
            // Messages of the time without a connection are lost: a complete look fills the gap.
            reconcile(at: now, into: &outbox)
        }
    }

    /// What time and earlier answers have made due.
    private mutating func followUp(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        while let order = unknown.due(at: now) { enqueue(.find(order), protects: true) }
        if let again = lookAgainAt, again <= now { reconcile(at: now, into: &outbox) }
        if look == nil, unknown.needsCompleteLook(at: now), lookAgainAt == nil { lookAgainAt = now + .seconds(1) }
        if books.awaitsFills(since: now - configuration.fillPatience), !isUnderway(.missedFills) {
            enqueue(.missedFills, protects: true)
        }
    }
}
