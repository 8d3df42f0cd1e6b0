import Market
import Venue
import Wire

/// Answers on their way in, and answers that do not come.
extension UnifiedGateway {
    mutating func answered(_ reply: Unified.Reply, at now: Timestamp, into outbox: inout Outbox) {
        guard let id = reply.id, let flight = inFlight.removeValue(forKey: id) else { return }
        switch reply.outcome {
        case .accepted(let results):
            for warning in results.warnings { report("the exchange announces: \(warning)", &outbox) }
            accepted(flight, results, at: now, into: &outbox)
        case .refused(let text): refused(flight, text, at: now, into: &outbox)
        }
    }

    private mutating func accepted(
        _ flight: Flight, _ results: Unified.Reply.Results, at now: Timestamp, into outbox: inout Outbox
    ) {
        budget.wasAccepted()
        switch flight.errand {
        case .place(let order, _):
            let venue = results.orders.first?.orderID.map { VenueOrderID($0) }
            apply(
                OrderFact(client: order.id, venue: venue, .open(OrderFact.OpenOrder(order))), at: now, into: &outbox)
        case .amend(let id, _, _):
            guard let amendment = amendments.removeValue(forKey: id) else { return }
            apply(OrderFact(client: id, .amended(quantity: amendment.quantity)), at: now, into: &outbox)
        case .cancel(let id):
            // The proof is the end that the executions tell.
            if let entry = books.orders[id], entry.stage != .ended { cancelled[id] = now }
        case .cancelAll: break
        case .deadManSwitch(let seconds):
            // An answer without the time means what was asked for.
            let trigger = results.trigger ?? (seconds == 0 ? nil : now + .seconds(seconds))
            outbox.news.append(.deadManSwitch(seconds == 0 ? nil : trigger))
        case .subscribe(let channel): subscribed(channel, at: now)
        case .unsubscribe(let channel): renewSubscription(channel, at: now, into: &outbox)
        }
    }

    private mutating func refused(_ flight: Flight, _ text: String, at now: Timestamp, into outbox: inout Outbox) {
        switch Unified.RefusalKind(text) {
        case .rateLimit:
            budget.wasRefused(at: now)
            alarm(.rateLimit, text, &outbox)
            return again(flight)
        case .lockout:
            budget.wasRefused(at: now, until: now + .minutes(15))
            alarm(.rateLimit, text, &outbox)
        case .staleToken:
            alarm(.authentication, text, &outbox)
            tokens.renew(at: now, into: &outbox)
            // An order is never sent again by itself.
            if case .place = flight.errand {} else { return again(flight) }
        case .credentials: alarm(.authentication, text, &outbox)
        case .insufficientFunds, .invalidOrder: break
        case .bug, .other:
            if leavesDoubt(text) {
                budget.wasRefused(at: now)
                return lost(flight, "the exchange said '\(text)'", at: now, into: &outbox)
            }
            alarm(.requestRefused, text, &outbox)
        }
        refusedForGood(flight, text, at: now, into: &outbox)
    }

    private mutating func refusedForGood(
        _ flight: Flight, _ text: String, at now: Timestamp, into outbox: inout Outbox
    ) {
        switch flight.errand {
        case .place(let order, _):
            let reason = RejectReason(unified: text, order)
            guard reason != .duplicateOrder else { return unknown.add(order.id, deadline: now, at: now) }
            apply(OrderFact(client: order.id, .refused(reason)), at: now, into: &outbox)
        case .amend(let id, _, _):
            amendments[id] = nil
            if text.hasPrefix("EOrder:Invalid order") || text.hasPrefix("EOrder:Unknown order") {
                notFound(id, at: now, into: &outbox)
            } else {
                outbox.news.append(.event(.rejected(id, RejectReason(unified: text, books.orders[id]?.order))))
            }
        case .cancel(let id): notFound(id, at: now, into: &outbox)
        case .cancelAll: break
        case .deadManSwitch:
            // Whether the timer names the class of assets is not documented.
            if text.contains("asset_class"), !timerNamesAssetClass {
                timerNamesAssetClass = true
                enqueue(flight.errand)
            }
        case .subscribe(let channel):
            alarm(.subscriptionRefused, "\(channel.rawValue): \(text)", &outbox)
            // Cash is told by the margin too; without the others the account is not known.
            if channel == .balances { subscribed(channel, at: now) } else { giveUp(at: now, into: &outbox) }
        case .unsubscribe(let channel):
            // There was none: that is what was wanted.
            renewSubscription(channel, at: now, into: &outbox)
        }
    }

