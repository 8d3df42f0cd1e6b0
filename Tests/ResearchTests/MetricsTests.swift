import Market
import Research
import Strategy
import Testing
import Trading

/// By hand: 10,000 dollars, four days, four trades.
@Suite struct MetricsTests {
    static let trades = [
        trade(1, net: "200", from: 2, to: 8, fees: "3"),
        trade(2, net: "-100", from: 6, to: 20, pair: ether, side: .short, setup: .orderBlock),
        trade(3, net: "-50", from: 30, to: 40, funding: "-1"),
        trade(4, net: "150", from: 72, to: 90, risk: "300"),
    ]
    static let equity = [
        point(0, "10000"), point(8, "10200"), point(20, "10100", drawdown: "0.02"),
        point(24, "10100", drawdown: "0.0098"), point(40, "10050", drawdown: "0.0147"), point(48, "10050"),
        point(72, "10050"), point(90, "10200"), point(96, "10200"),
    ]
    static let input = MetricsInput(
        trades: trades, equity: equity, initial: money("10000"), final: money("10200"), start: hour(0), end: hour(96))
    let metrics = Metrics(input)

    private func near(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-12) -> Bool {
        value.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
    }

    @Test func countsAndRatios() {
        #expect((metrics.trades, metrics.wins, metrics.losses) == (4, 2, 2))
        #expect(near(metrics.winRate, 0.5))
        #expect(near(metrics.profitFactor, 350.0 / 150))
        #expect(near(metrics.expectancyR, (2 - 1 - 0.5 + 0.5) / 4))
        #expect(near(metrics.averageHoldHours, (6.0 + 14 + 10 + 18) / 4))
        #expect(metrics.longestLossStreak == 2)
    }

    @Test func exposureCountsOverlappingPositionsOnce() {
        // 2-20, 30-40 and 72-90 of 96 hours.
        #expect(near(metrics.exposure, 46.0 / 96))
    }

    @Test func annualisedRatiosComeFromDays() {
        let values = [10_000.0, 10_100, 10_050, 10_050, 10_200]
        let returns = zip(values, values.dropFirst()).map { $1 / $0 - 1 }
        let mean = returns.reduce(0, +) / 4
        let variance = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 3
        #expect(near(metrics.sharpe, mean / variance.squareRoot() * 365.0.squareRoot()))
        let downside = (returns[1] * returns[1] / 4).squareRoot()
        #expect(near(metrics.sortino, mean / downside * 365.0.squareRoot()))
    }

    @Test func growthAndFall() {
        // 1.02 to the power of 365 / 4, from an independent calculation.
        #expect(near(metrics.cagr, 5.092_081_059_128_586, 1e-9))
        #expect(near(metrics.maxDrawdown, 0.02))
        // From the peak at hour 8 to its recovery at hour 90.
        #expect(near(metrics.maxDrawdownDays, 82.0 / 24))
        #expect(near(metrics.calmar, 5.092_081_059_128_586 / 0.02, 1e-9))
    }

    @Test func partsAddUpToTheWholeToTheLastUnit() {
        let total = Self.trades.reduce(Money.zero) { $0 + $1.net }
        for parts in [metrics.bySymbol, metrics.bySetup, metrics.bySide] {
            #expect(parts.reduce(Money.zero) { $0 + $1.net } == total)
            #expect(parts.reduce(0) { $0 + $1.trades } == 4)
            #expect(parts.map(\.name) == parts.map(\.name).sorted())
        }
        #expect(metrics.bySymbol.map(\.name) == ["BTC/USD", "ETH/USD"])
        #expect(metrics.bySymbol[0].profitFactor == 7)
        #expect(metrics.bySymbol[1].profitFactor == 0)
        #expect(metrics.byMonth.reduce(Money.zero) { $0 + $1.net } == total)
    }

    @Test func monthsWithoutTradesAreThere() {
        let equity = [point(0, "10000"), point(24 * 31, "11000"), point(24 * 70, "9900")]
        let input = MetricsInput(
            trades: [trade(1, net: "1000", from: 0, to: 10), trade(2, net: "-1100", from: 1600, to: 24 * 70)],
            equity: equity, initial: money("10000"), final: money("9900"), start: hour(0), end: hour(24 * 70))
        let months = Metrics(input).byMonth
        #expect(months.map { "\($0.year)-\($0.month)" } == ["2024-1", "2024-2", "2024-3"])
        #expect(months.map(\.trades) == [1, 0, 1])
        #expect(near(months[0].change, 0.1) && near(months[1].change, 0) && near(months[2].change, -0.1))
        #expect(months.map(\.net) == [money("1000"), .zero, money("-1100")])
    }

