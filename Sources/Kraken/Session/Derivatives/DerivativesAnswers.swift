import Market
import Venue
import Wire

/// Answers on their way in.
extension DerivativesGateway {
    typealias Outbox = SessionOutbox<GatewayNews>

    mutating func answered(_ flight: Flight, _ response: HTTPResponse, at now: Timestamp, into outbox: inout Outbox) {
        do throws(DerivativesError) {
            switch flight.errand {
            case .place(let order):
                let reply = try Derivatives.Reply<Derivatives.SendAnswer>(response)
                measured(flight, reply.serverTime, at: now)
                placed(order, reply.content.outcome, flight, at: now, into: &outbox)
            case .amend(let id, _, let quantity, _):
                let reply = try Derivatives.Reply<Derivatives.EditAnswer>(response)
                amended(id, quantity, reply.content.outcome, at: now, into: &outbox)
            case .cancel(let id, _):
                let reply = try Derivatives.Reply<Derivatives.CancelAnswer>(response)
                cancelled(id, reply.content.outcome, at: now, into: &outbox)
            case .cancelAll:
                let reply = try Derivatives.Reply<Derivatives.CancelAllAnswer>(response)
                for event in reply.content.events { applyEvent(event, at: now, into: &outbox) }
            case .deadManSwitch:
                let reply = try Derivatives.Reply<Derivatives.CancelAfterAnswer>(response)
                outbox.news.append(.deadManSwitch(reply.content.trigger))
            case .find(let id):
                let reply = try Derivatives.Reply<Derivatives.OrderStates>(response)
                found(id, reply.content.orders, at: now, into: &outbox)
            case .openOrders, .positions, .account, .fills, .missedFills:
                try looked(flight, response, at: now, into: &outbox)
            }
            budget.wasAccepted()
            failures = 0
        } catch {
            refused(flight, error, at: now, into: &outbox)
        }
    }

    /// The connection gave no answer.
    mutating func failed(_ flight: Flight, _ loss: TransportLoss, at now: Timestamp, into outbox: inout Outbox) {
        switch loss {
        case .notSent: again(flight, at: now)
        case .lost: lost(flight, "no answer came", at: now, into: &outbox)
        }
    }

    private mutating func measured(_ flight: Flight, _ stamped: Timestamp?, at now: Timestamp) {
        if let stamped { skew.measured(sent: flight.sent, stamped: stamped, received: now) }
    }

    private mutating func refused(
        _ flight: Flight, _ error: DerivativesError, at now: Timestamp, into outbox: inout Outbox
    ) {
        if error.isRateLimit {
            budget.wasRefused(at: now, until: error.retryAfter.map { now + $0 })
            outbox.news.append(.alarm(DataAlarm(.rateLimit, "\(error)")))
            return again(flight, at: now)
        }
        if error.isNonceProblem { return again(flight, at: now) }
        if error.mayHaveTakenEffect { return lost(flight, "\(error)", at: now, into: &outbox) }
        outbox.news.append(.alarm(DataAlarm(error.isAuthentication ? .authentication : .requestRefused, "\(error)")))
        switch flight.errand {
        case .place(let order):
            apply(OrderFact(client: order.id, .refused(.other)), at: now, into: &outbox)
        case .amend(let id, _, _, _): outbox.news.append(.event(.rejected(id, .other)))
        case .cancel(let id, _), .find(let id): unknown.notFound(id, at: now)
        case .cancelAll, .deadManSwitch, .missedFills: break
        case .openOrders(let number), .positions(let number), .account(let number), .fills(let number):
            abandon(number, retryAt: now + .seconds(2))
        }
    }

    /// A list of this look did not come: the whole look is made again.
    private mutating func abandon(_ number: UInt64, retryAt time: Timestamp) {
        guard look?.number == number else { return }
        look = nil
        lookAgainAt = time
    }

    /// The first failure is tried again at once, those after it ever later: an exchange that is down is not stormed, and when
    /// it is back what counts finds room.
    private mutating func retryTime(at now: Timestamp) -> Timestamp {
        defer { failures += 1 }
        guard failures > 0 else { return now }
        return now + min(.milliseconds(250 << Int64(min(failures - 1, 10))), .seconds(5))
    }

