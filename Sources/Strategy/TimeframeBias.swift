import Indicators
import Market
import SmartMoney

/// The bias of one higher timeframe, from its structure and its long average.
///
/// Bullish when the external trend is bullish and the last close lies above the average by more than a band in ATR,
/// bearish when both say the opposite, else neutral: also while the average or the trend does not exist yet.
struct TimeframeBias: Sendable {
    let timeframe: Timeframe
    private let band: Double
    private var structure: SmartMoneyState
    private var average: EMA
    private var range: WilderATR
    /// In smallest price units, as the averages are.
    private var lastClose = 0.0

    init(timeframe: Timeframe, averagePeriod: Int, band: Double, smartMoney: SmartMoneyParameters) {
        self.timeframe = timeframe
        self.band = band
        structure = SmartMoneyState(timeframe: timeframe, parameters: smartMoney)
        average = EMA(period: averagePeriod)
        range = WilderATR(period: smartMoney.atrPeriod)
    }

    mutating func push(_ candle: Candle) {
        structure.push(candle)
        lastClose = Double(candle.close.raw)
        average.push(lastClose)
        range.push(high: Double(candle.high.raw), low: Double(candle.low.raw), close: lastClose)
    }

    /// Whether the average exists.
    var isWarm: Bool { average.value != nil && range.value != nil }

    var bias: Bias {
        Self.judge(trend: structure.external.trend, close: lastClose, average: average.value, atr: range.value, band)
    }

    static func judge(
        trend: Direction?, close: Double, average: Double?, atr: Double?, _ band: Double
    ) -> Bias {
        guard let trend, let average, let atr else { return .neutral }
        switch trend {
        case .bullish: return close > average + band * atr ? .bullish : .neutral
        case .bearish: return close < average - band * atr ? .bearish : .neutral
        }
    }
}
