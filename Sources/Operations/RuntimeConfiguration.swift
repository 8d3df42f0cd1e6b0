public import Market
public import Venue

/// How a session is run. What it trades and risks is the trader's business.
public struct RuntimeConfiguration: Hashable, Sendable {
    /// Spot markets to trade, in the order of reports.
    public var pairs: [SpotPair]
    /// The candles that are fed; every timeframe of the strategy is a multiple.
    public var base: Timeframe
    /// Higher timeframes whose past the strategy wants.
    public var timeframes: [Timeframe]
    public var fees: FeeSchedule
    /// Pause between complete looks at the account while something is held or ordered. [15 s]
    public var reconcileEvery = Interval.seconds(15)
    /// The same at rest. [60 s]
    public var reconcileAtRest = Interval.seconds(60)
    /// Without a complete look for this long nothing is opened. [3 min]
    public var reconcileLimit = Interval.minutes(3)
    /// While nothing is held, prices within the basis limits reach the trader no more often than this, and before each candle. [60 s]
    public var quietTickEvery = Interval.seconds(60)
    /// After this the exchange cancels everything unless told again; zero for never. [60 s]
    public var deadManSwitch = Interval.seconds(60)
    /// A difference of the clocks that is worth a warning, and an uncertainty of it that forbids entries. [2 s]
    public var clockSkewLimit = Interval.seconds(2)
    /// The most that a journal may be ahead of the exchange's time: time never runs backwards, so the session waits for
    /// the rest; beyond it the journal must be of another exchange. [1 min]
    public var journalAhead = Interval.minutes(1)
    /// A hold that lasts longer also withdraws the entries that rest. [30 s]
    public var holdPatience = Interval.seconds(30)
    /// So long nothing leaves on the account's line while it is asked whether another instance has taken the account; then
    /// it goes on, because what protects must not depend on a store. Of the machine's time. [3 s]
    public var leasePatience = Interval.seconds(3)
    /// The most that a graceful stop waits for entries to be gone. [10 s]
    public var stopPatience = Interval.seconds(10)

    /// How many times as fast as the machine's the session's clock runs. [1]
    public var hurry: Int64 = 1

    /// What an answer takes on the machine counts `hurry` times by the session's clock.
    var skewLimit: Interval {
        max(clockSkewLimit, Interval(nanoseconds: Interval.milliseconds(100).nanoseconds * hurry))
    }

    public init(pairs: [SpotPair], base: Timeframe, timeframes: [Timeframe], fees: FeeSchedule) {
        self.pairs = pairs
        self.base = base
        self.timeframes = timeframes
        self.fees = fees
    }
}
