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
    private var swings: SwingDetector
    private var previousUpLow = Int64.max
    private var previousDownLow = Int64.max
    /// No zone expires before this bar.
    private var nextExpiry = 0
    /// Bars for which every zone lives.
    private let shortestLife: Int
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
        swings = SwingDetector(external: parameters.externalStrength, internal: parameters.internalStrength)
        shortestLife = max(0, min(parameters.gapExpiry, parameters.blockExpiry)) + 1
    }

    /// Takes the next closed bar and logs its events.
    @inline(__always)
    mutating func push(_ candle: Candle, _ log: inout EventLog) {
        precondition(candle.openTime > lastTime, "bars come in time order")
        lastTime = candle.openTime
        bars.push(candle)
        let range = averageRange.push(
            high: Double(candle.high.raw), low: Double(candle.low.raw), close: Double(candle.close.raw))
        log.begin(
            index: bars.count &- 1, atr: range ?? 0, previousUpLow: previousUpLow, previousDownLow: previousDownLow)
        previousUpLow = log.up.low
        previousDownLow = log.down.low
        if log.index >= nextExpiry { wake(at: log.index) }
        detect(candle, &log)
    }

    @inline(__always)
    private mutating func detect(_ candle: Candle, _ log: inout EventLog) {
        bullishGaps.push(log.up, previousLow: log.previousUpLow, &log)
        bearishGaps.push(log.down, previousLow: log.previousDownLow, &log)
        findGap(&log)
        liquidity.push(candle, &log)
        let confirmed = swings.push(bars)
        external.push(&log)
        if confirmed.external != 0 { external.confirm(confirmed.external, bars, &log) }
        if external.isReached(by: log.up, log.down) {
            external.resolve(
                bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        `internal`.push(&log)
        if confirmed.internal != 0 { `internal`.confirm(confirmed.internal, bars, &log) }
        if `internal`.isReached(by: log.up, log.down) {
            `internal`.resolve(
                bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        if confirmed.external != 0 { addPools(confirmed.external, &log) }
        liquidity.absorb(candle, &log)
    }

    /// External swings are liquidity.
    private mutating func addPools(_ confirmed: UInt64, _ log: inout EventLog) {
        if SwingDetector.Confirmed.isHigh(confirmed), let swing = external.lastSwing(.bullish) {
            liquidity.append(swing, &log)
        }
        if SwingDetector.Confirmed.isLow(confirmed), let swing = external.lastSwing(.bearish) {
            liquidity.append(swing, &log)
        }
    }

    @inline(__always)
    private mutating func findGap(_ log: inout EventLog) {
        guard log.index >= 2 else { return }
        let first = bars[log.index &- 2]
        let rise = log.up.low &- first.high.raw
        let fall = log.down.low &+ first.low.raw
        let height = max(rise, fall)
        // Both books ask for the same height.
        guard height > 0, bullishGaps.isWide(height, middle: bars[log.index &- 1].close, atr: log.atr) else { return }
        if rise > 0 {
            bullishGaps.create(near: log.up.low, far: first.high.raw, opposite: &bearishGaps, &log)
        } else {
            bearishGaps.create(near: log.down.low, far: -first.low.raw, opposite: &bullishGaps, &log)
        }
    }

    /// Wakes the books in which a zone may expire at the bar `index`, and finds out when the next may. A zone that is made
    /// from now on is not older than `shortestLife`.
    @inline(never)
    private mutating func wake(at index: Int) {
        bullishGaps.wake(at: index)
        bearishGaps.wake(at: index)
        external.wake(at: index)
        `internal`.wake(at: index)
        let next = min(
            min(bullishGaps.nextExpiry, bearishGaps.nextExpiry), min(external.nextExpiry, `internal`.nextExpiry))
        // A book that is awake has a new answer at the next bar.
        nextExpiry = min(max(next, index &+ 1), index &+ shortestLife)
    }
}
