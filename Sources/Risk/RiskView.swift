public import Market
public import Venue

/// All that a decision may look at besides the proposal and the ledger. What is unknown is said to be unknown.
public struct RiskView: Sendable {
    /// The trader's now: ages are measured against it.
    public var now: Timestamp
    /// Terms of the proposed instrument; nil when they were never listed.
    public var instrument: Instrument?
    /// The perpetual's prices.
    public var tick: Known<Tick>
    /// The spot price.
    public var spot: Known<Price>
    public var account: Known<AccountReport>
    /// Every open position and every entry in flight over all instruments; nil when not known (never the same as none).
    public var exposures: [Exposure]?
    /// Average magnitude of the relative hourly funding rate; nil when there is too little history.
    public var fundingAverage: Rate?
    /// Where the present volatility stands among the recent ones, 0...1; nil when there is too little history.
    public var volatilityPercentile: Double?
    /// What the instrument's basis guard allows.
    public var basisState: BasisGuard.State

    public init(
        now: Timestamp, instrument: Instrument?, tick: Known<Tick>, spot: Known<Price>, account: Known<AccountReport>,
        exposures: [Exposure]?, fundingAverage: Rate?, volatilityPercentile: Double?, basisState: BasisGuard.State
    ) {
        self.now = now
        self.instrument = instrument
        self.tick = tick
        self.spot = spot
        self.account = account
        self.exposures = exposures
        self.fundingAverage = fundingAverage
        self.volatilityPercentile = volatilityPercentile
        self.basisState = basisState
    }
}
