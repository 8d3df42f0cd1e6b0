import Market

/// Sums over the last twenty-four hours, or over the day since midnight.
struct DayStatistics: Hashable, Sendable {
    var open = Price.zero
    var high = Price.zero
    var low = Price.zero
    var close = Price.zero
    var volume = Quantity.zero
    var turnover: Int128 = 0
    var trades = 0

    init() {}

    init(_ chart: Chart, from: Timestamp, through: Timestamp) {
        // One candle as long as the span would be aligned to the calendar: it is joined from hours instead.
        for candle in chart.candles(.minutes(1), from: from, through: through) {
            if open.isZero {
                open = candle.open
                high = candle.high
                low = candle.low
            }
            high = max(high, candle.high)
            low = min(low, candle.low)
            close = candle.close
            volume += candle.volume
            turnover += candle.turnover
            trades += candle.trades
        }
    }

    var averagePrice: Price { volume.isPositive ? Price(raw: Int64(turnover / Int128(volume.raw))) : .zero }

    /// Volume in quote currency, in raw dollars.
    var quoteVolume: Money { Money(raw: Int64(turnover / 100_000_000)) }

    /// Change of `last` against the open, in per cent.
    func change(to last: Price) -> Rate {
        (last - open).ratio(to: open).map { Rate(raw: $0.raw * 100) } ?? .zero
    }
}
