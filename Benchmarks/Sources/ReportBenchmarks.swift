import CandleFiles
import Market
import ReferenceLoops
import Reports
import Research
import TridentConfiguration

/// From a finished run to the page, and from a file on disk to the page.
struct ReportBenchmarks {
    let market: MarketHistory
    let scratch: Scratch
    let rounds: Int

    /// 1 s a year on a machine whose indicator loop takes 8.96 ns a bar, as a multiple of that loop over the year.
    static let yearGoal = 1e9 / (525_600 * 8.96)

    func run(_ table: inout Table) throws {
        try rendering(&table)
        try year(&table)
    }

    private func rendering(_ table: inout Table) throws {
        let spot = SourcedSeries(market.spot.candles.prefix(150_000), source: "benchmark")
        let part = MarketHistory(pair: market.pair, instrument: market.instrument, spot: spot)
        let result = try EngineBenchmarks.backtest(CrossBenchmarks.settings).run([part])
        let length = result.reportPage.utf8.count
        // Nanoseconds a trade are milliseconds a thousand trades, times a thousand.
        let scale = 1000 / Double(result.trades.count) / 1e6
        let measured = measure(rounds) {
            timed { keep(result.reportPage.utf8.count) } * scale
        } against: {
            timed { keep(reference_format(length)) } * scale
        }
        table.add(Line("report: page for 1,000 trades", "ms", measured, against: "ms C snprintf"))
        table.note("\(result.trades.count) trades, \(length / 1000) kB")
    }

    /// One market by the minute: file to report, with statistics and baselines as the program ships.
    private func year(_ table: inout Table) throws {
        let settings = try Settings(yaml: nil)
        let backtest = Backtest(
            settings.backtestConfiguration(), risk: try settings.riskParameters(),
            trading: try settings.tradingParameters(), strategy: try settings.strategyConfiguration())
        let series = market.spot.candles.prefix(525_600)
        let columns = PriceColumns(series)
        let file = try scratch.write(csv(series), as: "btcusd_spot_1m.csv.gz")
        let measured = try measure(rounds) {
            try timed {
                let spot = SourcedSeries(try CandleFile.read(path: file), source: file)
                let history = MarketHistory(pair: market.pair, instrument: market.instrument, spot: spot)
                try OutputFolder.write(try backtest.run([history]).files, to: scratch.path + "/out")
            } / 1e9
        } against: {
            columns.indicatorLoop() * Double(series.count) / 1e9
        }
        table.add(
            Line("report: a year, file to HTML", "s", measured, against: "s C indicators", goal: Self.yearGoal))
        table.note("1 s is the goal on the machine where the C loop takes 9 ns a bar")
    }
}
