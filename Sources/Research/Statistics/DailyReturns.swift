import Market

/// Equity day by day, from its hourly points: the base of every annualised statistic.
///
/// A day's value is the last equity known at its end (midnight UTC). A first or last day that was traded only in part
/// counts as a day.
struct DailyReturns: Sendable {
    let returns: [Double]

    init(_ points: [EquityPoint], initial: Money, start: Timestamp, end: Timestamp, final: Money) {
        self.init(
            times: points.map(\.time), values: points.map(\.equity.double), initial: initial.double, start: start,
            end: end, final: final.double)
    }

    init(times: [Timestamp], values: [Double], initial: Double, start: Timestamp, end: Timestamp, final: Double) {
        var days = [initial]
        var known = initial
        var next = 0
        var midnight = start.startOfDay + .days(1)
        while midnight < end {
            while next < times.count, times[next] <= midnight {
                known = values[next]
                next += 1
            }
            days.append(known)
            midnight = midnight + .days(1)
        }
        if end > start { days.append(final) }
        self.init(values: days)
    }

    /// The returns between successive values; none after equity is gone.
    init(values: [Double]) {
        var returns: [Double] = []
        for (before, after) in zip(values, values.dropFirst()) {
            guard before > 0 else { break }
            returns.append(after / before - 1)
        }
        self.returns = returns
    }

    /// Mean over standard deviation (of a sample), times √365; nil for fewer than two days or when nothing moved.
    var sharpe: Double? { Self.sharpe(returns) }

    static func sharpe(_ returns: [Double]) -> Double? {
        guard returns.count >= 2 else { return nil }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(returns.count - 1)).squareRoot()
        // Rounding alone makes equal returns differ by less than this.
        guard deviation > 1e-12 else { return nil }
        return mean / deviation * 365.0.squareRoot()
    }

    /// Mean over downside deviation (root of the mean square of losses over all days), times √365; nil without a
    /// losing day.
    var sortino: Double? {
        guard returns.count >= 2 else { return nil }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let squares = returns.reduce(0) { $0 + ($1 < 0 ? $1 * $1 : 0) }
        let downside = (squares / Double(returns.count)).squareRoot()
        guard downside > 1e-12 else { return nil }
        return mean / downside * 365.0.squareRoot()
    }
}
