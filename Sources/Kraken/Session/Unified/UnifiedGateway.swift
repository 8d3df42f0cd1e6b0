public import Market
public import Venue
import Wire

/// Orders and account over the private Unified WebSocket: requests with numbers and the news of orders, positions and
/// margin on one connection, opened by a token of Spot REST.
///
/// One order cannot be asked for there, nor old fills: what became of a request without an answer, and of everything
/// while there was no connection, the snapshots tell that a new subscription brings. An order that two of them do not
/// show, after its time limit, was never accepted.
public struct UnifiedGateway: Gateway {
    public let capabilities = Capabilities(.unified)
    let configuration: Configuration
    var books = OrderBookkeeping()
    var budget = RateBudget.unified
    var queue = RequestQueue<Errand>()
    /// By the number of the request.
    var inFlight: [Int64: Flight] = [:]
    var lastRequest: Int64 = 0
    var unknown = UnknownOutcomes()
    /// Unknown orders that a complete look after their time limit did not show, and how many did not.
    var absences: [OrderID: Int] = [:]
    /// Our open orders that a complete look did not show, and how many in a row.
    var missing: [OrderID: Int] = [:]
    /// Cancels that the exchange confirmed, until it tells of the end.
    var cancelled: [OrderID: Timestamp] = [:]
    /// What is to be done to an order as soon as it is known to be there.
    var later: [OrderID: Errand] = [:]
    /// Changes of which no word came yet: the whole quantity, and the price where it changes.
    var amendments: [OrderID: Amendment] = [:]
    /// Orders that have been told as triggered, and as lacking fills.
    var triggered: Set<OrderID> = []
    var lacking: Set<OrderID> = []
    private var resumed: [OrderID] = []
    var memory = ExecutionMemory()
    var positions = PositionMemory()
    var account: AccountReport?
    /// Dollars of the balances, for an account whose margin does not tell them.
    var cash: Money?
    var look: UnifiedLook?
    var lookAgainAt: Timestamp?
    var lastConcluded: Timestamp?
    var line: StreamLine
    var tokens: TokenSession
    /// Whether this connection has asked for its subscriptions, and which are not acknowledged yet.
    var hasSubscribed = false
    var owed: Set<Unified.Channel> = []
    /// Numbers of the last frames of this subscription.
    var sequences: [Unified.Channel: Int64] = [:]
    /// Whether the timer's request names the class of assets: found out by trying.
    var timerNamesAssetClass = false
    /// Words that were reported already.
    var reported: Set<String> = []

    public struct Configuration: Hashable, Sendable {
        /// The exchange does not match an order later than this after sending.
        public var deadline: Interval
        /// What a fill costs when a message does not say.
        public var fees: FeeSchedule
        /// How long what was announced may take to come: a fill that was counted, the end of a cancelled order.
        public var patience: Interval
        /// How many times as fast as the machine's the session's clock runs.
        public var hurry: Int64

        public init(
            fees: FeeSchedule, deadline: Interval = .seconds(5), patience: Interval = .seconds(2), hurry: Int64 = 1
        ) {
            self.fees = fees
            self.hurry = hurry
            self.deadline = deadline
            self.patience = patience
        }
    }

    /// - Parameters:
    ///   - credentials: of the ordinary (spot) key; this surface knows no other.
    ///   - nonces: goes on from the last number used with this key.
    ///   - seed: for the random part of the pauses between connections.
    public init(credentials: Credentials, nonces: NonceSource, configuration: Configuration, seed: UInt64 = 6) {
        self.configuration = configuration
        tokens = TokenSession(credentials: credentials, nonces: nonces, seed: seed ^ 0x5eed)
        // Heartbeats come every second.
        line = StreamLine(
            .unifiedPrivate, firstSocket: 0,
            watch: FeedWatch(silence: .seconds(10), staleness: .days(1), hurry: configuration.hurry), seed: seed)
    }

    /// For the next session with this key.
    public var nonces: NonceSource { tokens.nonces }

