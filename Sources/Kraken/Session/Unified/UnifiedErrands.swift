import Market
import Venue
import Wire

/// Requests on their way out.
extension UnifiedGateway {
    typealias Outbox = SessionOutbox<GatewayNews>

    /// What a request is for.
    enum Errand: Hashable, Sendable {
        /// An entry that could not leave in time after it was wished is not wanted any more.
        case place(Order, wished: Timestamp)
        /// `quantity` is what shall remain.
        case amend(OrderID, quantity: Quantity, price: Price?)
        case cancel(OrderID)
        case cancelAll
        case deadManSwitch(seconds: Int64)
        case subscribe(Unified.Channel)
        case unsubscribe(Unified.Channel)

        /// The order that it is about.
        var order: OrderID? {
            switch self {
            case .place(let order, _): order.id
            case .amend(let id, _, _), .cancel(let id): id
            case .cancelAll, .deadManSwitch, .subscribe, .unsubscribe: nil
            }
        }
    }

    struct Flight: Hashable, Sendable {
        let errand: Errand
        let sent: Timestamp
        /// No answer came in time; one that comes late still counts.
        var isOverdue = false
    }

    struct Amendment: Hashable, Sendable {
        let quantity: Quantity
        let price: Price?
        let sent: Timestamp
    }

    /// Requests without an answer at one time.
    static let mostInFlight = 10

    // MARK: Wishes

    mutating func place(_ order: Order, at now: Timestamp, into outbox: inout Outbox) {
        if let entry = books.orders[order.id] {
            return placedAgain(order.id, entry.stage, at: now, into: &outbox)
        }
        books.sent(order)
        if order.kind.watchesMark, capabilities.stopTrigger != .mark {
            let text = "triggers watch the index: there is none on the mark price here"
            if reported.insert(text).inserted { alarm(.unsupported, text, &outbox) }
        }
        enqueue(.place(order, wished: now))
    }

    /// The exchange forgets an id once its order has ended, so a second sending would be a second order: it never goes.
    private mutating func placedAgain(
        _ id: OrderID, _ stage: OrderBookkeeping.Stage, at now: Timestamp, into outbox: inout Outbox
    ) {
        switch stage {
        case .sent:
            // Nothing is proven yet: what became of the first is being found out.
            if !isUnderway(id) { unknown.add(id, deadline: now, at: now) }
        case .open: outbox.news.append(.event(.rejected(id, .duplicateOrder)))
        case .ended:
            alarm(.requestRefused, "order \(id) was asked for again after its end", &outbox)
            outbox.news.append(.event(.rejected(id, .other)))
        }
    }

    mutating func amend(
        _ id: OrderID, quantity: Quantity, price: Price?, at now: Timestamp, into outbox: inout Outbox
    ) {
        let isTrigger = books.orders[id]?.order.kind.isTrigger ?? false
        if isTrigger, price != nil, capabilities[.amendTrigger] != .supported {
            alarm(
                .unsupported, "the trigger of \(id) cannot be amended: place the new stop, cancel the old", &outbox)
            outbox.news.append(.event(.rejected(id, .other)))
            return
        }
        let errand = Errand.amend(id, quantity: quantity, price: price)
        guard isUnderway(id) else { return enqueue(errand) }
        // Whoever wants it gone does not want it changed any more.
        if later[id] != .cancel(id) { later[id] = errand }
    }

    mutating func cancel(_ id: OrderID, at now: Timestamp, into outbox: inout Outbox) {
        if queue.requests.contains(where: { if case .place(let order, _) = $0 { order.id == id } else { false } }) {
            queue.remove { $0.order == id }
            return apply(OrderFact(client: id, .ended(.requested, filled: .zero)), at: now, into: &outbox)
        }
        // Two messages in a row may overtake each other: the answer to the first comes before the second goes.
        if isUnderway(id) {
            later[id] = .cancel(id)
        } else {
            if unknown.contains(id) { later[id] = .cancel(id) }
            enqueue(.cancel(id))
        }
    }

    /// Whether an answer about placing or changing this order is still awaited.
    private func isUnderway(_ id: OrderID) -> Bool {
        let waits = queue.requests.contains {
            if case .place(let order, _) = $0 { order.id == id } else { false }
        }
        return waits
            || inFlight.contains { flight in
                guard !flight.value.isOverdue else { return false }
                switch flight.value.errand {
                case .place, .amend: return flight.value.errand.order == id
                case .cancel, .cancelAll, .deadManSwitch, .subscribe, .unsubscribe: return false
                }
            }
    }

    mutating func enqueue(_ errand: Errand) {
        if queue.requests.contains(errand) { return }
        queue.append(errand, cost: 1, purpose: protects(errand) ? .protective : .ordinary)
    }