    /// The request was certainly not carried out: it goes again, an order with a new time limit.
    private mutating func again(_ flight: Flight, at now: Timestamp) {
        let retry = retryTime(at: now)
        switch flight.errand {
        case .place(let order): enqueue(flight.errand, protects: order.role != .entry, notBefore: retry)
        case .amend, .cancel, .cancelAll, .deadManSwitch, .find, .missedFills:
            enqueue(flight.errand, protects: true, notBefore: retry)
        case .openOrders(let number), .positions(let number), .account(let number), .fills(let number):
            abandon(number, retryAt: now + .seconds(1))
        }
    }

    /// The request may have been carried out. Reads and cancels go again; an order is looked for.
    private mutating func lost(
        _ flight: Flight, _ why: String, at now: Timestamp, into outbox: inout Outbox
    ) {
        switch flight.errand {
        case .place(let order):
            unknown.add(order.id, deadline: flight.sent + configuration.deadline, at: now)
            outbox.news.append(.outcomeUnknown(order.id))
            outbox.news.append(.alarm(DataAlarm(.unknownOutcome, "order \(order.id): \(why)")))
        case .amend(let id, _, _, _):
            unknown.add(id, deadline: flight.sent + configuration.deadline, at: now)
            outbox.news.append(.outcomeUnknown(id))
        case .find(let id): unknown.notFound(id, at: now)
        case .cancel, .cancelAll, .deadManSwitch, .missedFills, .openOrders, .positions, .account, .fills:
            again(flight, at: now)
        }
    }

    private mutating func placed(
        _ order: Order, _ outcome: Derivatives.OrderOutcome, _ flight: Flight, at now: Timestamp,
        into outbox: inout Outbox
    ) {
        let venue = outcome.orderID.map(VenueOrderID.init)
        switch outcome.status.group {
        case .ok:
            apply(
                OrderFact(client: order.id, venue: venue, .open(OrderFact.OpenOrder(order))), at: now, into: &outbox)
            for event in outcome.events { applyEvent(event, at: now, into: &outbox) }
        case .unknownOutcome: lost(flight, outcome.status.text, at: now, into: &outbox)
        case .reconcile, .refuse, .reprice, .wait, .bug:
            let reason = outcome.status.word?.rejection ?? .other
            apply(OrderFact(client: order.id, venue: venue, .refused(reason)), at: now, into: &outbox)
            if reason == .duplicateOrder { unknown.add(order.id, deadline: now, at: now) }
        }
    }

    private mutating func amended(
        _ id: OrderID, _ quantity: Quantity, _ outcome: Derivatives.OrderOutcome, at now: Timestamp,
        into outbox: inout Outbox
    ) {
        switch outcome.status.group {
        case .ok:
            let filled = books.orders[id]?.filled ?? .zero
            apply(OrderFact(client: id, .amended(quantity: quantity + filled)), at: now, into: &outbox)
            for event in outcome.events { applyEvent(event, at: now, into: &outbox) }
        case .reconcile: apply(OrderFact(client: id, .notFound), at: now, into: &outbox)
        case .unknownOutcome: unknown.add(id, deadline: now, at: now)
        case .refuse, .reprice, .wait, .bug:
            outbox.news.append(.event(.rejected(id, outcome.status.word?.rejection ?? .other)))
        }
    }

    private mutating func cancelled(
        _ id: OrderID, _ outcome: Derivatives.OrderOutcome, at now: Timestamp, into outbox: inout Outbox
    ) {
        switch outcome.status {
        case .known(.cancelled):
            var filled: Quantity?
            for event in outcome.events {
                if case .cancelled(_, let order?) = event { filled = order.filled }
            }
            apply(OrderFact(client: id, .ended(.requested, filled: filled)), at: now, into: &outbox)
        case .known(.filled):
            guard let order = books.orders[id] else { return }
            apply(OrderFact(client: id, .ended(.requested, filled: order.quantity)), at: now, into: &outbox)
        case .known, .unrecognised: apply(OrderFact(client: id, .notFound), at: now, into: &outbox)
        }
    }

