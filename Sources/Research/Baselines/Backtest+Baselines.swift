import Market
import Strategy
import Trading

extension Backtest {
    func baselines(
        _ run: BacktestRun, _ markets: [MarketHistory], progress: (BacktestProgress) -> Void
    ) throws(BacktestError) -> [Baseline] {
        var result: [Baseline] = []
        if let hold = BuyAndHold().baseline(run, markets) { result.append(hold) }
        if let random = try randomEntry(run, markets, progress: progress) { result.append(random) }
        return result
    }

    /// Nil when it is switched off or there is no trade to imitate.
    private func randomEntry(
        _ run: BacktestRun, _ markets: [MarketHistory], progress: (BacktestProgress) -> Void
    ) throws(BacktestError) -> Baseline? {
        guard configuration.randomRuns > 0, !run.trades.isEmpty else { return nil }
        let shown = markets.map { rehearsal($0, run) }
        var seeds = SplitMix(seed: configuration.seed)
        let casts = (0..<configuration.randomRuns).map { _ in
            strategies(for: markets).enumerated().map { place, original in
                randomStrategy(original, markets[place].pair, shown[place], run, seed: seeds.next())
            }
        }
        // Refusals of random signals need no record.
        var backtest = self
        backtest.trading.notesDeclined = false
        let quiet = backtest
        let passes = workforce.map(casts.count) { number in
            Result { () throws(BacktestError) in try quiet.pass(markets, casts[number]) }
        } finished: { done in
            progress(
                BacktestProgress(
                    stage: .baseline(run: done, of: casts.count), bars: 0, total: run.bars, time: run.start))
        }
        var runs: [BacktestRun] = []
        for pass in passes { runs.append(try pass.get()) }
        return summary(of: runs, against: run)
    }

    private func randomStrategy(
        _ original: any Strategy, _ pair: SpotPair, _ shown: Rehearsal, _ run: BacktestRun, seed: UInt64
    ) -> any Strategy {
        let trades = run.trades.filter { $0.pair == pair }
        // A signal that comes while a position is open is refused: as many more are drawn as will be.
        let held = trades.reduce(0) { $0 + $1.hold.hours } / max(1, (run.end - run.start).hours)
        let count = Int((Double(trades.count) / max(0.1, 1 - held)).rounded(.up))
        let entry = RandomEntry(
            pair: pair, timeframes: original.timeframes, interval: original.decisionTimeframe, rehearsal: shown,
            count: count, start: run.start, end: run.end, seed: seed)
        return entry ?? Silence(pair: pair, timeframe: original.decisionTimeframe)
    }

    /// Shows the strategy the same candles again, to find the signals that became trades and its guidance.
    private func rehearsal(_ market: MarketHistory, _ run: BacktestRun) -> Rehearsal {
        let taken = Set(run.trades.filter { $0.pair == market.pair }.map(\.setupID))
        guard !taken.isEmpty else { return Rehearsal() }
        var strategy = makeStrategy(market.pair, market.spot.candles)
        var ladder = CandleLadder(base: market.spot.candles.timeframe, timeframes: strategy.timeframes)
        var findings: [Finding] = []
        var rehearsal = Rehearsal()
        let from = configuration.start.map { $0 - configuration.warmUp } ?? .distantPast
        for candle in market.spot.candles.slice(from: from, until: run.end) {
            ladder.push(candle) { bar, timeframe in
                strategy.observe(bar, timeframe, into: &findings)
                guard !findings.isEmpty else { return }
                rehearsal.take(findings, at: bar.openTime, timeframe, taken)
                findings.removeAll(keepingCapacity: true)
            }
        }
        return rehearsal
    }

    private func summary(of runs: [BacktestRun], against run: BacktestRun) -> Baseline {
        func mean(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        let metrics = runs.map { Metrics($0.metricsInput) }
        let initial = run.initialEquity.double
        let returns = runs.map { $0.finalEquity.double / initial - 1 }
        let asGood = runs.filter { $0.finalEquity >= run.finalEquity }.count
        let curve = run.equity.indices.map { place in
            mean(runs.compactMap { place < $0.equity.count ? $0.equity[place].equity.double : nil }) ?? initial
        }
        return Baseline(
            kind: .randomEntry, totalReturn: mean(returns) ?? 0, maxDrawdown: mean(metrics.compactMap(\.maxDrawdown)),
            sharpe: mean(metrics.compactMap(\.sharpe)), expectancyR: mean(metrics.compactMap(\.expectancyR)),
            shareAtLeastAsGood: Double(asGood) / Double(runs.count), runs: runs.count, curve: curve)
    }
}

/// Never finds anything: for markets that the strategy did not trade.
private struct Silence: Strategy {
    let pair: SpotPair
    let timeframe: Timeframe
    var name: String { "silence" }
    var timeframes: [Timeframe] { [timeframe] }
    var decisionTimeframe: Timeframe { timeframe }

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {}
}
