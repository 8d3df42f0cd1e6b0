import Market
import ReferenceLoops
import Research
import TridentConfiguration

/// The whole engine with the default preset: facts on four timeframes, risk, orders, the simulated exchange, journal.
struct EngineBenchmarks {
    let markets: [MarketHistory]
    let rounds: Int

    /// 150 ns a bar on a machine whose indicator loop takes 8.96 ns.
    static let goal = 150 / 8.96

    func run(_ table: inout Table) throws {
        let backtest = try Self.backtest()
        let columns = PriceColumns(markets[0].spot.candles)
        let late = try lateStart()
        var whole = Samples()
        var loop = Samples()
        var longer = Samples()
        var shorter = Samples()
        var allocations = Samples()
        for round in 0...rounds {
            let full = try clock(backtest)
            let reference = columns.indicatorLoop()
            var part = backtest
            part.configuration.start = late
            part.configuration.warmUp = .zero
            let short = try clock(part)
            guard round > 0 else { continue }
            whole.append(full.cost())
            loop.append(reference)
            allocations.append(full.allocations)
            // The same bars, the last tenth but its beginning, with all that went before and without.
            let start = late + (lastClose - late).divided(by: 10)
            longer.append(full.cost(from: start))
            shorter.append(short.cost(from: start))
        }
        table.add(
            Line("engine: full run, two symbols", "ns/bar", (whole, loop), against: "ns C indicators", goal: Self.goal))
        table.note("150 ns a bar is the goal on the machine where the C loop takes 9 ns; loading is not in it")
        table.add(Line("engine: 10x history", "ns/bar", (longer, shorter), against: "ns 1x history", goal: 1.2))
        try addAllocations(running: allocations, &table)
    }

    /// Allocations where nothing happens, which is nearly always, and with everything that did happen.
    private func addAllocations(running: Samples, _ table: inout Table) throws {
        guard reference_allocations() >= 0 else { return table.note("allocations cannot be counted on this system") }
        let quiet = try flatMarkets()
        let backtest = try Self.backtest()
        var clock = RunClock()
        _ = try backtest.run(quiet) { clock.note($0) }
        table.add(
            Line("engine: heap allocations, quiet market", "per bar", Samples([clock.allocations]), goal: 0.001))
        table.add(Line("engine: heap allocations, these markets", "per bar", running))
    }

    static func backtest(_ assignments: [String] = []) throws -> Backtest {
        // Statistics and baselines have a line of their own.
        let settings = try Settings(
            yaml: nil, assignments: ["backtest.random_runs=0", "backtest.resamples=40"] + assignments)
        return Backtest(
            settings.backtestConfiguration(), risk: try settings.riskParameters(),
            trading: try settings.tradingParameters(), strategy: try settings.strategyConfiguration())
    }

    private func clock(_ backtest: Backtest) throws -> RunClock {
        var clock = RunClock()
        keep(try backtest.run(markets) { clock.note($0) })
        return clock
    }

    private var lastClose: Timestamp { markets.compactMap { $0.spot.candles.openTimes.last }.max() ?? .distantPast }

    /// Where the last tenth begins, at a midnight.
    private func lateStart() throws -> Timestamp {
        guard let first = markets[0].spot.candles.openTimes.first else { throw BenchmarkFailure("no candles") }
        return (lastClose - (lastClose - first).divided(by: 10)).startOfDay
    }

    /// Sixty days in which every bar is like the last.
    private func flatMarkets() throws -> [MarketHistory] {
        try markets.map { market in
            var spot = CandleSeries(timeframe: .m1)
            for minute in 0..<Int64(60 * 1440) {
                try spot.append(
                    Candle(
                        openTime: Timestamp(seconds: 1_704_067_200 + minute * 60), open: Price(1000), high: Price(1001),
                        low: Price(999), close: Price(1000), volume: 10))
            }
            return MarketHistory(
                pair: market.pair, instrument: market.instrument, spot: SourcedSeries(spot, source: "flat"))
        }
    }
}

extension Interval {
    func divided(by count: Int64) -> Interval { Interval(nanoseconds: nanoseconds / count) }
}
