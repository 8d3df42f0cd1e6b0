/// One closed bar of a market: the first, highest, lowest and last traded price of a period and the coin traded.
@frozen public struct Candle: Hashable, Sendable {
    /// When the bar opened (UTC). It is known only at `openTime` plus its timeframe.
    public let openTime: Timestamp
    public let open: Price
    public let high: Price
    public let low: Price
    public let close: Price
    /// Base coin traded. A statistic, not an amount that anyone owns, hence a `Double`.
    public let volume: Double

    @inlinable
    public init(openTime: Timestamp, open: Price, high: Price, low: Price, close: Price, volume: Double) {
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    @inlinable public var range: Price { high - low }
    @inlinable public var body: Price { (close - open).magnitude }
    @inlinable public var isBullish: Bool { close > open }
    @inlinable public var isBearish: Bool { close < open }

    /// Positive prices with low ≤ open, close ≤ high and a finite volume that is not negative.
    @inlinable public var isValid: Bool {
        low.isPositive && low <= open && low <= close && high >= open && high >= close && volume >= 0
            && volume.isFinite
    }
}
