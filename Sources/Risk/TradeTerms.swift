import Market
import Venue

/// A proposal that makes sense, on the instrument's grid, with what one coin of it costs under the assumptions.
struct TradeTerms {
    let side: Side
    let instrument: Instrument
    let entry: Price
    let stop: Price
    let targets: [ProposedTarget]
    /// Between entry and stop, per coin: one R.
    let distance: Price
    /// Fees of entry and stop, per coin.
    let fees: Price
    /// Entry fee and slippage, per coin: what equity is short of right after the entry.
    let entryCost: Price
    /// Loss at the stop with fees and slippage, per coin.
    let loss: Price
    /// Fee and slippage of leaving at a target, as a fraction of its price.
    let exitRate: Rate

    /// What is wrong with a proposal, in a word.
    enum Defect: String, Error {
        case price, stop, reached, target, share, hold
    }

    init(
        _ proposal: EntryProposal, _ instrument: Instrument, _ tick: Tick, _ slippage: SlippageAssumption
    ) throws(Defect) {
        side = proposal.side
        self.instrument = instrument
        entry = Self.entryPrice(proposal, instrument, tick)
        guard entry.isPositive else { throw .price }
        guard proposal.stop.isPositive else { throw .stop }
        stop = instrument.stopPrice(proposal.stop, protecting: side)
        guard StopRule.allows(entry, from: stop, side: side) else { throw .stop }
        // A stop a whole price away is no stop; it also keeps every later product in range.
        guard (entry - stop).magnitude <= entry else { throw .stop }
        guard StopRule.allows(tick.mark, from: stop, side: side) else { throw .reached }
        targets = try Self.targets(of: proposal, instrument, beyond: entry)
        guard proposal.expectedHold >= .zero, proposal.expectedHold <= .days(3_660) else { throw .hold }

        distance = (entry - stop).magnitude
        let (entrySlip, entryFee) = Self.entryCost(proposal.entry, entry, side, instrument.fees, slippage)
        let exitSlip = stop.times(slippage.exit, .up)
        let filled = side == .long ? stop - exitSlip : stop + exitSlip
        let exitFee = filled.times(instrument.fees.taker, .up)
        fees = entryFee + exitFee
        entryCost = entryFee + entrySlip
        // A rebate larger than all other costs is not counted on.
        loss = max(distance, distance + entrySlip + exitSlip + fees)
        exitRate = instrument.fees.taker + slippage.exit
    }

    /// Distance from entry to stop as a fraction of the entry, rounded up.
    var stopDistance: Rate { distance.ratio(to: entry, .up) ?? .greatest }

    /// Funding that one coin pays over `hold` at the present hourly rate or, when it is greater, the average; zero when
    /// it would receive.
    func funding(_ hourly: HourlyFunding, average: Rate?, over hold: Interval) -> Price {
        guard side == .long ? hourly.rate.isPositive : hourly.rate.isNegative else { return .zero }
        let rate = max(hourly.rate.magnitude, average ?? .zero)
        let hour = Int128(Interval.hours(1).nanoseconds)
        let whole = Rounding.up.divideIfFits(Int128(rate.raw) * Int128(hold.nanoseconds), hour)
        return entry.times(min(whole.map(Rate.init(raw:)) ?? .one, .one), .up)
    }

    private static func entryPrice(_ proposal: EntryProposal, _ instrument: Instrument, _ tick: Tick) -> Price {
        switch proposal.entry {
        case .market: proposal.side == .long ? tick.ask : tick.bid
        case .limit(let price), .postOnly(let price): instrument.targetPrice(price, for: proposal.side)
        }
    }

    /// Slippage and fee of the entry, per coin.
    private static func entryCost(
        _ kind: ProposedEntry, _ entry: Price, _ side: Side, _ fees: FeeSchedule, _ slippage: SlippageAssumption
    ) -> (slippage: Price, fee: Price) {
        switch kind {
        case .market:
            let slip = entry.times(slippage.entry, .up)
            let filled = side == .long ? entry + slip : entry - slip
            return (slip, filled.times(fees.taker, .up))
        case .limit: return (.zero, entry.times(max(fees.taker, fees.maker), .up))
        case .postOnly: return (.zero, entry.times(fees.maker, .up))
        }
    }

    private static func targets(
        of proposal: EntryProposal, _ instrument: Instrument, beyond entry: Price
    ) throws(Defect) -> [ProposedTarget] {
        var targets: [ProposedTarget] = []
        targets.reserveCapacity(proposal.targets.count)
        var last = entry
        var share = Rate.zero
        for target in proposal.targets {
            guard target.price.isPositive else { throw .target }
            let price = instrument.targetPrice(target.price, for: proposal.side)
            guard price.isPositive, StopRule.allows(price, from: last, side: proposal.side) else { throw .target }
            guard target.share.isPositive, target.share <= .one - share else { throw .share }
            share += target.share
            last = price
            targets.append(ProposedTarget(price: price, share: target.share))
        }
        return targets
    }
}
