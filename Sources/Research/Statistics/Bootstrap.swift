import Trading

/// Intervals by resampling: what other orders of luck the same results allow.
public struct Bootstrap: Sendable {
    /// Resampled sets.
    public let resamples: Int
    public let seed: UInt64

    /// The fewest values that an interval is made from; below, resampling says nothing.
    public static let fewestTrades = 8
    public static let fewestDays = 30

    public init(resamples: Int = 2_000, seed: UInt64 = 0x7121_DE47) {
        precondition(resamples >= 40, "a tail of 2.5 % needs at least 40 resamples")
        self.resamples = resamples
        self.seed = seed
    }

    /// The 95 % percentile interval of the mean of independent values; nil for fewer than `fewestTrades`.
    public func mean(of values: [Double]) -> ClosedRange<Double>? {
        guard values.count >= Self.fewestTrades else { return nil }
        var random = SplitMix(seed: seed)
        var means: [Double] = []
        means.reserveCapacity(resamples)
        for _ in 0..<resamples {
            var sum = 0.0
            for _ in values.indices { sum += values[random.index(below: values.count)] }
            means.append(sum / Double(values.count))
        }
        return interval(means)
    }

    /// The 95 % percentile interval of the annualised Sharpe ratio of daily returns, by the stationary bootstrap
    /// (Politis and Romano 1994) with blocks of ten days on average, so that clusters of good and bad days stay
    /// together; nil for fewer than `fewestDays` or when nothing moved.
    public func sharpe(of returns: [Double]) -> ClosedRange<Double>? {
        guard returns.count >= Self.fewestDays, DailyReturns.sharpe(returns) != nil else { return nil }
        var random = SplitMix(seed: seed)
        var ratios: [Double] = []
        ratios.reserveCapacity(resamples)
        var sample = returns
        for _ in 0..<resamples {
            var place = 0
            for day in sample.indices {
                place = day == 0 || random.unit() < 0.1 ? random.index(below: returns.count) : place + 1
                if place == returns.count { place = 0 }
                sample[day] = returns[place]
            }
            // A sample in which nothing moved has no ratio; it counts as no gain.
            ratios.append(DailyReturns.sharpe(sample) ?? 0)
        }
        return interval(ratios)
    }

    private func interval(_ values: [Double]) -> ClosedRange<Double> {
        let sorted = values.sorted()
        let low = sorted[Int(0.025 * Double(sorted.count - 1))]
        let high = sorted[Int((0.975 * Double(sorted.count - 1)).rounded(.up))]
        return low...high
    }
}

extension Confidence {
    public init(_ input: MetricsInput, _ bootstrap: Bootstrap = Bootstrap()) {
        self.init(
            expectancyR: bootstrap.mean(of: input.trades.compactMap(\.rMultiple)),
            sharpe: bootstrap.sharpe(of: input.daily.returns))
    }
}
