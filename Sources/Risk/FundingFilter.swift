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

    /// The greatest magnitude that is allowed with this average; nil when the average is needed and unknown.
    public func greatest(average: Rate?) -> Rate? {
        guard let averageMultiple else { return limit }
        guard let average else { return nil }
        return min(limit, max(floor, average.times(averageMultiple, .down)))
    }
}

/// The average magnitude of hourly funding rates, a new hour weighing one part in `window`.
public struct FundingAverage: Hashable, Sendable, Codable {
    private let window: Int64
    private let needed: Int64
    private var hours: Int64 = 0
    private var hour = Timestamp.distantPast
    private var mean = Rate.zero

    public init(window: Int64 = 72, needed: Int64 = 24) {
        precondition(needed > 0 && window >= needed, "an average needs hours")
        self.window = window
        self.needed = needed
    }

    /// Takes the rate of the running hour; only the first report of an hour counts.
    public mutating func observe(_ funding: HourlyFunding, at time: Timestamp) {
        guard time - hour >= .hours(1) else { return }
        hour = time.floor(to: .hours(1))
        hours += 1
        let weight = min(hours, window)
        let step = Int128(funding.rate.magnitude.raw) - Int128(mean.raw)
        mean = Rate(raw: mean.raw + Rounding.nearestEven.divide(step, Int128(weight)))
    }

    /// Nil until enough hours were seen.
    public var value: Rate? { hours >= needed ? mean : nil }
}
