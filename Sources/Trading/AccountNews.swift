import Market
import Risk
import Strategy
import Venue

/// The venue's news, led to where it belongs.
extension Trader {
    mutating func take(_ news: VenueEvent, into outcome: inout Outcome) {
        if hasAdoptions, adoptionTold(news, into: &outcome) { return }
        switch news {
        case .accepted(let id):
            withOrder(id, into: &outcome) { $0.accepted($1, at: $2, into: &$3) }
        case .rejected(let id, let reason):
            withOrder(id, into: &outcome) { $0.rejected($1, reason, at: $2, into: &$3) }
        case .triggered(let id):
            withOrder(id, into: &outcome) { $0.triggered($1, at: $2, into: &$3) }
        case .cancelled(let id, let reason, let left):
            withOrder(id, into: &outcome) { $0.cancelled($1, reason, left: left, at: $2, into: &$3) }
        case .notFound(let id):
            withOrder(id, into: &outcome) { $0.notFound($1, at: $2, into: &$3) }
        // We amend nothing: a stop is replaced, a target is placed anew.
        case .amended: break
        case .found(let order, let rests): found(order, rests: rests, into: &outcome)
        case .filled(let fill): book(fill, into: &outcome)
        case .funding(let payment): book(payment)
        case .position(let report): compare(report, into: &outcome)
        case .account(let report): take(report, into: &outcome)
        }
    }

    /// News of orders that are forgotten change nothing: they had ended.
    private mutating func withOrder(
        _ id: OrderID, into outcome: inout Outcome,
        _ body: (inout Position, Int, Timestamp, inout Outcome) -> Void
    ) {
        let now = now
        for index in watches.indices where watches[index].isBusy && watches[index].setup == id.high {
            guard markets[index].change(id, { body(&$0, $1, now, &outcome) }) else { continue }
            return settle(index, into: &outcome)
        }
    }

    private mutating func book(_ fill: Fill, into outcome: inout Outcome) {
        guard let index = market(of: fill.instrument), watches[index].isBusy else {
            cash.forget()
            return raise(
                Alarm(reason: .accountMismatch, detail: "\(fill.instrument): a fill without a position of ours"),
                into: &outcome)
        }
        markets[index].truth.booked(fill)
        lastBooking = max(lastBooking, fill.time)
        markets[index].position?.filled(fill, trades: &trades, at: now, into: &outcome)
        settle(index, into: &outcome)
    }

    private mutating func book(_ payment: FundingPayment) {
        lastBooking = max(lastBooking, payment.time)
        guard let index = market(of: payment.instrument), markets[index].position?.isOpen == true else {
            unattributedFunding += payment.amount
            results += payment.amount
            return
        }
        markets[index].position?.account.add(payment)
    }

    private mutating func compare(_ report: PositionReport, into outcome: inout Outcome) {
        guard let index = market(of: report.instrument) else {
            guard report.quantity.isPositive else { return }
            return raise(
                Alarm(reason: .accountMismatch, detail: "\(report.instrument): a position that is not ours to trade"),
                into: &outcome)
        }
        let finding = markets[index].truth.take(
            report, side: markets[index].side, quantity: markets[index].held, lot: markets[index].instrument.lot,
            grace: parameters.mismatchGrace, at: now)
        switch finding {
        case .nothing: break
        case .resolved: record("\(report.instrument): the venue's position agrees with ours again", into: &outcome)
        case .mismatch(let unexplained): mismatch(unexplained, report, index, into: &outcome)
        }
        switch markets[index].truth.standing {
        case .contradicts: followVenue(report, index, into: &outcome)
        case .agrees: if hasAdoptions { followVenue(report, index, into: &outcome) }
        case .suspect: break
        }
        reportFlat(into: &outcome)
    }

    /// The instrument is blocked; all entries are when the unexplained exposure is worth speaking of, or when what it
    /// is worth is not known.
    private mutating func mismatch(
        _ unexplained: Quantity, _ report: PositionReport, _ index: Int, into outcome: inout Outcome
    ) {
        let detail = "\(report.instrument): venue \(report.side) \(report.quantity), ours \(markets[index].held)"
        var isSmall = false
        if let tick = markets[index].tick.value, let equity = account.value?.equity, equity.isPositive {
            isSmall = tick.mark.notional(of: unexplained, .up) <= equity.times(parameters.mismatchHaltShare, .down)
        }
        if isSmall {
            record("entries blocked in \(detail)", into: &outcome)
        } else {
            raise(Alarm(reason: .accountMismatch, detail: detail), into: &outcome)
        }
    }

    mutating func take(_ report: AccountReport, into outcome: inout Outcome) {
        if case .known(let last, _) = account, report.time < last.time { return }
        account = .known(report, at: now)
        let isKnown = observeEquity(report, into: &outcome)
        if report.initialMargin.isZero, report.maintenanceMargin.isZero {
            for index in markets.indices {
                markets[index].truth.accountIsEmpty(markets[index].id, at: report.time, now: now)
            }
        }
        if isKnown { assess(report, into: &outcome) }
        reportFlat(into: &outcome)
    }
}
