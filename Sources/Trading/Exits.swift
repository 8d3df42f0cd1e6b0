import Market
import Risk
import Venue

/// Getting out: the ladder of targets, and closing all at once.
extension Position {
    /// Places what the ladder lacks for the size that has really filled. Every level is on its own: one that is
    /// refused passes its part on to the next.
    mutating func placeTargets(at now: Timestamp, into outcome: inout Outcome) {
        guard phase == .open, !targets.isEmpty,
            let wanted = ExitSlices(
                of: account.entered, over: targets, lot: instrument.lot, minimum: instrument.minimum)
        else { return }
        var carried = Quantity.zero
        var slice = 0
        for level in targets.indices {
            var due = carried
            if slice < wanted.slices.count, wanted.slices[slice].price == targets[level].price {
                due += wanted.slices[slice].quantity
                slice += 1
            }
            guard !refusedLevels[level] else {
                carried = max(.zero, due - fillsOfLevel[level])
                continue
            }
            carried = .zero
            let missing = min(due - fillsOfLevel[level] - standing(level), quantity - standingTargets)
            guard missing >= instrument.minimum else { continue }
            send(
                .target, side.opposite, missing, rules.targetOrders.kind(at: targets[level].price), level: level,
                at: now,
                exit: Self.exit(ofLevel: level), into: &outcome)
        }
    }

    /// A target ended short of its size: called back by us, or refused by the venue, which passes its part on.
    /// `isReached`: the price that a take-profit order waits for is there already. Its part then leaves at market, once.
    mutating func targetEnded(_ index: Int, isReached: Bool, at now: Timestamp, into outcome: inout Outcome) {
        let ended = orders[index]
        if !ended.isCancelling || ended.state == .rejected {
            if isReached, takeAtMarket(ended, at: now, into: &outcome) { return }
            refusedLevels[ended.level] = true
        }
        placeTargets(at: now, into: &outcome)
    }

    /// False when that is no longer wanted, or too small an order.
    private mutating func takeAtMarket(
        _ ended: WorkingOrder, at now: Timestamp, into outcome: inout Outcome
    ) -> Bool {
        guard ended.order.kind.isTakeProfit, phase == .open, !ended.isCancelling else { return false }
        let due = min(ended.left ?? ended.remaining, quantity - standingTargets)
        guard due >= instrument.minimum else { return false }
        send(
            .target, side.opposite, due, .market, level: ended.level, at: now, exit: ended.exit, into: &outcome)
        return true
    }

    static func exit(ofLevel level: Int) -> ExitReason {
        level == 0 ? .takeProfit1 : level == 1 ? .takeProfit2 : .takeProfit3
    }

    private func standing(_ level: Int) -> Quantity {
        var total = Quantity.zero
        for order in orders where order.order.role == .target && order.level == level && order.isLive {
            total += order.remaining
        }
        return total
    }

    /// What targets may still take out.
    var standingTargets: Quantity {
        var total = Quantity.zero
        for order in orders where order.order.role == .target && order.isStanding { total += order.remaining }
        return total
    }

    /// Cancels the furthest targets until the rest fits into what is held.
    mutating func trimTargets(at now: Timestamp, into outcome: inout Outcome) {
        for index in orders.indices.reversed() where orders[index].order.role == .target {
            guard standingTargets > quantity else { return }
            cancel(index, at: now, into: &outcome)
        }
    }

    mutating func targetFilled(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        guard !firstTargetFilled, !orders[index].isLive else { return }
        firstTargetFilled = true
        breakEvenDue = rules.breaksEven
        breakEven(at: now, into: &outcome)
    }

    /// Takes all of it out at market, and what still comes in. Stops stay until it is flat.
    mutating func close(_ reason: ExitReason, at now: Timestamp, into outcome: inout Outcome) {
        switch phase {
        case .closed: return
        case .pending: return cancelAll(.entry, at: now, into: &outcome)
        case .open:
            move(.exitOrdered(reason))
            cancelAll(.entry, at: now, into: &outcome)
            cancelAll(.target, at: now, into: &outcome)
        case .closing: break
        }
        sendClose(at: now, into: &outcome)
        refreshDeadline()
    }

    /// A market order for what no order already takes out.
    /// `evenIfTriggered`: a triggered stop has had its time and is no longer counted on.
    mutating func sendClose(at now: Timestamp, evenIfTriggered: Bool = false, into outcome: inout Outcome) {
        guard case .closing(let reason) = phase else { return }
        var missing = quantity
        for order in orders where order.isExpected && order.order.role == .close { missing -= order.remaining }
        if reason.isByStop, !evenIfTriggered {
            for order in orders where order.order.role == .stop && order.isTriggered { missing -= order.remaining }
        }
        guard missing.isPositive else { return }
        if lastCloseAt == now {
            // One attempt an instant: the venue has just said that there is nothing to trade with.
            retryCloseAt = now + rules.closeRetry
            return
        }
        lastCloseAt = now
        send(.close, side.opposite, missing, .market, at: now, exit: reason, into: &outcome)
    }

    /// A stop was triggered: everything else that could trade is called back; the stop itself takes it out.
    mutating func stopTriggered(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        guard isOpen, phase == .open else { return }
        move(.exitOrdered(orders[index].exit))
        cancelAll(.entry, at: now, into: &outcome)
        cancelAll(.target, at: now, into: &outcome)
        // A venue order of limited price may fill in part only: seen to after the same grace as a missing stop.
        retryCloseAt = now + rules.protectionGrace
    }

    /// The position is flat: writes the trade and calls back what is left, stops last.
    mutating func finish(at now: Timestamp, into outcome: inout Outcome) {
        move(.flat)
        if let trade = account.record(self, closedAt: account.legs.last?.time ?? now) {
            finished.append(trade)
        } else {
            alarm = Alarm(reason: .brokenInvariant, detail: "\(instrument.id): a trade without fills")
        }
        // It is in the trade's record now.
        account.naked = NakedTime()
        retryCloseAt = .distantFuture
        cancelAll(.entry, at: now, into: &outcome)
        cancelAll(.target, at: now, into: &outcome)
        cancelAll(.stop, at: now, into: &outcome)
        watchProtection(at: now)
    }
}

extension WorkingOrder {
    /// A stop that trades, or has begun to.
    var isTriggered: Bool { isLive && (state == .triggered || (order.role == .stop && state == .partlyFilled)) }
}

extension ExitReason {
    /// Whether a stop is what takes the position out.
    var isByStop: Bool {
        switch self {
        case .stopLoss, .breakEvenStop, .trailingStop: true
        case .takeProfit1, .takeProfit2, .takeProfit3, .premiseInvalidation, .timeExit, .basisGuard, .killSwitch,
            .unprotected, .liquidation, .external, .endOfData:
            false
        }
    }
}

extension OrderKind {
    fileprivate var isTakeProfit: Bool {
        switch self {
        case .takeProfitMarket: true
        case .limit, .postOnly, .market, .stopMarket: false
        }
    }
}
