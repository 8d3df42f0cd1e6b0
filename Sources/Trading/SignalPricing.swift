import Market
import Risk
import Strategy
import Venue

/// A signal in the prices of the perpetual: the one crossing from spot to derivative. Only fractions cross, applied at
/// the ratio of mark price to the spot price that the signal was decided at.
struct PricedSignal {
    let proposal: EntryProposal
    /// On the tick grid, as the plan will hold them.
    let targets: [ProposedTarget]

    /// Nil when the prices do not allow it (not positive, beyond what fits).
    init?(_ signal: Signal, _ instrument: Instrument, _ tick: Tick, _ rules: TradingParameters) {
        guard signal.reference.value.isPositive, tick.mark.isPositive else { return nil }
        let entry: Price
        let kind: ProposedEntry
        switch signal.entry {
        case .market:
            entry = signal.side == .long ? tick.ask : tick.bid
            kind = .market
        case .limit(let spot):
            let scaled = Rounding.nearestEven.divideIfFits(
                Int128(spot.value.raw) * Int128(tick.mark.raw), Int128(signal.reference.value.raw))
            guard let scaled else { return nil }
            entry = instrument.targetPrice(Price(raw: scaled), for: signal.side)
            kind = rules.entersPostOnly ? .postOnly(entry) : .limit(entry)
        }
        guard entry.isPositive, signal.stopDistance.isPositive, signal.stopDistance < .one else { return nil }
        let profit = signal.side
        var targets: [ProposedTarget] = []
        for step in Self.steps(signal, rules) {
            let price = instrument.targetPrice(Self.move(entry, step.distance, toward: profit), for: profit)
            // A far target of a short may lie below zero: it will never trade.
            guard price.isPositive else { continue }
            targets.append(ProposedTarget(price: price, share: step.share))
        }
        self.targets = targets
        proposal = EntryProposal(
            setup: signal.id.value, instrument: instrument.id, side: signal.side, entry: kind,
            stop: Self.move(entry, signal.stopDistance, toward: profit.opposite), targets: targets,
            expectedHold: signal.expectedHold, decidedAt: signal.decidedAt)
    }

    private static func move(_ price: Price, _ distance: Rate, toward side: Side) -> Price {
        let step = price.times(distance, .nearestEven)
        return side == .long ? price + step : price - step
    }

    private static func steps(_ signal: Signal, _ rules: TradingParameters) -> [SignalTarget] {
        if rules.usesSignalTargets, !signal.targets.isEmpty { return signal.targets }
        return rules.ladder.map {
            SignalTarget(distance: signal.stopDistance.times($0.multiple, .nearestEven), share: $0.share)
        }
    }
}
