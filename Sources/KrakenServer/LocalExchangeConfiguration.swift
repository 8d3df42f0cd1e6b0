public import Exchange
public import Market

/// How the local exchange behaves.
public struct LocalExchangeConfiguration: Sendable {
    /// Matching, margin and liquidation. Its path is `likely` and it has no latency: the exchange answers at once.
    public let exchange: ExchangeConfiguration
    /// Ids, keys, the book and everything drawn come from it.
    public var seed: UInt64
    /// Market time from one look at the market to the next. A third of a bar is a whole number of it, so that every
    /// extreme of a bar is traded.
    public var step = Interval.seconds(1)
    /// Market time between heartbeats, and between reports of what moves with the mark.
    public var heartbeat = Interval.seconds(1)
    /// Market time from one telling of quotes, books, public trades and running candles to the next; zero tells every look
    /// at the market. What lies between is not told, but a candle that ends is told as it ended, and news of accounts and
    /// orders always.
    public var showing = Interval.zero
    /// Levels on each side of a book.
    public var bookLevels = 50
    /// How much of the data before the start is shown as history.
    public var past = Interval.days(800)
    /// Added to every time of the data. Whole weeks keep the candles of every length as they are.
    public var shift = Interval.zero
    /// Whether requests cost tokens.
    public var limitsRates = true
    /// What goes wrong, and when.
    public var faults = FaultPlan()
    /// Whether `/admin` answers.
    public var isAdminEnabled = false

    /// `halfSpread` must be positive, or there is no market.
    public init(halfSpread: HalfSpread, impact: Rate, liquidationFee: Rate, participation: Rate? = nil, seed: UInt64) {
        exchange = ExchangeConfiguration(
            halfSpread: halfSpread, impact: impact, participation: participation, liquidationFee: liquidationFee,
            seed: seed, path: .likely, tradesOnTick: true)
        self.seed = seed
    }

    /// Feeds are told this often in a second at most, however fast the market goes.
    public static let framesPerSecond: Int64 = 20

    /// Keeps heartbeats and market data to `framesPerSecond` for each feed when market time passes `speed` times as fast
    /// as the listeners' time.
    public mutating func pace(speed: Double) {
        let longest = Double(Interval.days(1).nanoseconds)
        let pause = Interval(nanoseconds: Int64(min(longest, speed * 1e9 / Double(Self.framesPerSecond))))
        heartbeat = max(.seconds(1), pause)
        showing = pause > step ? pause : .zero
    }
}
