public import Market
public import Venue

/// Refuses entries while funding is exceptional, in either direction: it tells of a dislocated market.
public struct FundingFilter: Hashable, Sendable {
    /// Greatest relative rate per hour, over 0. [0.1 %]
    public var limit: Rate
    /// Greatest multiple of the average magnitude, over 1; nil for no comparison. [3]
    public var averageMultiple: Rate?
    /// Rates up to this per hour are never a spike, however small the average. [0.005 %]
    public var floor: Rate

    public init(
        limit: Rate = .basisPoints(10), averageMultiple: Rate? = Rate(3), floor: Rate = Rate(raw: 50_000_000)
    ) {
        self.limit = limit
        self.averageMultiple = averageMultiple
        self.floor = floor
    }
}

/// The average magnitude of hourly funding rates, each new hour weighing 1/`window`.
public struct FundingAverage: Hashable, Sendable, Codable {
    public init(window: Int64 = 72, needed: Int = 24) {}
    /// Takes the rate of the running hour; only the first report of an hour counts.
    public mutating func observe(_ funding: HourlyFunding, at time: Timestamp) {}
    /// Nil until enough hours were seen.
    public var value: Rate? { nil }
}
