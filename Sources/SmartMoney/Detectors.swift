import Indicators
import Market

/// All detectors of one timeframe and the bars that they share.
struct Detectors: Sendable {
    private(set) var external: LayerDetectors
    private(set) var `internal`: LayerDetectors
    private(set) var bars: BarHistory
    /// In raw price units, where every bar's true range is exact.
    private(set) var averageRange: WilderATR
    private(set) var bullishGaps: GapBook
    private(set) var bearishGaps: GapBook
    private(set) var liquidity: Liquidity
    private var swings: SwingDetector
    // Where the bar before reached down to in both directions; nowhere before the first.
    private var previousLow = Int64.max
    private var previousDownLow = Int64.max
    /// No zone expires before this bar.
    private var nextExpiry = 0
    /// Bars for which every zone lives.
    private let shortestLife: Int
    private var lastTime = Timestamp.distantPast

    init(timeframe: Timeframe, parameters: SmartMoneyParameters) {
        external = LayerDetectors(.external, parameters: parameters)
        `internal` = LayerDetectors(.internal, parameters: parameters)
        bars = BarHistory(
            lookback: max(parameters.lookback, parameters.externalStrength + 1, parameters.internalStrength + 1))
        averageRange = WilderATR(period: parameters.atrPeriod)
        bullishGaps = GapBook(.bullish, parameters: parameters)
        bearishGaps = GapBook(.bearish, parameters: parameters)
        liquidity = Liquidity(timeframe: timeframe, parameters: parameters)
        swings = SwingDetector(external: parameters.externalStrength, internal: parameters.internalStrength)
        shortestLife = max(0, min(parameters.gapExpiry, parameters.blockExpiry)) + 1
    }

    /// Takes the next closed bar and answers its events, which are written into `memory` while there is room.
    @inline(__always)
    mutating func push(_ candle: Candle, _ memory: UnsafeMutableBufferPointer<SmartMoneyEvent>) -> EventLog {
        precondition(candle.openTime > lastTime, "bars come in time order")
        lastTime = candle.openTime
        bars.push(candle)
        let atr = averageRange.push(
            high: Double(candle.high.raw), low: Double(candle.low.raw), close: Double(candle.close.raw))
        var log = EventLog(candle, index: bars.count &- 1, atr: atr ?? 0, in: memory)
        if log.index >= nextExpiry { wake(at: log.index) }
        detect(candle, previousLow, previousDownLow, &log)
        previousLow = candle.low.raw
        previousDownLow = 0 &- candle.high.raw
        return log
    }

    @inline(__always)
    private mutating func detect(
        _ candle: Candle, _ previousLow: Int64, _ previousDownLow: Int64, _ log: inout EventLog
    ) {
        let (up, down) = (log.up, log.down)
        let confirmed = swings.push(bars)
        bullishGaps.push(up, previousLow: previousLow, &log)
        bearishGaps.push(down, previousLow: previousDownLow, &log)
        findGap(&log)
        liquidity.push(candle, &log)
        external.push(previousLow, previousDownLow, &log)
        if confirmed.external != 0 { external.confirm(confirmed.external, bars, &log) }
        if external.isReached(by: up, down) {
            external.resolve(
                bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        `internal`.push(previousLow, previousDownLow, &log)
        if confirmed.internal != 0 { `internal`.confirm(confirmed.internal, bars, &log) }
        if `internal`.isReached(by: up, down) {
            `internal`.resolve(
                bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        if confirmed.external != 0 { addPools(confirmed.external, &log) }
        liquidity.absorb(candle, &log)
    }

    mutating func unshare() {
        bars.unshare()
        external.unshare()
        `internal`.unshare()
        bullishGaps.unshare()
        bearishGaps.unshare()
        liquidity.unshare()
    }

    /// External swings are liquidity.
    private mutating func addPools(_ confirmed: UInt64, _ log: inout EventLog) {
        if SwingDetector.Confirmed.isHigh(confirmed), let swing = external.sequence.lastSwing(.bullish) {
            liquidity.append(swing, &log)
        }
        if SwingDetector.Confirmed.isLow(confirmed), let swing = external.sequence.lastSwing(.bearish) {
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