    /// What an answer tells beside its status. Executions wait for the feed, which knows their fee.
    private mutating func applyEvent(
        _ event: Derivatives.OrderEvent, at now: Timestamp, into outbox: inout Outbox
    ) {
        switch event {
        case .cancelled(let id, let order):
            let client = order?.clientID.flatMap { OrderID(clientID: $0) }
            apply(
                OrderFact(client: client, venue: VenueOrderID(id), .ended(.requested, filled: order?.filled)), at: now,
                into: &outbox)
        case .triggerCancelled(let id, let trigger):
            let client = trigger.clientID.flatMap { OrderID(clientID: $0) }
            apply(
                OrderFact(client: client, venue: VenueOrderID(id), .ended(.requested, filled: nil)), at: now,
                into: &outbox)
        case .unrecognised(let kind):
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "order event '\(kind)'")))
        case .placed, .triggerPlaced, .executed, .edited, .triggerEdited, .rejected, .triggerRejected: break
        }
    }

    private mutating func found(
        _ id: OrderID, _ states: [Derivatives.OrderState], at now: Timestamp, into outbox: inout Outbox
    ) {
        guard let state = states.first(where: { $0.clientID.flatMap { OrderID(clientID: $0) } == id }) else {
            return unknown.notFound(id, at: now)
        }
        let venue = VenueOrderID(state.id)
        switch state.status {
        case .known(.enteredBook), .known(.triggerPlaced):
            guard let whole = state.quantity ?? books.orders[id]?.quantity else {
                return unknown.notFound(id, at: now)
            }
            apply(
                OrderFact(client: id, venue: venue, .open(OrderFact.OpenOrder(state, whole: whole))), at: now,
                into: &outbox)
        case .known(.fullyExecuted):
            apply(OrderFact(client: id, venue: venue, .ended(nil, filled: state.filled)), at: now, into: &outbox)
        case .known(.cancelled), .known(.triggerActivationFailure):
            apply(OrderFact(client: id, venue: venue, .ended(nil, filled: state.filled)), at: now, into: &outbox)
        case .known(.rejected):
            apply(OrderFact(client: id, venue: venue, .refused(.other)), at: now, into: &outbox)
        case .unrecognised(let text):
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "order status '\(text)'")))
            unknown.notFound(id, at: now)
        }
    }
}

extension DerivativesError {
    /// The wait that a limit named.
    var retryAfter: Interval? {
        if case .plainText(_, _, let wait) = self { return wait }
        return nil
    }

    var isNonceProblem: Bool {
        if case .refused(.known(let code), _) = self { return code == .nonceBelowThreshold || code == .nonceDuplicate }
        return false
    }

    var isAuthentication: Bool {
        if case .refused(.known(let code), _) = self {
            return code == .authenticationError || code == .accountInactive || code == .invalidAccount
        }
        return false
    }
}

extension OrderFact.OpenOrder {
    init(_ order: Order) {
        self.init(
            instrument: order.instrument, side: order.side, remaining: order.quantity, filled: .zero,
            price: order.kind.price, isTrigger: order.kind.isTrigger, reduceOnly: order.reduceOnly)
    }

    /// - Parameter whole: the order's size, which the exchange does not tell of untriggered ones.
    init(_ state: Derivatives.OrderState, whole: Quantity) {
        self.init(
            instrument: state.instrument, side: state.side, remaining: whole - state.filled,
            filled: state.filled, price: state.triggerPrice ?? state.limitPrice, isTrigger: state.isTrigger,
            reduceOnly: state.reduceOnly)
    }

    init(_ order: Derivatives.OpenOrder) {
        self.init(
            instrument: order.instrument, side: order.side, remaining: order.unfilled, filled: order.filled,
            price: order.stopPrice ?? order.limitPrice, isTrigger: order.stopPrice != nil,
            reduceOnly: order.reduceOnly)
    }
}
