public import Exchange
public import Market
public import Venue

/// How a backtest is run. What assumes money has no default.
public struct BacktestConfiguration: Hashable, Sendable {
    /// The deposit.
    public var initialEquity: Money
    public var exchange: ExchangeConfiguration
    /// Charged in hours for which no funding rate was recorded.
    public var assumedFunding: HourlyFunding
    /// The first bar that is traded opens here or later; nil for the first of the data.
    public var start: Timestamp?
    /// The last bar that is traded closes here or earlier; nil for the last of the data.
    public var end: Timestamp?
    /// How much history before `start` the strategy reads first. Without `start` it warms up while it is live.
    public var warmUp = Interval.days(400)
    /// Names the effective configuration in the result.
    public var configHash = ""
    /// Runs of the random-entry baseline, 0...1000; 0 leaves it out.
    public var randomRuns = 10
    /// Resamples of the bootstrap, at least 40.
    public var resamples = 2_000
    /// The seed of the bootstrap and of random entries.
    public var seed: UInt64 = 1
    /// Decision bars on the chart before the decision and after the close of a trade, 0...1000.
    public var chartMargin = 60
    /// The most bars on one trade's chart, from its beginning.
    public var chartLimit = 600

    public init(initialEquity: Money, exchange: ExchangeConfiguration, assumedFunding: HourlyFunding) {
        self.initialEquity = initialEquity
        self.exchange = exchange
        self.assumedFunding = assumedFunding
    }
}

/// How far a run is.
public struct BacktestProgress: Hashable, Sendable {
    public enum Stage: Hashable, Sendable {
        case warmUp
        case trading
        /// A run of the random-entry baseline, counted from 1.
        case baseline(run: Int, of: Int)
    }

    public let stage: Stage
    /// Bars played of about this many, over all markets.
    public let bars: Int
    public let total: Int
    public let time: Timestamp
}