    @Test func whatDoesNotExistIsNil() {
        let flat = (0...96).map { point(Int64($0), "10000") }
        let metrics = Metrics(
            MetricsInput(
                trades: [], equity: flat, initial: money("10000"), final: money("10000"), start: hour(0), end: hour(96))
        )
        #expect(metrics.trades == 0)
        #expect(metrics.winRate == nil)
        #expect(metrics.profitFactor == nil)
        #expect(metrics.expectancyR == nil)
        #expect(metrics.sharpe == nil)
        #expect(metrics.sortino == nil)
        #expect(metrics.calmar == nil)
        #expect(metrics.averageHoldHours == nil)
        #expect(metrics.maxDrawdown == 0)
        #expect(metrics.maxDrawdownDays == 0)
        #expect(metrics.exposure == 0)
        #expect(near(metrics.cagr, 0))
    }

    @Test func withoutALossThereIsNoProfitFactor() {
        let metrics = Metrics(
            MetricsInput(
                trades: [trade(1, net: "5", from: 0, to: 1)], equity: [point(0, "10000")], initial: money("10000"),
                final: money("10005"), start: hour(0), end: hour(2)))
        #expect(metrics.profitFactor == nil)
        #expect(metrics.winRate == 1)
        // Two hours have no annual growth.
        #expect(metrics.cagr == nil)
    }

    @Test func aLostAccountHasLostEverything() {
        let metrics = Metrics(
            MetricsInput(
                trades: [trade(1, net: "-10000", from: 0, to: 30)],
                equity: [point(0, "10000"), point(30, "0", drawdown: "1"), point(72, "0", drawdown: "1")],
                initial: money("10000"), final: .zero, start: hour(0), end: hour(72)))
        #expect(metrics.cagr == -1)
        #expect(metrics.maxDrawdown == 1)
        #expect(metrics.maxDrawdownDays == 3)
        #expect(metrics.sharpe != nil)
    }
}

@Suite struct BootstrapTests {
    let bootstrap = Bootstrap(resamples: 500, seed: 3)

    private func sample(_ count: Int, mean: Double, seed: UInt64) -> [Double] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { _ in mean + Double(Int64(bitPattern: random.next()) >> 32) * 0x1p-31 }
    }

    @Test func theSameSeedGivesTheSameInterval() {
        let values = sample(60, mean: 0.1, seed: 1)
        #expect(bootstrap.mean(of: values) == bootstrap.mean(of: values))
        #expect(bootstrap.sharpe(of: values) == bootstrap.sharpe(of: values))
        #expect(Bootstrap(resamples: 500, seed: 4).mean(of: values) != bootstrap.mean(of: values))
    }

    @Test func theIntervalHoldsTheSampleMeanAndHasTheRightWidth() throws {
        let values = sample(400, mean: 0.1, seed: 2)
        let interval = try #require(bootstrap.mean(of: values))
        let mean = values.reduce(0, +) / 400
        #expect(interval.contains(mean))
        // Uniform on ±1: a deviation of 1/√3, and 2 × 1.96 / √400 of it.
        let expected = 2 * 1.96 / 20 * 0.57735
        #expect(abs((interval.upperBound - interval.lowerBound) / expected - 1) < 0.15)
    }

    /// Of many samples with a known mean, about 95 % of the intervals hold it.
    @Test func coversTheTruthAboutAsOftenAsItSays() {
        let short = Bootstrap(resamples: 200, seed: 9)
        var covered = 0
        for seed in 0..<100 where short.mean(of: sample(40, mean: 0.3, seed: UInt64(100 + seed)))?.contains(0.3) == true
        {
            covered += 1
        }
        #expect((85...100).contains(covered), "\(covered) of 100")
    }

    @Test func tooFewValuesHaveNoInterval() {
        #expect(bootstrap.mean(of: Array(repeating: 1, count: Bootstrap.fewestTrades - 1)) == nil)
        #expect(bootstrap.sharpe(of: Array(repeating: 0.01, count: 100)) == nil)
        #expect(bootstrap.sharpe(of: sample(Bootstrap.fewestDays - 1, mean: 0, seed: 5)) == nil)
    }
}
