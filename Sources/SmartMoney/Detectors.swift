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
    // Where the bar before reached down to in both directions; nowhere before the first.
    private var previousLow = Int64.max
    private var previousDownLow = Int64.max
    private var previousClose = Int64.min
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

    /// Takes the next closed bar and answers its events, which are written into `memory` while there is room.
    @inline(__always)
    mutating func push(_ candle: Candle, _ memory: UnsafeMutableBufferPointer<SmartMoneyEvent>) -> EventLog {
        precondition(candle.openTime > lastTime, "bars come in time order")
        lastTime = candle.openTime
        let far = swings.farStrength
        let (beyond, first) = bars.push(candle) { newest, place in
            (place < far ? nil : swings.beyond(newest, candle), place >= 2 ? newest[-2] : nil)
        }
        let confirmed = swings.push(beyond ?? swings.wrappedBeyond(bars))
        var log = EventLog(candle, index: bars.count &- 1, atr: averageRange(with: candle), in: memory)
        if log.index >= nextExpiry { wake(at: log.index) }
        if bullishGaps.concerns(log.up) { bullishGaps.meet(log.up, previousLow, &log) }
        if bearishGaps.concerns(log.down) { bearishGaps.meet(log.down, previousDownLow, &log) }
        let twoBack = first ?? bars[log.index &- 2]
        findGap(twoBack.high.raw, twoBack.low.raw, &log)
        liquidity.push(candle, &log)
        external.push(previousLow, previousDownLow, &log)
        if confirmed.external != 0 { external.confirm(confirmed.external, &bars, &log) }
        if external.isReached(by: log.up, log.down) {
            external.resolve(
                &bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        `internal`.push(previousLow, previousDownLow, &log)
        if confirmed.internal != 0 { `internal`.confirm(confirmed.internal, &bars, &log) }
        if `internal`.isReached(by: log.up, log.down) {
            `internal`.resolve(
                &bars, liquidity.above.lastSweep, liquidity.below.lastSweep, bullishGaps: &bullishGaps,
                bearishGaps: &bearishGaps, &log)
        }
        if confirmed.external != 0 { addPools(confirmed.external, &log) }
        liquidity.absorb(candle, &log)
        previousLow = log.up.low
        previousDownLow = log.down.low
        previousClose = log.up.close
        return log
    }

    /// Wilder ATR in raw price units; zero until it is warmed up.
    @inline(__always)
    private mutating func averageRange(with candle: Candle) -> Double {
        // There is no close before the first bar.
        guard previousClose != .min else { return 0 }
        let trueRange = max(candle.high.raw, previousClose) &- min(candle.low.raw, previousClose)
        return averageRange.push(trueRange: Double(trueRange)) ?? 0
    }

    /// External swings are liquidity.
    @inline(never)
    private mutating func addPools(_ confirmed: UInt64, _ log: inout EventLog) {
        if SwingDetector.Confirmed.isHigh(confirmed), let swing = external.lastSwing(.bullish) {
            liquidity.append(swing, &log)
        }
        if SwingDetector.Confirmed.isLow(confirmed), let swing = external.lastSwing(.bearish) {
            liquidity.append(swing, &log)
        }
    }

    /// The newest bar may leave a gap to the bar two before it, which reached from `low` to `high`.
    @inline(__always)
    private mutating func findGap(_ high: Int64, _ low: Int64, _ log: inout EventLog) {
        let height = max(log.up.low &- high, low &- log.up.high)
        // Both books ask for the same height. The close of the middle bar is still kept. A fraction of heights is positive,
        // and few of those are wide: asking for both at once is easier to guess.
        if bullishGaps.isWide(height, middle: previousClose, atr: log.atr) && log.index >= 2 {
            createGap(high, low, &log)
        }
    }

    @inline(never)
    private mutating func createGap(_ high: Int64, _ low: Int64, _ log: inout EventLog) {
        if log.up.low > high {
            bullishGaps.create(near: log.up.low, far: high, opposite: &bearishGaps, &log)
        } else {
            bearishGaps.create(near: log.down.low, far: -low, opposite: &bullishGaps, &log)
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
