public import Market
public import Venue

/// Open, high, low and close of one price series over one bar.
@frozen public struct PriceBar: Hashable, Sendable {
    public let open: Price
    public let high: Price
    public let low: Price
    public let close: Price

    @inlinable public init(open: Price, high: Price, low: Price, close: Price) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }

    @inlinable public init(_ candle: Candle) {
        self.init(open: candle.open, high: candle.high, low: candle.low, close: candle.close)
    }
}

/// Everything that the simulated venue is told about one contract for one period.
///
/// The three series are walked in lockstep: their highs come at one instant and their lows at one instant.
@frozen public struct MarketBar: Hashable, Sendable {
    public let openTime: Timestamp
    public let duration: Interval
    /// Trades of the contract: what orders fill against.
    public let last: PriceBar
    /// What margin, liquidation and most triggers look at.
    public let mark: PriceBar
    /// The spot index: what funding is computed from.
    public let index: PriceBar
    /// Half of ask minus bid.
    public let halfSpread: Price
    /// Coin traded in the period.
    public let volume: Double
    /// The rate of the hour that holds the bar.
    public let funding: HourlyFunding

    @inlinable public init(
        openTime: Timestamp, duration: Interval, last: PriceBar, mark: PriceBar, index: PriceBar, halfSpread: Price,
        volume: Double, funding: HourlyFunding
    ) {
        self.openTime = openTime
        self.duration = duration
        self.last = last
        self.mark = mark
        self.index = index
        self.halfSpread = halfSpread
        self.volume = volume
        self.funding = funding
    }

    @inlinable public var closeTime: Timestamp { openTime + duration }
}
