import Market
import Risk
import Venue

/// What the venue tells about a position's orders, in whatever order it arrives and however often.
extension Position {
    mutating func accepted(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        let missed = orders[index].isCancelling && (orders[index].cancelMissed || orders[index].state.isFinal)
        record(orders[index].take(.accepted), .accepted, index)
        if missed, orders[index].state != .filled {
            // The cancel had overtaken it.
            orders[index].startCancel(answerBy: now + rules.answerGrace)
            outcome.commands.append(.cancel(orders[index].order.id, instrument.id))
        }
        if orders[index].order.role == .stop, !orders[index].state.isFinal {
            stopAccepted(index, at: now, into: &outcome)
        }
        refreshDeadline()
    }

    mutating func rejected(_ index: Int, _ reason: RejectReason, at now: Timestamp, into outcome: inout Outcome) {
        guard reason != .duplicateOrder else {
            _ = orders[index].take(.duplicate)
            if orders[index].order.role == .stop, orders[index].isLive { stopAccepted(index, at: now, into: &outcome) }
            return refreshDeadline()
        }
        guard orders[index].isLive else { return }
        record(orders[index].take(.rejected), .rejected, index)
        guard orders[index].state == .rejected else { return }
        switch orders[index].order.role {
        case .entry: entryEnded(.rejected(reason), at: now, into: &outcome)
        case .stop: stopRejected(reason, at: now, into: &outcome)
        case .target:
            targetEnded(index, isReached: reason == .triggerAlreadyReached, at: now, into: &outcome)
        case .close:
            if isOpen { retryCloseAt = now + rules.closeRetry }
        }
        refreshDeadline()
    }

    mutating func triggered(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        record(orders[index].take(.triggered), .triggered, index)
        if orders[index].order.role == .stop, orders[index].isLive { stopTriggered(index, at: now, into: &outcome) }
        watchProtection(at: now)
        refreshDeadline()
    }

    mutating func cancelled(
        _ index: Int, _ reason: CancelReason, left: Quantity, at now: Timestamp, into outcome: inout Outcome
    ) {
        guard orders[index].isLive else { return }
        let wasTriggered = orders[index].isTriggered
        let isExpiry = orders[index].order.role == .entry && abandonment == .expired
        record(orders[index].end(isExpiry ? .expired : .cancelled, left: left), .cancelled, index)
        orderEnded(index, reason, wasTriggered: wasTriggered, at: now, into: &outcome)
        refreshDeadline()
    }

    mutating func notFound(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        guard orders[index].isLive else { return }
        _ = orders[index].take(.notFound)
        refreshDeadline()
    }

    /// Follows up an order that ended without being filled in full.
    mutating func orderEnded(
        _ index: Int, _ reason: CancelReason, wasTriggered: Bool, at now: Timestamp, into outcome: inout Outcome
    ) {
        switch orders[index].order.role {
        case .entry: entryEnded(.cancelled(reason), at: now, into: &outcome)
        case .stop:
            if !orders[index].isCancelling || covered < quantity {
                stopVanished(reason, wasTriggered: wasTriggered, at: now, into: &outcome)
            }
        case .target:
            let isReached =
                (wasTriggered || orders[index].filled.isPositive)
                && (reason == .notFilledInBand || reason == .byVenue)
            targetEnded(index, isReached: isReached, at: now, into: &outcome)
        case .close:
            // A reduce-only order that found nothing to reduce waits for the venue's word on the position.
            if isOpen, reason != .nothingToReduce { sendClose(at: now, into: &outcome) }
        }
    }

    private mutating func entryEnded(_ cause: EntryAbandonment, at now: Timestamp, into outcome: inout Outcome) {
        guard let entry = orders.first(where: { $0.order.role == .entry }), entry.isSettled else { return }
        guard account.entered.isZero, phase == .pending else { return }
        move(.entryEnded)
        outcome.notes.append(.entryAbandoned(origin.setup, at: now, reason: abandonment ?? cause))
    }

    private mutating func record(_ belongs: Bool, _ event: OrderEvent, _ index: Int) {
        guard !belongs else { return }
        let order = orders[index]
        alarm =
            alarm
            ?? Alarm(
                reason: nil, detail: "\(event) for the \(order.order.role) \(order.order.id), which is \(order.state)")
    }

    // MARK: Fills

