import Market

/// Looks for the block of a leg that has just broken structure.
struct OrderBlockFinder: Sendable {
    private let isBody: Bool
    private let search: Int
    private let displacementBars: Int
    private let blockNeedsImpulse: Bool
    private let impulseRange: Double
    private let impulseMedianBars: Int

    init(parameters: SmartMoneyParameters) {
        isBody = parameters.blockZone == .body
        search = parameters.blockSearch
        displacementBars = parameters.displacementBars
        blockNeedsImpulse = parameters.blockNeedsImpulse
        impulseRange = parameters.impulseRange
        impulseMedianBars = parameters.impulseMedianBars
    }

    /// The block of `leg`; nil when the optional impulse rule refuses it. `gaps` are those of its direction, `lastSweep`
    /// is the last bar at which a level behind the leg was swept, -1 when none was.
    @inline(__always)
    func block(
        of leg: StructureBreak, _ direction: Direction, in bars: inout BarHistory, gaps: inout GapBook,
        lastSweep: Int, _ log: borrowing EventLog
    ) -> OrderBlock? {
        let index = blockIndex(of: leg, direction, in: &bars)
        if blockNeedsImpulse && !hasImpulse(after: index, of: leg, in: &bars) { return nil }
        let candle = bars[index]
        let top = isBody ? max(candle.open, candle.close) : candle.high
        let bottom = isBody ? min(candle.open, candle.close) : candle.low
        return OrderBlock(
            id: StructureID(.orderBlock, leg.index, direction, leg.layer), direction: direction,
            layer: leg.layer, index: index, time: candle.openTime, confirmedAt: leg.index, breakKind: leg.kind,
            displaced: leg.displaced, top: top, bottom: bottom, size: log.inATR(top.raw - bottom.raw),
            volume: candle.volume, displacementVolume: bars.volume(ofLast: displacementBars),
            overlapsGap: gaps.hasOpenGap(direction, overlapping: bottom, top),
            sweptLiquidity: lastSweep >= max(0, leg.origin.index - search))
    }

    /// The last bar against the leg near its origin and before the break; the origin itself when there is none.
    @inline(__always)
    private func blockIndex(of leg: StructureBreak, _ direction: Direction, in bars: inout BarHistory) -> Int {
        let origin = leg.origin.index
        let first = max(bars.oldest, origin - search)
        var index = min(origin + search, leg.index - 1)
        while index >= first {
            let bar = OrientedBar(bars[index], direction)
            if bar.close < bar.open { return index }
            index &-= 1
        }
        return origin
    }

    /// Whether the bar after the block closes beyond it, in the direction of the leg, with an outsized range.
    private func hasImpulse(after index: Int, of leg: StructureBreak, in bars: inout BarHistory) -> Bool {
        let count = impulseMedianBars
        guard index < leg.index, index - count + 1 >= bars.oldest else { return false }
        let next = bars[index + 1]
        guard OrientedBar(next, leg.direction).close > OrientedBar(bars[index], leg.direction).high else {
            return false
        }
        var ranges: [Int64] = []
        for position in (index - count + 1)...index { ranges.append(bars[position].range.raw) }
        ranges.sort()
        let median =
            count % 2 == 1
            ? Double(ranges[count / 2]) : (Double(ranges[count / 2 - 1]) + Double(ranges[count / 2])) / 2
        return Double(next.range.raw) >= impulseRange * median
    }
}
