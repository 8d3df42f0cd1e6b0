import Market
import Risk
import Venue

/// Keeping a position under a stop: always for all of it, never further from the market, replaced by placing the new
/// one, waiting for its acceptance and only then cancelling the old.
extension Position {
    /// Sends what is missing between the stop that should stand and those that do.
    mutating func protect(at now: Timestamp, repairing: Bool = false, into outcome: inout Outcome) {
        guard isOpen else { return }
        if covered < quantity {
            return placeStop(repairing ? .repaired : nil, at: now, into: &outcome)
        }
        guard phase == .open, let newest = newestStop, orders[newest].state.isConfirmed else { return }
        if let trigger = orders[newest].trigger, StopRule.allows(stop, from: trigger, side: side) {
            return placeStop(nil, at: now, into: &outcome)
        }
        if orders[newest].remaining != quantity, !resizeRefused { placeStop(nil, at: now, into: &outcome) }
    }

    private var newestStop: Int? {
        orders.lastIndex { $0.order.role == .stop && $0.isExpected }
    }

    private mutating func placeStop(_ override: StopReason?, at now: Timestamp, into outcome: inout Outcome) {
        let trigger = instrument.stopPrice(stop, protecting: side)
        let reason = override ?? stopReason
        send(
            .stop, side.opposite, quantity, .stopMarket(trigger: trigger, .mark), at: now, exit: exitOfStop,
            stopReason: reason, into: &outcome)
        if lastSentStop != trigger || override != nil, let id = account.id {
            outcome.notes.append(.stopMoved(id, at: now, to: trigger, reason: reason))
        }
        lastSentStop = trigger
        if protected < quantity, unprotectedSince == nil { unprotectedSince = now }
    }

    /// What a position ends by when its stop takes it out where it stands now.
    var exitOfStop: ExitReason {
        switch stopReason {
        case .initial, .repaired: .stopLoss
        case .breakEven: .breakEvenStop
        case .trailedByATR, .trailedByStructure: .trailingStop
        }
    }

    mutating func stopAccepted(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        let accepted = orders[index]
        if accepted.isStanding {
            stopRefused = false
            if let trigger = accepted.trigger {
                account.stopStands(StopStep(from: now, price: trigger, reason: accepted.stopReason))
            }
            for older in orders.indices where older < index {
                let order = orders[older]
                guard order.order.role == .stop, order.state != .triggered else { continue }
                if accepted.remaining >= quantity || accepted.remaining >= order.remaining {
                    cancel(older, at: now, into: &outcome)
                }
            }
        }
        watchProtection(at: now)
        protect(at: now, into: &outcome)
    }

    /// A refused stop: what stands keeps standing; with nothing standing it is tried once more, then the position is
    /// closed. A trigger that mark has already passed is a stop that has been hit: closed at once, without alarm.
    mutating func stopRejected(_ reason: RejectReason, at now: Timestamp, into outcome: inout Outcome) {
        guard isOpen else { return }
        if covered >= quantity {
            resizeRefused = true
            if let standing = newestStop.flatMap({ orders[$0].trigger }) { stop = standing }
        } else if case .closing = phase {
            close(.unprotected, at: now, into: &outcome)
        } else if reason == .triggerAlreadyReached {
            close(exitOfStop, at: now, into: &outcome)
        } else if !stopRefused {
            stopRefused = true
            protect(at: now, repairing: true, into: &outcome)
        } else {
            alarm = Alarm(reason: .unprotectedPosition, detail: "\(instrument.id): stop refused twice (\(reason))")
            close(.unprotected, at: now, into: &outcome)
        }
    }

    /// A stop is gone that we did not cancel.
    mutating func stopVanished(
        _ reason: CancelReason, wasTriggered: Bool, at now: Timestamp, into outcome: inout Outcome
    ) {
        guard isOpen else { return }
        if wasTriggered { return close(exitOfStop, at: now, into: &outcome) }
        // The venue says that there is nothing to protect: the fill that says so is on its way, or the watchdog acts.
        guard covered < quantity, reason != .nothingToReduce, reason != .liquidation else {
            return watchProtection(at: now)
        }
        repairs += 1
        if repairs > 3 {
            alarm = Alarm(reason: .unprotectedPosition, detail: "\(instrument.id): the venue removes its stops")
            close(.unprotected, at: now, into: &outcome)
        } else {
            protect(at: now, repairing: true, into: &outcome)
        }
    }

    /// Notes since when all of it has been without an accepted stop.
    mutating func watchProtection(at now: Timestamp) {
        if !isOpen || isProtected {
            unprotectedSince = nil
            isRepaired = false
        } else if unprotectedSince == nil {
            unprotectedSince = now
        }
    }

    /// The watchdog: first a new stop, then the way out, then the alarm.
    mutating func protectionOverdue(at now: Timestamp, into outcome: inout Outcome) {
        guard isOpen, !isProtected else { return watchProtection(at: now) }
        unprotectedSince = now
        if case .closing = phase { return protect(at: now, repairing: true, into: &outcome) }
        if !isRepaired {
            isRepaired = true
            // The old one may be lost on its way; it is cancelled when the new one stands.
            placeStop(.repaired, at: now, into: &outcome)
        } else {
            alarm = Alarm(reason: .unprotectedPosition, detail: "\(instrument.id): no stop was acknowledged")
            close(.unprotected, at: now, into: &outcome)
        }
    }

    /// Moves the stop if that is closer to profit, worth it, and not yet reached by mark. Returns whether it moved.
    @discardableResult
    mutating func proposeStop(
        _ price: Price, _ reason: StopReason, at now: Timestamp, into outcome: inout Outcome
    ) -> Bool {
        guard phase == .open, isOpen, price.isPositive else { return false }
        let trigger = instrument.stopPrice(price, protecting: side)
        guard StopRule.allows(trigger, from: stop, side: side), StopRule.allows(mark, from: trigger, side: side) else {
            return false
        }
        guard (trigger - stop).magnitude >= stop.times(rules.minimumStopMove, .up) else { return false }
        stop = trigger
        stopReason = reason
        protect(at: now, into: &outcome)
        return true
    }
}