    /// Books an execution once. `trades` counts the trades of the run.
    mutating func filled(_ fill: Fill, trades: inout Int, at now: Timestamp, into outcome: inout Outcome) {
        guard !booked.contains(fill.id) else { return }
        booked.append(fill.id)
        switch fill.cause {
        case .order: break
        case .partialLiquidation, .liquidation: return liquidated(fill, at: now, into: &outcome)
        }
        guard let index = index(of: fill.order) else {
            alarm = Alarm(reason: .accountMismatch, detail: "\(fill.instrument): a fill of no order of ours")
            return
        }
        if !orders[index].book(fill.quantity) {
            alarm = Alarm(
                reason: .brokenInvariant, detail: "\(orders[index].order.id): filled \(orders[index].filled)")
        }
        if orders[index].order.role == .entry {
            entryFilled(fill, trades: &trades, at: now, into: &outcome)
        } else {
            exitFilled(fill, index, at: now, into: &outcome)
        }
        refreshDeadline()
    }

    private mutating func entryFilled(
        _ fill: Fill, trades: inout Int, at now: Timestamp, into outcome: inout Outcome
    ) {
        if phase == .closed { startAgain() }
        move(.entryFilled)
        if account.id == nil {
            trades += 1
            let id = TradeID(trades)
            account.open(id, at: fill.time)
            outcome.notes.append(.opened(id, at: now))
        }
        account.enter(fill)
        if !isShielded { account.naked.begin(at: min(fill.time, now)) }
        resizeRefused = false
        // The stop is the first command out.
        protect(at: now, into: &outcome)
        watchProtection(at: now)
        placeTargets(at: now, into: &outcome)
        if case .closing = phase { sendClose(at: now, into: &outcome) }
        if !early.isEmpty { bookEarlyExits(at: now, into: &outcome) }
    }

    /// A part of the entry filled after all was gone: a trade of its own.
    private mutating func startAgain() {
        account = TradeAccount()
        fillsOfLevel = Array(repeating: .zero, count: targets.count)
        firstTargetFilled = false
        breakEvenDue = false
    }

    private mutating func exitFilled(_ fill: Fill, _ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        let order = orders[index]
        if order.order.role == .target { fillsOfLevel[order.level] += fill.quantity }
        if order.order.role == .stop { stopTriggered(index, at: now, into: &outcome) }
        if fill.quantity > quantity, isEntryOutstanding {
            // News of what it closes is still on its way.
            early.append(EarlyExit(fill: fill, role: order.order.role, exit: order.exit))
            earlyBy = now + rules.answerGrace
        } else {
            leave(fill, order.order.role, by: order.exit, at: now, into: &outcome)
        }
        guard isOpen else { return }
        if order.order.role == .target { targetFilled(index, at: now, into: &outcome) }
        exitBooked(at: now, into: &outcome)
        if order.order.role == .close, !orders[index].isLive { sendClose(at: now, into: &outcome) }
    }

    /// Stop and targets follow what is left.
    private mutating func exitBooked(at now: Timestamp, into outcome: inout Outcome) {
        resizeRefused = false
        trimTargets(at: now, into: &outcome)
        protect(at: now, into: &outcome)
    }

    /// Books exits whose entry fill has now come in.
    private mutating func bookEarlyExits(at now: Timestamp, into outcome: inout Outcome) {
        while let place = early.firstIndex(where: { $0.fill.quantity <= quantity }), isOpen {
            let exit = early.remove(at: place)
            leave(exit.fill, exit.role, by: exit.exit, at: now, into: &outcome)
            if isOpen { exitBooked(at: now, into: &outcome) }
        }
        if early.isEmpty { earlyBy = .distantFuture }
    }

    /// Fills of the entry may be told yet.
    private var isEntryOutstanding: Bool { orders.contains { $0.order.role == .entry && !$0.isSettled } }

    private mutating func liquidated(_ fill: Fill, at now: Timestamp, into outcome: inout Outcome) {
        guard isOpen else { return }
        leave(fill, .close, by: .liquidation, at: now, into: &outcome)
        if isOpen { exitBooked(at: now, into: &outcome) }
        refreshDeadline()
    }

    /// As an exit that another made: stop and targets follow what is left.
    mutating func leaveByHand(_ fill: Fill, at now: Timestamp, into outcome: inout Outcome) {
        leave(fill, .close, by: .external, at: now, into: &outcome)
        if isOpen { exitBooked(at: now, into: &outcome) }
    }

    private mutating func leave(
        _ fill: Fill, _ role: OrderRole, by exit: ExitReason, at now: Timestamp, into outcome: inout Outcome
    ) {
        guard isOpen else {
            alarm = Alarm(reason: .brokenInvariant, detail: "\(instrument.id): an exit filled while flat")
            return
        }
        if !account.leave(fill, role, by: exit) {
            alarm = Alarm(reason: .brokenInvariant, detail: "\(instrument.id): more left than was held")
        }
        if !isOpen { finish(at: now, into: &outcome) }
    }
}
