import CandleFiles
import Market
import SmartMoney
import TestSupport

@testable import Strategy

let pair = SpotPair("BTC/USD")!
let monday = Timestamp(seconds: 1_609_718_400)

typealias Row = (Int, Int, Int, Int)

/// Bars from rows of open, high, low, close.
func bars(_ rows: [Row], _ timeframe: Timeframe, from start: Timestamp = monday) -> [Candle] {
    rows.enumerated().map { index, row in
        Candle(
            openTime: start + timeframe.interval * Int64(index), open: Price(row.0), high: Price(row.1),
            low: Price(row.2), close: Price(row.3), volume: 1)
    }
}

/// The same bars upside down: prices p become `sum` − p.
func mirrored(_ candles: some Sequence<Candle>, around sum: Price) -> [Candle] {
    candles.map {
        Candle(
            openTime: $0.openTime, open: sum - $0.open, high: sum - $0.low, low: sum - $0.high, close: sum - $0.close,
            volume: $0.volume)
    }
}

/// A pullback into a low at 990 (bar 8, a falling bar from 1000) and a break upwards of the high at 1012 (bar 10) that
/// leaves a gap from 1000 to 1004. The high at 1030 rests above. On the way the low at 998 is swept (bar 7) and broken.
let pullback: [Row] = [
    (1000, 1002, 998, 1000), (1000, 1003, 999, 1002), (1002, 1030, 1000, 1020), (1020, 1022, 1004, 1006),
    (1006, 1008, 998, 1000), (1000, 1010, 999, 1008), (1008, 1012, 1004, 1006), (1006, 1007, 996, 998),
    (998, 1000, 990, 992), (992, 1008, 991, 1007), (1007, 1020, 1004, 1018),
]

/// A rally that keeps its trend: bullish structure, closes above the average.
let rally: [Row] = [
    (1000, 1010, 995, 1005), (1005, 1020, 1000, 1015), (1015, 1016, 1001, 1004), (1004, 1030, 1003, 1028),
    (1028, 1050, 1026, 1048),
]

/// Small periods, so that a dozen bars are enough.
func smallParameters() -> SmartMoneyStrategyParameters {
    var parameters = SmartMoneyStrategyParameters.swing
    parameters.biasTimeframes = [.h4]
    parameters.decisionTimeframe = .h1
    parameters.refinementTimeframe = nil
    parameters.biasAveragePeriod = 2
    parameters.adxPeriod = 2
    parameters.rsiPeriod = 2
    parameters.minimumADX = 0
    parameters.volatilityPeriod = 3
    parameters.minimumVolatility = 0
    parameters.maximumVolatility = 1
    parameters.minimumStopNoise = 0.1
    parameters.smartMoney.atrPeriod = 3
    parameters.smartMoney.externalStrength = 1
    parameters.smartMoney.internalStrength = 1
    parameters.smartMoney.displacementBody = 0.5
    parameters.smartMoney.gapMinimumFraction = 0
    return parameters
}

extension Finding {
    var signal: Signal? { if case .signal(let signal) = self { signal } else { nil } }
    var candidate: Candidate? { if case .declined(let candidate) = self { candidate } else { nil } }
    var guidance: Guidance? { if case .guidance(let guidance) = self { guidance } else { nil } }
    var withdrawal: Withdrawal? { if case .withdrawn(_, let withdrawal) = self { withdrawal } else { nil } }
    var brokenSide: Side? { if case .premiseBroken(let side, _) = self { side } else { nil } }
}

/// Runs hand-made bars: first the bias timeframes, then the decision timeframe. For a short everything is upside down.
struct Scene {
    var parameters = smallParameters()
    var bias: [(Timeframe, [Row])] = [(.h4, rally)]
    var rows = pullback
    var side = Side.long

    func findings() -> [[Finding]] {
        var strategy = SmartMoneyStrategy(pair: pair, parameters: parameters)
        var result: [[Finding]] = []
        for (timeframe, rows) in bias {
            let start = monday - timeframe.interval * Int64(rows.count)
            for candle in turned(bars(rows, timeframe, from: start)) {
                var findings: [Finding] = []
                strategy.observe(candle, timeframe, into: &findings)
                precondition(findings.isEmpty)
            }
        }
        for candle in turned(bars(rows, parameters.decisionTimeframe)) {
            var findings: [Finding] = []
            strategy.observe(candle, parameters.decisionTimeframe, into: &findings)
            result.append(findings)
        }
        return result
    }

    func price(_ value: Int) -> Price { side == .long ? Price(value) : Price(2000 - value) }

    private func turned(_ candles: [Candle]) -> [Candle] {
        side == .long ? candles : mirrored(candles, around: Price(2000))
    }
}

/// A recorded series.
func recorded(_ name: String, _ timeframe: Timeframe) throws -> CandleSeries {
    try CandleFile.read(path: SharedData.path(name), timeframe: timeframe)
}

/// Feeds base candles through the ladder, as the trader does; the findings by base bar.
func run(_ parameters: SmartMoneyStrategyParameters, _ series: some Sequence<Candle>, base: Timeframe) -> [[Finding]] {
    var strategy = SmartMoneyStrategy(pair: pair, parameters: parameters)
    var ladder = CandleLadder(base: base, timeframes: strategy.timeframes)
    return series.map { candle in
        var findings: [Finding] = []
        ladder.push(candle) { bar, timeframe in strategy.observe(bar, timeframe, into: &findings) }
        return findings
    }
}

/// A small strategy for random bars of five minutes, with every part in use and loose enough to trade often.
func randomParameters() -> SmartMoneyStrategyParameters {
    var parameters = SmartMoneyStrategyParameters.swing
    parameters.biasTimeframes = [.h1, .m30]
    parameters.decisionTimeframe = .m15
    parameters.refinementTimeframe = .m5
    parameters.biasAveragePeriod = 20
    parameters.volatilityPeriod = 50
    parameters.minimumADX = 10
    parameters.minimumStopNoise = 0.5
    parameters.smartMoney.externalStrength = 2
    parameters.smartMoney.internalStrength = 1
    parameters.smartMoney.gapMinimumFraction = 0
    return parameters
}
