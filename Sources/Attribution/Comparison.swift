import Exchange
public import Market
public import Strategy
public import Trading
import Venue

/// One setup in both runs, and why they made different amounts of it.
public struct Comparison: Sendable {
    public let setup: SetupID
    public let pair: SpotPair
    public let side: Side
    public let decidedAt: Timestamp
    /// Its number in the session; nil when the session did not trade it.
    public let trade: TradeID?
    /// When its last part ended, by the session's trade where there is one.
    public let closedAt: Timestamp
    /// Net results; nil when not traded there.
    public let live: Money?
    public let rerun: Money?
    /// Adds up to `live - rerun`.
    public let split: Split
    /// What the two disagree about, for people; empty when about costs and prices only.
    public let remark: String
    /// Notional of the session's fills.
    public let traded: Money

    public var difference: Money { (live ?? .zero) - (rerun ?? .zero) }
}

/// Finds the causes of one setup's difference.
struct Comparer {
    let tape: SessionTape

    /// Nil when neither run has a finished trade of it, or one of them still holds it.
    func compare(_ setup: SetupID, _ live: SetupRecord?, _ rerun: SetupRecord?) -> Comparison? {
        guard live?.isOpen != true, rerun?.isOpen != true else { return nil }
        let (ours, theirs) = (live.flatMap(Anatomy.init), rerun.flatMap(Anatomy.init))
        guard let record = live?.trade == nil ? rerun : live, let trade = record.trade,
            let decision = record.decision
        else { return nil }
        var split = Split()
        var remark = ""
        switch (ours, theirs) {
        case (let ours?, let theirs?): (split, remark) = bothTraded(ours, theirs, live, rerun, trade.pair)
        case (let ours?, nil):
            let found = traded(rerun, isLive: false)
            (split, remark) = (Split(ours.net, found.cause), found.remark)
        case (nil, let theirs?):
            let found = traded(live, isLive: true)
            (split, remark) = (Split(-theirs.net, found.cause), found.remark)
        case (nil, nil): return nil
        }
        return Comparison(
            setup: setup, pair: trade.pair, side: trade.side, decidedAt: decision.time, trade: live?.trade?.id,
            closedAt: trade.closedAt, live: ours?.net, rerun: theirs?.net, split: split, remark: remark,
            traded: (live?.executions ?? []).reduce(.zero) {
                $0 + $1.price.notional(of: $1.quantity, .nearestEven)
            })
    }

    /// Why only the other run traded it; `record` is of the one that did not.
    private func traded(_ record: SetupRecord?, isLive: Bool) -> (cause: Cause, remark: String) {
        let here = isLive ? "live" : "the re-run"
        guard let record else { return (.data, "\(here) did not see it") }
        if record.taken != nil {
            switch record.abandoned {
            case .halted: return (.intervention, "\(here) called the entry back: halted")
            case .withdrawn(let reason): return (.missedFill, "\(here) was not filled: \(reason.rawValue)")
            case .expired: return (.missedFill, "\(here) was not filled: expired")
            case .rejected(let reason): return (.missedFill, "\(here) was rejected: \(reason)")
            case .cancelled(let reason): return (.missedFill, "\(here) was cancelled: \(reason)")
            case nil: return (.missedFill, "\(here) was not filled")
            }
        }
        guard let refused = record.refused, case .refused(let stage, let reason) = refused.verdict else {
            return (.data, "\(here) did not see it")
        }
        switch stage {
        // Feeds, clock or recovery kept the session from it.
        case .safety where reason == "hold": return (.data, "\(here) held: no entries were allowed")
        case .safety: return (.intervention, "\(here) refused it: \(reason)")
        case .strategy, .risk:
            let failed = refused.checks.last { !$0.passed }
            let numbers = failed.map { " (\($0.name) \($0.value), limit \($0.limit))" } ?? ""
            return (.data, "\(here) refused it: \(reason)\(numbers)")
        }
    }

