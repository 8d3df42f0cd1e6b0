import Market
import Reports
import Research
import Strategy
import Testing
import Trading

/// FI-43: a strategy that has not seen enough refuses by name, trades nothing meanwhile, and the run says so.
@Suite struct WarmUpTests {
    /// The swing preset needs an average of 200 bars in one of the timeframes of its bias, 4h at the least.
    private func run(from day: Int64, warmUp: Int) throws -> BacktestResult {
        let run = try ShippedRun([
            "demo.days=160", "demo.timeframe=15m", "demo.symbols=2", "strategy.preset=swing",
            "backtest.warm_up=\(warmUp)d",
        ])
        var backtest = try run.backtest
        let first = try #require(run.markets.first?.spot.candles.openTimes.first)
        backtest.configuration.start = first + .days(day)
        return try backtest.run(run.markets)
    }

    private func early(_ result: BacktestResult) -> [Decision] {
        result.decisions.filter { $0.verdict == .refused(.strategy, reason: SignalRule.warmedUp.rawValue) }
    }

    @Test(arguments: [(Int64(10), 400), (120, 10)])
    func aRunWithoutItsHistorySaysSo(_ day: Int64, _ warmUp: Int) throws {
        let result = try run(from: day, warmUp: warmUp)
        let early = early(result)
        let last = try #require(early.map(\.time).max())
        // In each market nothing is decided otherwise before it has its history.
        for decision in early {
            let others = result.decisions.filter { $0.pair == decision.pair && $0.time < decision.time }
            #expect(others.allSatisfy { !$0.passedStrategy })
        }
        let line = "History was too short for \(early.count) candidates, the last on \(CalendarDay(last))"
        #expect(result.text.contains(line) && result.reportPage.contains(line))
    }

    @Test func aRunWithItsHistoryDecidesFromTheStart() throws {
        let result = try run(from: 100, warmUp: 400)
        #expect(early(result).isEmpty && result.decisions.count > 30)
        #expect(!result.text.contains("History was too short"))
        #expect(!result.reportPage.contains("Warming up."))
    }
}