    /// Done already, or it never was: the next look tells which.
    private mutating func notFound(_ id: OrderID, at now: Timestamp, into outbox: inout Outbox) {
        guard !unknown.contains(id) else { return }
        apply(OrderFact(client: id, .notFound), at: now, into: &outbox)
        if books.orders[id]?.stage == .open { wantLook(at: now + configuration.patience) }
    }

    /// Whether words of the exchange leave open if the request was carried out.
    private func leavesDoubt(_ text: String) -> Bool {
        ["EGeneral:Internal error", "EService:Unavailable", "EService:Busy", "EService:Timeout"].contains {
            text.hasPrefix($0)
        } || text.isEmpty
    }

    /// The request was certainly not carried out: it goes again.
    private mutating func again(_ flight: Flight) {
        switch flight.errand {
        case .place, .amend, .cancel, .cancelAll, .deadManSwitch: enqueue(flight.errand)
        case .subscribe, .unsubscribe: break
        }
    }

    /// The request may have been carried out. Cancels and the timer go again; an order is looked for.
    private mutating func lost(_ flight: Flight, _ why: String, at now: Timestamp, into outbox: inout Outbox) {
        switch flight.errand {
        case .place(let order, _):
            guard books.orders[order.id]?.stage == .sent else { return }
            unknown.add(order.id, deadline: flight.sent + configuration.deadline, at: now)
            outbox.news.append(.outcomeUnknown(order.id))
            alarm(.unknownOutcome, "order \(order.id): \(why)", &outbox)
        case .amend(let id, _, _):
            guard amendments[id] != nil else { return }
            unknown.add(id, deadline: flight.sent + configuration.deadline, at: now)
            outbox.news.append(.outcomeUnknown(id))
        case .cancel, .cancelAll, .deadManSwitch: enqueue(flight.errand)
        case .subscribe, .unsubscribe: break
        }
    }

    /// Answers that are due and did not come.
    mutating func expectAnswers(at now: Timestamp, into outbox: inout Outbox) {
        let late = inFlight.filter { !$0.value.isOverdue && $0.value.sent + Self.answerPatience <= now }
        for (id, flight) in late.sorted(by: { $0.key < $1.key }) {
            inFlight[id]?.isOverdue = true
            switch flight.errand {
            case .subscribe, .unsubscribe:
                alarm(.messagesLost, "no answer to a subscription", &outbox)
                return giveUp(at: now, into: &outbox)
            case .place, .amend, .cancel, .cancelAll, .deadManSwitch:
                lost(flight, "no answer came", at: now, into: &outbox)
            }
        }
    }

    mutating func giveUp(at now: Timestamp, into outbox: inout Outbox) {
        guard line.socket != nil else { return }
        if line.giveUp(at: now, into: &outbox) == .lost { lostConnection(at: now, into: &outbox) }
    }

    mutating func lostConnection(at now: Timestamp, into outbox: inout Outbox) {
        tokens.end()
        hasSubscribed = false
        owed = []
        sequences = [:]
        account = nil
        cash = nil
        abandonLook(at: now)
        let flights = inFlight.sorted { $0.key < $1.key }
        inFlight = [:]
        for (_, flight) in flights where !flight.isOverdue {
            lost(flight, "the connection broke", at: now, into: &outbox)
        }
    }
}

extension RejectReason {
    /// What a refusal of the unified surface means. Those of derivatives are not documented: Spot's words are tried.
    init(unified text: String, _ order: Order?) {
        let meanings: [(String, RejectReason)] = [
            ("EOrder:Insufficient funds", .insufficientMargin), ("EOrder:Insufficient margin", .insufficientMargin),
            ("EOrder:Post only", .postOnlyWouldTrade), ("EOrder:Reduce only", .reduceOnlyWouldIncrease),
            ("EOrder:Tick size", .priceOffTick), ("EOrder:Order minimum", .quantityTooSmall),
            ("EOrder:Positions limit", .quantityTooLarge), ("EOrder:Margin position size", .quantityTooLarge),
            ("EOrder:Orders limit", .tooManyOrders), ("EOrder:Self trade", .selfTrade),
            ("EQuery:Unknown asset pair", .unknownInstrument), ("EService:Deadline elapsed", .tooLate),
            ("EService:Market in", .marketSuspended), ("EGeneral:Invalid arguments:cl_ord_id", .duplicateOrder),
            ("EGeneral:Invalid arguments:order_qty", .quantityOffLot),
        ]
        if text.hasPrefix("EOrder:Invalid price") {
            self = order?.kind.isTrigger ?? false ? .triggerAlreadyReached : .priceOutsideBand
        } else {
            self = meanings.first { text.hasPrefix($0.0) }?.1 ?? .other
        }
    }
}
