import Indicators
import Market

/// All detectors of one timeframe and the bars that they share.
struct Detectors: Sendable {
    private(set) var external: StructureLayer
    private(set) var `internal`: StructureLayer
    private(set) var bars: BarHistory
    /// In raw price units, where every bar's true range is exact.
    private(set) var averageRange: WilderATR
    private(set) var bullishGaps: GapBook
    private(set) var bearishGaps: GapBook
    private(set) var liquidity: Liquidity
    private var reaches: RecentReaches
    private var lastTime = Timestamp.distantPast

    init(timeframe: Timeframe, parameters: SmartMoneyParameters) {
        external = StructureLayer(.external, parameters: parameters)
        `internal` = StructureLayer(.internal, parameters: parameters)
        bars = BarHistory(
            lookback: max(parameters.lookback, parameters.externalStrength + 1, parameters.internalStrength + 1))
        averageRange = WilderATR(period: parameters.atrPeriod)
        bullishGaps = GapBook(.bullish, parameters: parameters)
        bearishGaps = GapBook(.bearish, parameters: parameters)
        liquidity = Liquidity(timeframe: timeframe, parameters: parameters)
        reaches = RecentReaches(lookback: max(parameters.externalStrength, parameters.internalStrength))
    }

    /// Takes the next closed bar and logs its events.
    @inline(__always)
    mutating func push(_ candle: Candle, _ log: inout EventLog) {
        precondition(candle.openTime > lastTime, "bars come in time order")
        lastTime = candle.openTime
        bars.push(candle)
        let range = averageRange.push(
            high: Double(candle.high.raw), low: Double(candle.low.raw), close: Double(candle.close.raw))
        log.begin(index: bars.count &- 1, time: candle.openTime, atr: range ?? 0)
        detect(candle, &log)
    }

    @inline(__always)
    private mutating func detect(_ candle: Candle, _ log: inout EventLog) {
        let up = OrientedBar(candle, .bullish)
        let down = OrientedBar(candle, .bearish)
        reaches.push(up, down)

        bullishGaps.push(up, &log)
        bearishGaps.push(down, &log)
        if log.index >= 2 {
            let first = bars[log.index - 2]
            let rise = candle.low.raw - first.high.raw
            let fall = first.low.raw - candle.high.raw
            let height = max(rise, fall)
            // Both books ask for the same height.
            if height > 0, bullishGaps.isWide(height, middle: bars[log.index - 1].close, atr: log.atr) {
                if rise > 0 {
                    bullishGaps.create(near: up.low, far: first.high.raw, opposite: &bearishGaps, &log)
                } else {
                    bearishGaps.create(near: down.low, far: -first.low.raw, opposite: &bullishGaps, &log)
                }
            }
        }
        liquidity.push(candle, up, down, &log)
        let confirmed = external.push(
            candle, up, down, reaches, &bars, liquidity, bullishGaps: &bullishGaps, bearishGaps: &bearishGaps, &log)
        _ = `internal`.push(
            candle, up, down, reaches, &bars, liquidity, bullishGaps: &bullishGaps, bearishGaps: &bearishGaps, &log)
        if confirmed.high, let swing = external.lastSwing(.bullish) { liquidity.append(swing, &log) }
        if confirmed.low, let swing = external.lastSwing(.bearish) { liquidity.append(swing, &log) }
        liquidity.absorb(candle, &log)
    }
}
