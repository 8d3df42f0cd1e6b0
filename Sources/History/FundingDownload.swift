public import Kraken
public import Market

/// One settlement of funding as it is stored.
public struct Settlement: Hashable, Sendable {
    /// When it was paid: the end of the hour that the rate is for.
    public let time: Timestamp
    /// Fraction of notional, paid by longs when positive.
    public let relative: Rate
    /// Dollars per coin.
    public let absolute: Rate

    public init(time: Timestamp, relative: Rate, absolute: Rate) {
        self.time = time
        self.relative = relative
        self.absolute = absolute
    }
}

/// Turns the exchange's hourly rates, which are named by the start of their hour, into settlements at its end.
public enum FundingHistory {
    /// Those after `last` whose hour is over at `now`, oldest first.
    public static func settlements(
        _ rates: Derivatives.FundingRates, after last: Timestamp?, at now: Timestamp
    ) throws(HistoryError) -> [Settlement] {
        var settlements: [Settlement] = []
        var previous = last ?? .distantPast
        for row in rates.rates {
            let time = row.time + .hours(1)
            guard time > previous, time <= now else { continue }
            guard row.relative.magnitude < .one else {
                throw .implausible("a funding rate of \(row.relative) of the notional for the hour from \(row.time)")
            }
            settlements.append(Settlement(time: time, relative: row.relative, absolute: row.absolute))
            previous = time
        }
        return settlements
    }
}
