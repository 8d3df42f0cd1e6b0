import Indicators
import Market
import SmartMoney

/// The indicators of the decision timeframe.
struct DecisionFilters: Sendable {
    private var adx: ADX
    private var range: WilderATR
    /// The last ATRs. They are ranked when a break asks for it, not on every bar.
    private var ranges: ContiguousArray<Double> = []
    private var oldestRange = 0
    private let volatilityPeriod: Int
    private var strength: RSI
    /// RSI of the last bars, by bar number; NaN where there is none.
    private var strengths: ContiguousArray<Double>
    private var count = 0

    init(parameters: SmartMoneyStrategyParameters) {
        adx = ADX(period: parameters.adxPeriod)
        range = WilderATR(period: parameters.smartMoney.atrPeriod)
        volatilityPeriod = parameters.volatilityPeriod
        ranges.reserveCapacity(volatilityPeriod)
        strength = RSI(period: parameters.rsiPeriod)
        strengths = ContiguousArray(repeating: .nan, count: max(1, parameters.smartMoney.lookback))
    }

    mutating func push(_ candle: Candle) {
        // Smallest price units are exact as doubles: equal moves compare equal, up as down.
        let (high, low, close) = (Double(candle.high.raw), Double(candle.low.raw), Double(candle.close.raw))
        adx.push(high: high, low: low, close: close)
        if let atr = range.push(high: high, low: low, close: close) { remember(atr) }
        strengths[count % strengths.count] = strength.push(close) ?? .nan
        count += 1
    }

    /// Strength of the trend, 0...100; nil until warmed up.
    var trendStrength: Double? { adx.value }
    /// Average true range in smallest price units; nil until warmed up.
    var atr: Double? { range.value }
    /// The share of the other ATRs of the last bars that are below the newest, 0...1, ties counting half; nil until
    /// warmed up.
    var volatility: Double? {
        guard ranges.count == volatilityPeriod, let newest = range.value else { return nil }
        var below = 0
        var equal = -1
        for range in ranges {
            if range < newest { below += 1 } else if range == newest { equal += 1 }
        }
        return (Double(below) + Double(equal) / 2) / Double(volatilityPeriod - 1)
    }

    var isWarm: Bool { adx.value != nil && ranges.count == volatilityPeriod && strength.value != nil }

    private mutating func remember(_ atr: Double) {
        if ranges.count < volatilityPeriod {
            ranges.append(atr)
        } else {
            ranges[oldestRange] = atr
            oldestRange = oldestRange + 1 == volatilityPeriod ? 0 : oldestRange + 1
        }
    }

    /// RSI at the close of a bar; nil before there is one and when the bar is too old.
    func strength(at bar: Int) -> Double? {
        guard bar >= 0, bar < count, bar > count - 1 - strengths.count else { return nil }
        let value = strengths[bar % strengths.count]
        return value.isNaN ? nil : value
    }
}