    private func protects(_ errand: Errand) -> Bool {
        switch errand {
        case .place(let order, _): order.role != .entry
        case .amend(let id, _, _): books.orders[id]?.order.role != .entry
        case .cancel, .cancelAll, .deadManSwitch, .subscribe, .unsubscribe: true
        }
    }

    /// When an errand that has not left is given up; nil: never.
    func expiry(of errand: Errand) -> Timestamp? {
        guard case .place(let order, let wished) = errand, order.role == .entry else { return nil }
        return wished + configuration.deadline
    }

    /// Gives up entries that could not leave in time; that they are not there is certain.
    mutating func expire(at now: Timestamp, into outbox: inout Outbox) {
        let late = queue.requests.filter { errand in expiry(of: errand).map { $0 <= now } ?? false }
        guard !late.isEmpty else { return }
        queue.remove { late.contains($0) }
        for errand in late {
            if let id = errand.order { apply(OrderFact(client: id, .refused(.tooLate)), at: now, into: &outbox) }
        }
    }

    // MARK: Sending

    /// Sends what the budget and the connection allow.
    mutating func pump(at now: Timestamp, into outbox: inout Outbox) {
        while maySend,
            let errand = queue.next(&budget, at: now)
        {
            guard let action = action(for: errand, at: now) else { continue }
            send(errand, action, at: now, into: &outbox)
        }
    }

    mutating func send(
        _ errand: Errand, _ action: Unified.Request.Action, at now: Timestamp, into outbox: inout Outbox
    ) {
        lastRequest += 1
        inFlight[lastRequest] = Flight(errand: errand, sent: now)
        line.send(Unified.Request(action, token: tokens.token, id: lastRequest).bytes, into: &outbox)
    }

    /// Nil when there is no more reason for it.
    private mutating func action(for errand: Errand, at now: Timestamp) -> Unified.Request.Action? {
        let deadline = now + configuration.deadline
        switch errand {
        case .place(let order, _): return .addOrder(addOrder(order, deadline))
        case .amend(let id, let quantity, let price):
            let whole = quantity + (books.orders[id]?.filled ?? .zero)
            amendments[id] = Amendment(quantity: whole, price: price, sent: now)
            return .amendOrder(
                Unified.AmendOrder(reference(id), quantity: whole, limitPrice: price, deadline: deadline))
        case .cancel(let id):
            guard books.orders[id]?.stage != .ended else { return nil }
            switch reference(id) {
            case .order(let name): return .cancelOrders(orders: [name])
            case .client(let name): return .cancelClientOrders([name])
            }
        case .cancelAll: return .cancelAll
        case .deadManSwitch(let seconds):
            return .cancelAllOrdersAfter(seconds: seconds, namesAssetClass: timerNamesAssetClass)
        case .subscribe, .unsubscribe: return nil
        }
    }

    private func reference(_ id: OrderID) -> Derivatives.OrderReference {
        books.venueID(of: id).map { .order($0.description) } ?? .client(id.description)
    }

    private func addOrder(_ order: Order, _ deadline: Timestamp) -> Unified.AddOrder {
        var add = Unified.AddOrder(
            .market, order.instrument, order.side, quantity: order.quantity, reduceOnly: order.reduceOnly,
            clientID: order.id.description, deadline: deadline)
        switch order.kind {
        case .market: break
        case .limit(let price): (add.type, add.limitPrice) = (.limit, price)
        case .postOnly(let price): (add.type, add.limitPrice, add.postOnly) = (.limit, price, true)
        case .stopMarket(let trigger, let source):
            (add.type, add.limitPrice) = (order.worst == nil ? .stopLoss : .stopLossLimit, order.worst)
            add.trigger = .init(reference(source), trigger)
        case .takeProfitMarket(let trigger, let source):
            (add.type, add.limitPrice) = (order.worst == nil ? .takeProfit : .takeProfitLimit, order.worst)
            add.trigger = .init(reference(source), trigger)
        }
        return add
    }

    /// The mark price is not offered: what the surface has instead protects, the index is nearest to it.
    private func reference(_ source: TriggerSource) -> Unified.Reference {
        switch source == .mark ? capabilities.stopTrigger : source {
        case .last: .last
        case .mark, .index: .index
        }
    }

    func alarm(_ kind: DataAlarm.Kind, _ detail: String, _ outbox: inout Outbox) {
        outbox.news.append(.alarm(DataAlarm(kind, detail)))
    }

    /// Words that are not known are told once each.
    mutating func report(_ word: String, _ outbox: inout Outbox) {
        if reported.insert(word).inserted { alarm(.unrecognisedValue, word, &outbox) }
    }
}

extension OrderKind {
    fileprivate var watchesMark: Bool {
        switch self {
        case .stopMarket(_, let source), .takeProfitMarket(_, let source): source == .mark
        case .limit, .postOnly, .market: false
        }
    }
}
