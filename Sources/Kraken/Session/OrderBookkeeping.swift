public import Market
public import Venue

/// Our orders as the exchange tells of them: turns facts that come twice, late and in any order into events that come
/// once each, an acceptance before a fill and all fills before an end. Facts about orders of others are kept apart.
///
/// Absence from a list proves nothing here: only an explicit word ends an order.
public struct OrderBookkeeping: Sendable {
    public private(set) var orders: [OrderID: Entry] = [:]
    private var clients: [VenueOrderID: OrderID] = [:]
    private var booked: Set<UInt64> = []
    public private(set) var foreign: [VenueOrderID: ForeignOrder] = [:]
    /// The first halves of ids that are ours: an order that has one and is not known was sent, and its record lost.
    private var setups: Set<UInt64> = []

    public struct Entry: Hashable, Sendable {
        public internal(set) var order: Order
        /// It was not sent by this session, nor resumed: the exchange told of it.
        let isFound: Bool
        public internal(set) var venue: VenueOrderID?
        public internal(set) var stage = Stage.sent
        /// The whole size as last confirmed, filled part included.
        public internal(set) var quantity: Quantity
        /// The sum of the executions seen.
        public internal(set) var filled = Quantity.zero
        /// The end that waits for executions that the exchange counted and we have not seen.
        var pendingEnd: PendingEnd?

        init(order: Order, isFound: Bool = false) {
            self.order = order
            self.isFound = isFound
            quantity = order.quantity
        }
    }

    struct PendingEnd: Hashable, Sendable {
        let reason: CancelReason?
        let filled: Quantity
        let since: Timestamp
    }

    public enum Stage: UInt8, Hashable, Sendable {
        /// On its way; nothing was heard.
        case sent
        /// The exchange has it.
        case open
        case ended
    }

    public enum News: Hashable, Sendable {
        case event(VenueEvent)
        /// An execution of an order that is not ours, or that carries no order of ours (a liquidation).
        case foreignFill(OrderFact.Execution)
    }

    public init() {}

    /// Call before the order leaves.
    public mutating func sent(_ order: Order) {
        guard orders[order.id] == nil else { return }
        orders[order.id] = Entry(order: order)
        setups.insert(order.id.high)
    }

    /// Takes over from an earlier session. Orders count as sent: what became of them the exchange tells anew.
    /// - Parameter setups: the first halves of the ids of what is under way: of these there may be orders that are not
    ///   among `orders`, because their record was lost.
    public mutating func resume(_ orders: [Order], setups: [UInt64], bookedFills: [UInt64]) {
        self.setups.formUnion(setups)
        for order in orders { sent(order) }
        booked.formUnion(bookedFills)
    }

    public func venueID(of id: OrderID) -> VenueOrderID? { orders[id]?.venue }

    /// Our id of an order that the exchange names; nil when it is not ours or not known yet.
    public func id(of venue: VenueOrderID?) -> OrderID? { venue.flatMap { clients[$0] } }

    /// Our orders that the exchange has, in the order of their ids.
    public var openOrders: [OrderID] { orders.filter { $0.value.stage == .open }.map(\.key).sorted() }

    /// Orders whose end the exchange told of while executions are missing, since before `instant`: fills must be asked for.
    public func awaitsFills(since instant: Timestamp) -> Bool {
        orders.contains { $0.value.pendingEnd.map { $0.since <= instant } ?? false }
    }

    /// The exchange's list of open orders is complete: others' orders that it does not name are gone.
    public mutating func foreignOrders(areOnly listed: Set<VenueOrderID>) {
        foreign = foreign.filter { listed.contains($0.key) }
    }

    public mutating func apply(_ fact: OrderFact, at now: Timestamp) -> [News] {
        if let id = identify(fact) {
            let grown = grow(id, fact.kind)
            return grown + apply(fact.kind, to: id, at: now)
        }
        guard let lost = lostOrder(fact) else { return applyForeign(fact) }
        orders[lost.order.id] = Entry(order: lost.order, isFound: true)
        _ = identify(fact)
        return [.event(.found(lost.order, rests: lost.rests))] + apply(fact.kind, to: lost.order.id, at: now)
    }

