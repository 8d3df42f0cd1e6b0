import Market
import Strategy
import Venue

/// What happens to an open position besides its orders: prices, levels from the spot chart, the clock.
extension Position {
    /// A tick of its instrument. Nothing but comparisons unless break-even is waiting for price.
    @inline(__always)
    mutating func observe(_ tick: Tick, at now: Timestamp, into outcome: inout Outcome) {
        mark = tick.mark
        guard isOpen else { return }
        account.observe(tick.mark)
        if breakEvenDue { breakEven(at: now, into: &outcome) }
        watchStop(at: now, into: &outcome)
    }

    /// The venue triggers the stop: by mark where it offers that, elsewhere by its index. When mark stays beyond the stop
    /// and nothing was triggered, it is closed at market; the stop stands until it is flat.
    @inline(__always)
    private mutating func watchStop(at now: Timestamp, into outcome: inout Outcome) {
        guard phase == .open, side == .long ? mark <= stop : mark >= stop else {
            overrunSince = .distantFuture
            return
        }
        guard overrunSince < .distantFuture else {
            overrunSince = now
            return
        }
        guard now - overrunSince >= rules.protectionGrace else { return }
        alarm = Alarm(
            reason: nil,
            detail:
                "\(instrument.id): mark \(mark) is beyond the stop \(stop), which was not triggered: closed at market")
        close(exitOfStop, at: now, into: &outcome)
    }

    /// To entry plus the fees of getting in and out, as soon as mark is beyond that.
    mutating func breakEven(at now: Timestamp, into outcome: inout Outcome) {
        guard breakEvenDue, let price = breakEvenPrice else { return }
        if proposeStop(price, .breakEven, at: now, into: &outcome) || !closerToProfit(price) {
            breakEvenDue = false
            refreshDeadline()
        }
    }

    private func closerToProfit(_ price: Price) -> Bool { side == .long ? price > stop : price < stop }

    /// Where leaving at the taker fee returns what the entry cost; rounded against us.
    var breakEvenPrice: Price? {
        guard let entry = account.entryPrice,
            let fee = max(account.entryFees, .zero).price(of: account.entered, .up)
        else { return nil }
        let costs = fee + entry.times(max(instrument.fees.taker, .zero), .up)
        return side == .long ? entry + costs : entry - costs
    }

    /// Levels of the decision bar that has just closed, as fractions of spot, applied to mark.
    mutating func follow(_ guidance: Guidance, at now: Timestamp, into outcome: inout Outcome) {
        guard firstTargetFilled, phase == .open else { return }
        breakEven(at: now, into: &outcome)
        if let multiple = rules.trailATR, let atr = guidance.atr {
            let distance = mark.times(atr, .up).times(multiple, .up)
            proposeStop(side == .long ? mark - distance : mark + distance, .trailedByATR, at: now, into: &outcome)
        }
        guard rules.trailsStructure else { return }
        switch side {
        case .long:
            guard let swing = guidance.swingLow, swing.isPositive else { return }
            proposeStop(mark - mark.times(swing, .up), .trailedByStructure, at: now, into: &outcome)
        case .short:
            guard let swing = guidance.swingHigh, swing.isPositive else { return }
            proposeStop(mark + mark.times(swing, .up), .trailedByStructure, at: now, into: &outcome)
        }
    }

    /// The earliest instant at which `timePassed` has something to do.
    mutating func refreshDeadline() {
        var next = min(retryCloseAt, earlyBy, lingersUntil)
        for order in orders where order.isLive { next = min(next, order.answerBy) }
        if hasStandingEntry { next = min(next, origin.expiresAt) }
        if let since = unprotectedSince { next = min(next, since + rules.protectionGrace) }
        if isOpen, phase == .open, let hold { next = min(next, account.openedAt + hold) }
        deadline = next
    }

    private var hold: Interval? {
        guard let own = origin.timeExit else { return rules.timeExit }
        return rules.timeExit.map { min($0, own) } ?? own
    }

    private var hasStandingEntry: Bool { orders.contains { $0.order.role == .entry && $0.isStanding } }

    /// Does what is due. Called when the deadline is reached.
    mutating func timePassed(at now: Timestamp, into outcome: inout Outcome) {
        if now >= origin.expiresAt, hasStandingEntry { abandonEntry(.expired, at: now, into: &outcome) }
        answerOverdue(at: now, into: &outcome)
        if let since = unprotectedSince, now >= since + rules.protectionGrace {
            protectionOverdue(at: now, into: &outcome)
        }
        if isOpen, phase == .open, let hold, now >= account.openedAt + hold {
            close(.timeExit, at: now, into: &outcome)
        }
        if now >= retryCloseAt {
            retryCloseAt = .distantFuture
            if case .closing = phase { sendClose(at: now, evenIfTriggered: true, into: &outcome) }
        }
        if now >= lingersUntil { lingersUntil = .distantFuture }
        if now >= earlyBy {
            earlyBy = .distantFuture
            alarm = Alarm(reason: .accountMismatch, detail: "\(instrument.id): more left than was ever told to enter")
        }
        refreshDeadline()
    }

    /// Sends again what was not answered: the same id, so that a command that did arrive is refused as a duplicate.
    private mutating func answerOverdue(at now: Timestamp, into outcome: inout Outcome) {
        for index in orders.indices where orders[index].isLive && now >= orders[index].answerBy {
            let wasMissed = orders[index].cancelMissed && orders[index].state == .unknown
            _ = orders[index].take(.silence)
            orders[index].resent(answerBy: now + rules.answerGrace)
            if wasMissed {
                // Not found, and no news of a fill since: it is gone.
                _ = orders[index].end(.cancelled, left: orders[index].remaining)
                orderEnded(index, .requested, wasTriggered: false, at: now, into: &outcome)
            } else if orders[index].isCancelling {
                outcome.commands.append(.cancel(orders[index].order.id, instrument.id))
            } else {
                outcome.commands.append(.place(orders[index].order))
            }
        }
    }
}
