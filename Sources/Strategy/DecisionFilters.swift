import Indicators
import Market
import SmartMoney

/// The indicators of the decision timeframe.
struct DecisionFilters: Sendable {
    private var adx: ADX
    private var range: WilderATR
    private var rank: RollingPercentile
    private var strength: RSI
    /// RSI of the last bars, by bar number; NaN where there is none.
    private var strengths: ContiguousArray<Double>
    /// Where the ATR stands among its last values, 0...1; nil until warmed up.
    private(set) var volatility: Double?
    private var count = 0

    init(parameters: SmartMoneyStrategyParameters) {
        adx = ADX(period: parameters.adxPeriod)
        range = WilderATR(period: parameters.smartMoney.atrPeriod)
        rank = RollingPercentile(period: parameters.volatilityPeriod)
        strength = RSI(period: parameters.rsiPeriod)
        strengths = ContiguousArray(repeating: .nan, count: max(1, parameters.smartMoney.lookback))
    }

    mutating func push(_ candle: Candle) {
        let (high, low, close) = (candle.high.double, candle.low.double, candle.close.double)
        adx.push(high: high, low: low, close: close)
        if let atr = range.push(high: high, low: low, close: close) { volatility = rank.push(atr) }
        strengths[count % strengths.count] = strength.push(close) ?? .nan
        count += 1
    }

    /// Strength of the trend, 0...100; nil until warmed up.
    var trendStrength: Double? { adx.value }
    /// Average true range in price units; nil until warmed up.
    var atr: Double? { range.value }
    var isWarm: Bool { adx.value != nil && volatility != nil && strength.value != nil }

    /// RSI at the close of a bar; nil before there is one and when the bar is too old.
    func strength(at bar: Int) -> Double? {
        guard bar >= 0, bar < count, bar > count - 1 - strengths.count else { return nil }
        let value = strengths[bar % strengths.count]
        return value.isNaN ? nil : value
    }
}
