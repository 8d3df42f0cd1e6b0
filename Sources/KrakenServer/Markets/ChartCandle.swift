import Market

/// One candle as the exchange keeps it: built from trades, or of a price that is not traded.
struct ChartCandle: Hashable, Sendable {
    var openTime: Timestamp
    var open: Price
    var high: Price
    var low: Price
    var close: Price
    var volume = Quantity.zero
    /// Sum of price times quantity, both raw.
    var turnover: Int128 = 0
    var trades = 0

    init(openTime: Timestamp, price: Price) {
        self.openTime = openTime
        open = price
        high = price
        low = price
        close = price
    }

    init(_ candle: Candle) {
        openTime = candle.openTime
        open = candle.open
        high = candle.high
        low = candle.low
        close = candle.close
        volume = Quantity(candle.volume, rounding: .down) ?? .zero
        // The data does not say how many trades there were, nor at which prices.
        trades = volume.isPositive ? 1 : 0
        turnover = Int128((candle.high.raw + candle.low.raw) / 2) * Int128(volume.raw)
    }

    mutating func add(_ price: Price, _ quantity: Quantity) {
        high = max(high, price)
        low = min(low, price)
        close = price
        volume += quantity
        turnover += Int128(price.raw) * Int128(quantity.raw)
        trades += 1
    }

    /// A price that was seen without a trade.
    mutating func see(_ price: Price) {
        high = max(high, price)
        low = min(low, price)
        close = price
    }

    mutating func join(_ later: ChartCandle) {
        high = max(high, later.high)
        low = min(low, later.low)
        close = later.close
        volume += later.volume
        turnover += later.turnover
        trades += later.trades
    }

    /// The average price by volume, cut to the raw unit; zero without volume.
    var averagePrice: Price {
        volume.isPositive ? Price(raw: Int64(turnover / Int128(volume.raw))) : .zero
    }
}