    private func bothTraded(
        _ ours: Anatomy, _ theirs: Anatomy, _ live: SetupRecord?, _ rerun: SetupRecord?, _ pair: SpotPair
    ) -> (Split, String) {
        var split = Split()
        var remarks: [String] = []
        let whole = theirs
        var theirs = theirs
        if ours.entered != theirs.entered, theirs.entered.isPositive {
            // Size first, with all that it costs: what was ordered, then what of it was filled. Everything else is then
            // compared for the size of the session.
            if let ordered = live?.ordered, let other = rerun?.ordered, ordered != other, other.isPositive {
                let raw = Rounding.nearestEven.divide(
                    Int128(whole.entered.raw) * Int128(ordered.raw), Int128(other.raw))
                split[.data] += Anatomy(whole, sized: Quantity(raw: raw)).net - whole.net
            }
            theirs = Anatomy(theirs, sized: ours.entered)
            split[.missedFill] += theirs.net - whole.net - split[.data]
            remarks.append("live \(ours.entered), re-run \(whole.entered)")
        }
        split[.latency] = theirs.latency - ours.latency
        split[.slippage] = theirs.slippage - ours.slippage
        split[.fee] = theirs.fees - ours.fees
        split[.funding] = ours.funding - theirs.funding
        let rest = ours.ideal - theirs.ideal
        if ours.exits == theirs.exits, ours.reason == theirs.reason {
            // One way through the trade: what is left is where its levels lay.
            split[.data] += rest
        } else {
            let found = divergence(ours, theirs, live, rerun, pair)
            split[found.cause] += rest
            remarks.append(found.remark)
        }
        return (split, remarks.joined(separator: "; "))
    }

    /// Why two trades of one entry were left in different ways.
    private func divergence(
        _ ours: Anatomy, _ theirs: Anatomy, _ live: SetupRecord?, _ rerun: SetupRecord?, _ pair: SpotPair
    ) -> (cause: Cause, remark: String) {
        let remark = "live left by \(ours.way), the re-run by \(theirs.way)"
        if ours.reason.isIntervention || theirs.reason.isIntervention { return (.intervention, remark) }
        let common = zip(ours.exits, theirs.exits).prefix { $0 == $1 }.count
        for (traded, other) in [(live, rerun), (rerun, live)] {
            // The first exit that only one of them has.
            guard let traded, let other, let trade = traded.trade else { continue }
            let exits = trade.legs.filter { $0.role != .entry }
            guard let leg = exits.first(at: common) else { continue }
            let execution = traded.executions.first { $0.role == leg.role && $0.time == leg.time }
            guard leg.role == .target, let target = execution?.intended, other.targets.contains(target) else {
                continue
            }
            if reached(target, at: leg.time, pair) { return (.missedFill, remark) }
        }
        let exits = [live, rerun].compactMap { $0?.executions.last { $0.role != .entry } }
        let isSeen = exits.contains { reached($0.intended, at: $0.time, pair) }
        return (isSeen ? .data : .unexplained, remark)
    }

    /// Whether the session heard that the market was at `price` about `instant`.
    private func reached(_ price: Price, at instant: Timestamp, _ pair: SpotPair) -> Bool {
        guard let market = tape.markets.first(where: { $0.pair == pair }) else { return false }
        let near = market.minutes(from: instant - .minutes(2), until: instant + .minutes(2))
        let candle = market.candle(at: market.base.start(of: instant))
        let bars = near.flatMap { [$0.last, $0.mark] }
        return bars.contains { $0.low <= price && price <= $0.high }
            || candle.map { $0.low <= price && price <= $0.high } ?? false
    }
}

extension Anatomy {
    fileprivate var way: String { reason.rawValue }
}

extension ExitReason {
    /// Not the plan's own exits: an operator's, the kill switch's, or one made because protection failed.
    fileprivate var isIntervention: Bool {
        switch self {
        case .stopLoss, .breakEvenStop, .trailingStop, .takeProfit1, .takeProfit2, .takeProfit3, .premiseInvalidation,
            .timeExit, .endOfData:
            false
        case .basisGuard, .killSwitch, .unprotected, .liquidation, .external: true
        }
    }
}

extension [TradeLeg] {
    /// The first leg of the run of equal roles at `place`.
    fileprivate func first(at place: Int) -> TradeLeg? {
        var count = -1
        var role: OrderRole?
        for leg in self where leg.role != role {
            count += 1
            role = leg.role
            if count == place { return leg }
        }
        return nil
    }
}