    private mutating func identify(_ fact: OrderFact) -> OrderID? {
        let id = fact.client.flatMap { orders[$0] == nil ? nil : $0 } ?? fact.venue.flatMap { clients[$0] }
        if let id, let venue = fact.venue {
            clients[venue] = id
            if orders[id]?.venue == nil { orders[id]?.venue = venue }
            foreign[venue] = nil
        }
        return id
    }

    func isOfKnownSetup(_ id: OrderID) -> Bool { setups.contains(id.high) }
    func isBooked(_ execution: UInt64) -> Bool { booked.contains(execution) }

    /// A found order turns out to be larger than was told so far.
    private mutating func grow(_ id: OrderID, _ kind: OrderFact.Kind) -> [News] {
        guard var entry = orders[id], entry.isFound else { return [] }
        let (whole, rests): (Quantity, Bool)
        switch kind {
        case .open(let open):
            (whole, rests) = (open.remaining + open.filled, true)
            if whole > entry.quantity { entry.order = Order(id, entry.order.role, open) }
        case .filled(let execution):
            guard !booked.contains(execution.id) else { return [] }
            (whole, rests) = (entry.filled + execution.quantity, false)
            if whole > entry.quantity { entry.order = entry.order.with(quantity: whole) }
        case .refused, .triggered, .amended, .ended, .notFound: return []
        }
        guard whole > entry.quantity else { return [] }
        entry.quantity = whole
        entry.stage = .open
        orders[id] = entry
        return [.event(.found(entry.order, rests: rests))]
    }

    private mutating func apply(_ kind: OrderFact.Kind, to id: OrderID, at now: Timestamp) -> [News] {
        guard var entry = orders[id] else { return [] }
        var news: [News] = []
        switch kind {
        case .open:
            accept(&entry, &news)
        case .refused(let reason):
            if entry.stage == .sent || reason == .duplicateOrder {
                if reason != .duplicateOrder { entry.stage = .ended }
                news.append(.event(.rejected(id, reason)))
            }
        case .triggered:
            accept(&entry, &news)
            if entry.stage == .open { news.append(.event(.triggered(id))) }
        case .amended(let quantity):
            if let quantity { entry.quantity = quantity }
            if entry.stage != .ended { news.append(.event(.amended(id))) }
        case .filled(let execution):
            guard booked.insert(execution.id).inserted else { break }
            accept(&entry, &news)
            entry.filled += execution.quantity
            news.append(.event(.filled(fill(execution, of: id))))
            settle(&entry, &news)
        case .ended(let reason, let filled):
            guard entry.stage != .ended else { break }
            entry.pendingEnd = PendingEnd(reason: reason, filled: filled ?? entry.filled, since: now)
            settle(&entry, &news)
        case .notFound:
            if entry.stage != .ended { news.append(.event(.notFound(id))) }
        }
        orders[id] = entry
        return news
    }

    private func accept(_ entry: inout Entry, _ news: inout [News]) {
        guard entry.stage == .sent else { return }
        entry.stage = .open
        news.append(.event(.accepted(entry.order.id)))
    }

    /// Ends an order once every execution that the exchange counted is booked.
    private func settle(_ entry: inout Entry, _ news: inout [News]) {
        if entry.filled >= entry.quantity {
            entry.stage = .ended
            entry.pendingEnd = nil
            return
        }
        guard let end = entry.pendingEnd, entry.filled >= end.filled else { return }
        entry.pendingEnd = nil
        entry.stage = .ended
        let remaining = entry.quantity - entry.filled
        news.append(.event(.cancelled(entry.order.id, end.reason ?? .byVenue, remaining: remaining)))
    }

    private func fill(_ execution: OrderFact.Execution, of id: OrderID) -> Fill {
        Fill(
            id: execution.id, order: id, instrument: execution.instrument, side: execution.side,
            quantity: execution.quantity, price: execution.price, fee: execution.fee,
            liquidity: execution.liquidity, cause: execution.cause, time: execution.time)
    }

    private mutating func applyForeign(_ fact: OrderFact) -> [News] {
        switch fact.kind {
        case .open(let order):
            if let venue = fact.venue { foreign[venue] = ForeignOrder(id: venue, order: order) }
        case .ended, .refused, .notFound:
            if let venue = fact.venue { foreign[venue] = nil }
        case .filled(let execution):
            if booked.insert(execution.id).inserted { return [.foreignFill(execution)] }
        case .triggered, .amended: break
        }
        return []
    }
}
