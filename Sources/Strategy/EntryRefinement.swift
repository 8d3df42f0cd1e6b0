import Indicators
import Market
import SmartMoney

/// The finest timeframe that a strategy looks at: its structures tighten the entry, its ATR is the noise of the market.
struct EntryRefinement: Sendable {
    let timeframe: Timeframe
    private var state: SmartMoneyState
    private var range: WilderATR

    init(timeframe: Timeframe, smartMoney: SmartMoneyParameters) {
        self.timeframe = timeframe
        state = SmartMoneyState(timeframe: timeframe, parameters: smartMoney)
        range = WilderATR(period: smartMoney.atrPeriod)
    }

    mutating func push(_ candle: Candle) {
        state.push(candle)
        range.push(high: Double(candle.high.raw), low: Double(candle.low.raw), close: Double(candle.close.raw))
    }

    /// ATR in smallest price units; nil until warmed up.
    var noise: Double? { range.value }

    /// The fresh order block or gap of this side that lies wholly inside the zone, is usable and is reached first; of two
    /// at one price the smaller. Nil when there is none: the zone is then used as it is.
    func zone(inside zone: EntryZone, _ side: Side, where isUsable: (EntryZone) -> Bool) -> EntryZone? {
        var best: EntryZone?
        func consider(near: Price, far: Price, time: Timestamp) {
            let candidate = EntryZone(
                kind: zone.kind, near: side.oriented(near), far: side.oriented(far), time: time, isFresh: true)
            guard candidate.near <= zone.near, candidate.far >= zone.far else { return }
            if let found = best, (found.near, found.far) >= (candidate.near, candidate.far) { return }
            if isUsable(candidate) { best = candidate }
        }
        for layer in [Layer.external, .internal] {
            for block in state.layer(layer).orderBlocks(side.direction) where block.phase == .fresh {
                consider(near: block.near, far: block.far, time: block.time)
            }
        }
        for gap in state.gaps(side.direction) where gap.phase == .open && gap.touches == 0 {
            consider(near: gap.near, far: gap.far, time: gap.time)
        }
        return best
    }
}
