public import Market
import Risk
import Venue

/// Following the venue where it contradicts the books: what is more there than here is adopted, what is less is written
/// off, once no late news can explain it any more.
extension Trader {
    /// After each report on an instrument that is traded.
    mutating func followVenue(_ report: PositionReport, _ index: Int, into outcome: inout Outcome) {
        guard case .contradicts(let since) = markets[index].truth.standing else {
            if adoptions[index] != nil, markets[index].truth.standing == .agrees { endAdoption(index, into: &outcome) }
            return
        }
        let ours = markets[index].side == .long ? markets[index].held : -markets[index].held
        let theirs = report.side == .long ? report.quantity : -report.quantity
        let isMore = !theirs.isZero && (ours.isZero || ours.isNegative != theirs.isNegative || abs(theirs) > abs(ours))
        if isMore {
            adopt(report, index, into: &outcome)
        } else if adoptions[index] != nil {
            endAdoption(index, into: &outcome)
        }
        let isLess = !ours.isZero && (theirs.isZero || ours.isNegative != theirs.isNegative || abs(theirs) < abs(ours))
        if isLess, now - since >= parameters.writeOffGrace {
            writeOff(report, sameSide: ours.isNegative == theirs.isNegative, index, into: &outcome)
        }
    }

    private func abs(_ quantity: Quantity) -> Quantity { quantity.magnitude }

    private mutating func adopt(_ report: PositionReport, _ index: Int, into outcome: inout Outcome) {
        if let adoption = adoptions[index], adoption.side != report.side { endAdoption(index, into: &outcome) }
        // The old one's stops must be gone before another side's are sent.
        if let adoption = adoptions[index], adoption.side != report.side { return }
        if adoptions[index] == nil {
            adoptions[index] = Adoption(report, markets[index].instrument, rules: parameters, at: now)
            record(
                "\(report.instrument): \(report.side) \(report.quantity) is not ours; it is kept under a stop and not closed",
                into: &outcome)
        }
        let mark = markets[index].tick.value?.mark
        adoptions[index]?.follow(report, mark: mark, markets[index].instrument, at: now, into: &outcome)
        settleAdoption(index)
        if case .flattening = safety { adoptions[index]?.close(at: now, into: &outcome) }
    }

    private mutating func endAdoption(_ index: Int, into outcome: inout Outcome) {
        adoptions[index]?.end(at: now, into: &outcome)
        settleAdoption(index)
        reportFlat(into: &outcome)
    }

    mutating func settleAdoption(_ index: Int) {
        adoptions[index]?.noteProtection(at: now)
        cash.forget()
        if let over = adoptions[index], over.isOver {
            naked.add(over.naked.total(at: now))
            adoptions[index] = nil
        }
        hasAdoptions = adoptions.contains { $0 != nil }
        refreshDeadline()
    }

    private mutating func writeOff(
        _ report: PositionReport, sameSide: Bool, _ index: Int, into outcome: inout Outcome
    ) {
        cash.forget()
        let left = sameSide ? report.quantity : .zero
        let gone = markets[index].held - left
        record("\(report.instrument): \(gone) left by another's hand; the books follow the exchange", into: &outcome)
        markets[index].position?.writeOff(gone, at: now, into: &outcome)
        settle(index, into: &outcome)
    }

    /// News of an order that protects what is not ours; false when it is none of these.
    mutating func adoptionTold(_ news: VenueEvent, into outcome: inout Outcome) -> Bool {
        guard hasAdoptions, let (id, event, left) = news.orderNews,
            let index = adoptions.firstIndex(where: { $0?.owns(id) == true })
        else { return false }
        if case .filled(let fill) = news {
            adoptions[index]?.filled(fill)
            markets[index].truth.booked(fill)
        } else {
            adoptions[index]?.told(event, id, left: left, at: now)
        }
        adoptions[index]?.timePassed(mark: markets[index].tick.value?.mark, at: now, into: &outcome)
        settleAdoption(index)
        reportFlat(into: &outcome)
        return true
    }

    mutating func adoptionsTimePassed(into outcome: inout Outcome) {
        for index in adoptions.indices where adoptions[index].map({ now >= $0.deadline }) ?? false {
            adoptions[index]?.timePassed(mark: markets[index].tick.value?.mark, at: now, into: &outcome)
            settleAdoption(index)
        }
    }

    /// When a complete look at the account would settle a suspicion; nil when there is none.
    public var suspicionDue: Timestamp? {
        var next = cash.suspicionDue
        for market in markets {
            if case .suspect(let since) = market.truth.standing {
                next = min(next ?? .distantFuture, since + parameters.mismatchGrace)
            }
        }
        return next
    }
}

extension Position {
    /// Books a part as gone at mark, without a fill of ours: somebody else closed it.
    mutating func writeOff(_ gone: Quantity, at now: Timestamp, into outcome: inout Outcome) {
        guard isOpen, gone.isPositive else { return }
        let exit = Fill(
            id: 0, order: OrderID(high: 0, low: 0), instrument: instrument.id, side: side.opposite,
            quantity: min(gone, quantity), price: mark, fee: .zero, liquidity: .taker, cause: .order, time: now)
        leaveByHand(exit, at: now, into: &outcome)
        refreshDeadline()
    }
}

extension VenueEvent {
    /// Which order it is about, and what happened to it.
    fileprivate var orderNews: (id: OrderID, event: OrderEvent, left: Quantity?)? {
        switch self {
        case .accepted(let id): (id, .accepted, nil)
        case .rejected(let id, .duplicateOrder): (id, .duplicate, nil)
        case .rejected(let id, _): (id, .rejected, nil)
        case .triggered(let id): (id, .triggered, nil)
        case .filled(let fill): (fill.order, .filled, nil)
        case .cancelled(let id, _, let left): (id, .cancelled, left)
        case .notFound(let id): (id, .notFound, nil)
        case .amended, .found, .funding, .position, .account: nil
        }
    }
}
