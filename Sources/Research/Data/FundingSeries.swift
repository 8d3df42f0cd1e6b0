public import Market
import Venue

/// Funding rates as an exchange settled them, in time order.
public struct FundingSeries: Sendable {
    /// The time that one rate pays for: eight hours at most exchanges, one at Kraken.
    public let period: Interval
    /// When each rate was settled, and thereby known.
    public private(set) var times: [Timestamp] = []
    /// The fraction of notional that longs pay for one whole period.
    public private(set) var rates: [Rate] = []

    /// `period` is a whole number of hours.
    public init(period: Interval) {
        precondition(
            period > .zero && period.nanoseconds % Interval.hours(1).nanoseconds == 0, "funding is paid by the hour")
        self.period = period
    }

    /// Throws when `time` does not come after the last one; the series is then unchanged.
    public mutating func append(_ rate: Rate, at time: Timestamp) throws(CandleDefect) {
        if let last = times.last {
            guard time != last else { throw .duplicate(time) }
            guard time > last else { throw .disorder(time, after: last) }
        }
        times.append(time)
        rates.append(rate)
    }

    public var count: Int { times.count }

    /// Places where a settlement is missing.
    public var gaps: Int {
        zip(times, times.dropFirst()).reduce(into: 0) { count, pair in if pair.1 - pair.0 > period { count += 1 } }
    }

    /// The series without settlements at or after `instant`.
    public func before(_ instant: Timestamp) -> FundingSeries {
        var result = FundingSeries(period: period)
        let count = times.firstIndex { $0 >= instant } ?? times.count
        result.times = Array(times.prefix(count))
        result.rates = Array(rates.prefix(count))
        return result
    }
}

/// Reads a funding series hour by hour without looking ahead.
///
/// A rate becomes known when it settles and is charged in the period after that, an equal part each hour: the way of
/// Kraken, where the past period's premium sets the coming period's rate. An hour without a rate that recent is
/// charged the named assumption.
struct FundingCursor: Sendable {
    private let series: FundingSeries?
    private let assumed: HourlyFunding
    private let hours: Int64
    /// The first settlement that is not yet known.
    private var next = 0
    private var nextTime: Timestamp
    private var validUntil = Timestamp.distantPast
    private var held: HourlyFunding
    /// Hours asked for that had a recorded rate, and that had none.
    private(set) var recordedHours = 0
    private(set) var assumedHours = 0
    private var hour = Timestamp.distantPast
    private(set) var current: HourlyFunding

    init(_ series: FundingSeries?, assumed: HourlyFunding) {
        self.series = series
        self.assumed = assumed
        hours = (series?.period ?? .hours(1)).nanoseconds / Interval.hours(1).nanoseconds
        nextTime = series?.times.first ?? .distantFuture
        held = assumed
        current = assumed
    }

    /// The rate of the hour that holds `instant`; instants never go back.
    @inline(__always)
    mutating func rate(at instant: Timestamp) -> HourlyFunding {
        if instant.nanoseconds - hour.nanoseconds >= 3_600_000_000_000 { begin(instant.floor(to: .hours(1))) }
        return current
    }

    /// When the hour ends whose rate is held.
    var hourEnd: Timestamp { hour + .hours(1) }

    private mutating func begin(_ start: Timestamp) {
        hour = start
        if let series {
            while nextTime <= start {
                let rate = Rounding.nearestEven.divide(Int128(series.rates[next].raw), Int128(hours))
                held = HourlyFunding(Rate(raw: rate))
                validUntil = nextTime + series.period
                next += 1
                nextTime = next < series.count ? series.times[next] : .distantFuture
            }
        }
        if start < validUntil {
            recordedHours += 1
            current = held
        } else {
            assumedHours += 1
            current = assumed
        }
    }
}
