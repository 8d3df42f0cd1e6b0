import Market
import Venue

/// A look at the whole account: the snapshots of new subscriptions, as they come in.
struct UnifiedLook: Hashable, Sendable {
    /// A look that takes longer ends with the connection.
    static let patience = Interval.seconds(10)

    let began: Timestamp
    /// Every order that the snapshot showed as open.
    var orders: Set<VenueOrderID>?
    /// Our orders that were open when it came.
    var ours: [OrderID] = []
    var hasPositions = false

    init(began: Timestamp) { self.began = began }

    var hasBegunToRead: Bool { orders != nil || hasPositions }
}

extension UnifiedGateway {
    /// What a new connection listens to. The first three make the account known.
    static let channels: [Unified.Channel] = [.executions, .positions, .margin, .balances]
    /// What a look subscribes anew for its snapshots; the margin comes whole with every change.
    private static let looked: [Unified.Channel] = [.executions, .positions]

    private static func subscription(_ channel: Unified.Channel) -> Unified.Subscription {
        switch channel {
        case .executions: .executions
        case .positions, .balances: Unified.Subscription(channel, snapshot: true)
        case .margin, .ledgers, .ticker, .book, .trade, .ohlc, .instrument, .status, .heartbeat:
            Unified.Subscription(channel)
        }
    }

    /// The token is there: all at once on a new connection. A token that was renewed needs no new subscriptions.
    mutating func subscribe(at now: Timestamp, into outbox: inout Outbox) {
        guard line.socket != nil, !hasSubscribed else { return }
        hasSubscribed = true
        owed = Set(Self.channels)
        look = UnifiedLook(began: now)
        lookAgainAt = nil
        for channel in Self.channels {
            send(.subscribe(channel), .subscribe(Self.subscription(channel)), at: now, into: &outbox)
        }
    }

    mutating func subscribed(_ channel: Unified.Channel, at now: Timestamp) {
        guard owed.remove(channel) != nil, owed.isEmpty else { return }
        line.stands(at: now)
    }

    mutating func beginLook(at now: Timestamp, into outbox: inout Outbox) {
        lookAgainAt = nil
        look = UnifiedLook(began: now)
        for channel in Self.looked {
            let end = Unified.Request.Action.unsubscribe(Unified.Subscription(channel))
            send(.unsubscribe(channel), end, at: now, into: &outbox)
        }
    }

    /// The old subscription is off: its successor brings a snapshot.
    mutating func renewSubscription(_ channel: Unified.Channel, at now: Timestamp, into outbox: inout Outbox) {
        sequences[channel] = nil
        send(.subscribe(channel), .subscribe(Self.subscription(channel)), at: now, into: &outbox)
    }

    mutating func wantLook(at time: Timestamp) { lookAgainAt = min(lookAgainAt ?? time, time) }

    /// What it was to settle has to wait for the next.
    mutating func abandonLook(at now: Timestamp) {
        look = nil
        for open in unknown.cases where open.isAsked { unknown.notFound(open.order, at: now) }
    }

    /// What time and earlier messages have made due.
    mutating func followUp(at now: Timestamp, into outbox: inout Outbox) {
        expire(at: now, into: &outbox)
        expectAnswers(at: now, into: &outbox)
        if let look, look.began + UnifiedLook.patience <= now {
            alarm(.messagesLost, "no snapshot of the account came", &outbox)
            giveUp(at: now, into: &outbox)
        }
        guard isReady else { return }
        let overdue = cancelled.filter { $0.value + configuration.patience <= now }
        if !overdue.isEmpty {
            wantLook(at: now)
            // Looked for, and once only.
            for id in overdue.keys { cancelled[id] = .distantFuture - configuration.patience }
        }
        if books.awaitsFills(since: now - configuration.patience) {
            wantLook(at: max(now, (lastConcluded ?? .distantPast) + Self.fillPause))
        }
        guard look == nil else { return }
        while unknown.due(at: now) != nil { wantLook(at: now) }
        if let due = lookAgainAt, due <= now { beginLook(at: now, into: &outbox) }
    }

    /// Between looks for fills that were counted and not told.
    private static let fillPause = Interval.seconds(5)

    /// Tells the truth that the snapshots make, once they are all there.
    mutating func concludeLook(at now: Timestamp, into outbox: inout Outbox) {
        guard let look, let listed = look.orders, look.hasPositions, let account else { return }
        self.look = nil
        lastConcluded = now
        line.recovered()
        resolveUnknown(lookBegan: look.began, at: now, into: &outbox)
        missed(look.ours, listed, at: now, into: &outbox)
        // What came since the snapshot is there by its own word.
        let shown = Set(listed.compactMap { books.id(of: $0) } + books.openOrders.filter { !look.ours.contains($0) })
        outbox.news.append(
            .reconciled(
                AccountTruth(
                    orders: books.openOrders.filter { shown.contains($0) },
                    foreignOrders: books.foreign.values.sorted { $0.id < $1.id }, positions: positions.open,
                    account: account, at: look.began)))
    }

    /// Orders without an answer that this look did not show either.
    private mutating func resolveUnknown(lookBegan began: Timestamp, at now: Timestamp, into outbox: inout Outbox) {
        for id in unknown.provenAbsent(byLookSince: began) {
            guard books.orders[id]?.stage == .sent else {
                unknown.settle(id)
                continue
            }
            absences[id, default: 0] += 1
            if absences[id, default: 0] >= Self.proof {
                apply(OrderFact(client: id, .refused(.tooLate)), at: now, into: &outbox)
            }
        }
        for open in unknown.cases { unknown.notFound(open.order, at: now) }
        for (id, amendment) in amendments.sorted(by: { $0.key < $1.key })
        where amendment.sent + configuration.deadline + UnknownOutcomes.grace < began && !isInFlight(amendmentOf: id) {
            amendments[id] = nil
            outbox.news.append(.event(.rejected(id, .tooLate)))
        }
    }

    private func isInFlight(amendmentOf id: OrderID) -> Bool {
        inFlight.contains { flight in
            if case .amend(id, _, _) = flight.value.errand { !flight.value.isOverdue } else { false }
        }
    }

    /// Looks in a row that have to agree before an order that none of them shows is gone.
    private static let proof = 2

    /// Our open orders that the snapshot did not show: one may have ended without a word to us.
    private mutating func missed(
        _ ours: [OrderID], _ listed: Set<VenueOrderID>, at now: Timestamp, into outbox: inout Outbox
    ) {
        for id in ours {
            guard let entry = books.orders[id], entry.stage == .open else { continue }
            if let venue = entry.venue, listed.contains(venue) { continue }
            let looks = (missing[id] ?? 0) + 1
            if looks < Self.proof {
                missing[id] = looks
                wantLook(at: now + configuration.patience)
            } else {
                alarm(.messagesLost, "order \(id) is gone without a word about its end", &outbox)
                let reason: CancelReason? = cancelled[id] == nil ? nil : .requested
                apply(OrderFact(client: id, .ended(reason, filled: entry.filled)), at: now, into: &outbox)
            }
        }
    }
}