    public mutating func resume(
        _ orders: [Order], setups: [UInt64], bookedFills: [UInt64], fundingSince: Timestamp
    ) {
        books.resume(orders, setups: setups, bookedFills: bookedFills)
        resumed = orders.map(\.id)
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        // Whether they ever arrived is not known: they may have been on their way when the last session ended.
        for order in resumed { unknown.add(order, deadline: now + configuration.deadline, at: now) }
        resumed = []
        line.start(at: now, into: &outbox)
    }

    public mutating func submit(
        _ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        switch command {
        case .place(let order): place(order, at: now, into: &outbox)
        case .amend(let id, _, let quantity, let price):
            amend(id, quantity: quantity, price: price, at: now, into: &outbox)
        case .cancel(let id, _): cancel(id, at: now, into: &outbox)
        }
        pump(at: now, into: &outbox)
    }

    public mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        enqueue(.cancelAll)
        pump(at: now, into: &outbox)
    }

    public mutating func setDeadManSwitch(
        seconds: Int64, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        // Only the last wish counts.
        queue.remove { if case .deadManSwitch = $0 { true } else { false } }
        enqueue(.deadManSwitch(seconds: seconds))
        pump(at: now, into: &outbox)
    }

    public mutating func reconcile(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        // Without a connection the next one begins with a look; one that has not begun to read is as good as a new one.
        guard isReady else { return }
        guard let look else { return beginLook(at: now, into: &outbox) }
        if look.hasBegunToRead { lookAgainAt = now }
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        switch line.receive(input, at: now, into: &outbox) {
        case .opened: tokens.begin(at: now, into: &outbox)
        case .text(let bytes): read(bytes, at: now, into: &outbox)
        case .lost: lostConnection(at: now, into: &outbox)
        case nil: break
        }
        if tokens.receive(input, at: now, alarm: { outbox.news.append(.alarm($0)) }) {
            subscribe(at: now, into: &outbox)
        }
        tokens.tick(at: now, into: &outbox)
        if line.tick(at: now, into: &outbox) == .lost { lostConnection(at: now, into: &outbox) }
        followUp(at: now, into: &outbox)
        pump(at: now, into: &outbox)
        if let health = line.changedHealth(at: now) { outbox.news.append(.health(health)) }
    }

    public var nextWake: Timestamp? {
        let answers = inFlight.values.filter { !$0.isOverdue }.map { $0.sent + Self.answerPatience }.min()
        let stale = queue.requests.compactMap { expiry(of: $0) }.min()
        let ends = cancelled.values.map { $0 + configuration.patience }.min()
        let looking = look.map { $0.began + UnifiedLook.patience }
        return [
            maySend ? queue.nextWake : nil, mayLook ? unknown.nextWake : nil, mayLook ? lookAgainAt : nil,
            line.nextWake, tokens.nextWake, answers, stale, isReady ? ends : nil, looking,
        ].compactMap { $0 }.min()
    }

    /// How long an answer may take before it counts as lost.
    static let answerPatience = Interval.seconds(5)

    /// Whether orders may go: what becomes of them would be heard.
    var isReady: Bool { tokens.token != nil && hasSubscribed && owed.isEmpty && line.socket != nil }

    var maySend: Bool { isReady && inFlight.values.count { !$0.isOverdue } < Self.mostInFlight }
    private var mayLook: Bool { isReady && look == nil }

    /// Books a fact and passes on what it means.
    mutating func apply(_ fact: OrderFact, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        let id = fact.client.flatMap { books.orders[$0] == nil ? nil : $0 } ?? books.id(of: fact.venue)
        if let id { settle(id, fact.kind) }
        for news in books.apply(fact, at: now) {
            switch news {
            case .event(let event): outbox.news.append(.event(event))
            case .foreignFill(let execution): outbox.news.append(.foreignFill(execution))
            }
        }
    }

    /// Any word about an order ends the doubt whether it is there; that it was not found is none.
    private mutating func settle(_ id: OrderID, _ kind: OrderFact.Kind) {
        switch kind {
        case .notFound: return
        case .open, .triggered, .amended, .filled:
            if let errand = later.removeValue(forKey: id) { enqueue(errand) }
        case .refused, .ended:
            later[id] = nil
            cancelled[id] = nil
            amendments[id] = nil
        }
        unknown.settle(id)
        absences[id] = nil
        missing[id] = nil
    }
}
