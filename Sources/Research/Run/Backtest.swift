import Exchange
import Market
public import Risk
public import Strategy
public import Trading
import Venue

/// A backtest as a whole: from histories to a result with statistics, baselines and charts.
public struct Backtest: Sendable {
    public var configuration: BacktestConfiguration
    public var risk: RiskParameters
    public var trading: TradingParameters
    /// Runs the passes that do not depend on each other.
    public var workforce: any Workforce = OneByOne()
    /// Makes the strategy of one market. It is handed the candles that the run will show it for tests of the
    /// look-ahead audit only: an honest strategy ignores them.
    let makeStrategy: @Sendable (SpotPair, CandleSeries) -> any Strategy

    public init(
        _ configuration: BacktestConfiguration, risk: RiskParameters, trading: TradingParameters,
        strategy: StrategyConfiguration
    ) {
        self.init(configuration, risk: risk, trading: trading) { pair, _ in strategy.strategy(for: pair) }
    }

    init(
        _ configuration: BacktestConfiguration, risk: RiskParameters, trading: TradingParameters,
        makeStrategy: @escaping @Sendable (SpotPair, CandleSeries) -> any Strategy
    ) {
        self.configuration = configuration
        self.risk = risk
        self.trading = trading
        self.makeStrategy = makeStrategy
    }

    /// Runs it. Markets are in the order of the report; histories finer than the coarsest are resampled to its
    /// timeframe.
    public func run(
        _ markets: [MarketHistory], progress: (BacktestProgress) -> Void = { _ in }
    ) throws(BacktestError) -> BacktestResult {
        let markets = try prepared(markets)
        let strategies = strategies(for: markets)
        let run = try pass(markets, strategies, progress: progress)
        return try result(run, markets, strategies, progress: progress)
    }

    // MARK: Parts

    /// One pass through the data.
    func pass(
        _ markets: [MarketHistory], _ strategies: [any Strategy], checkpoints: [Timestamp] = [],
        progress: (BacktestProgress) -> Void = { _ in }
    ) throws(BacktestError) -> BacktestRun {
        var runner = try runner(markets, strategies, checkpoints: checkpoints)
        return try runner.run(progress: progress)
    }

    func runner(
        _ markets: [MarketHistory], _ strategies: [any Strategy], checkpoints: [Timestamp] = []
    ) throws(BacktestError) -> BacktestRunner<Trader> {
        let traded = zip(markets, strategies).map { market, strategy in
            TradedMarket(
                instrument: market.instrument.terms(at: configuration.start ?? .distantPast),
                base: market.spot.candles.timeframe, strategy: strategy)
        }
        let trader: Trader
        do {
            trader = try Trader(parameters: trading, risk: risk, markets: traded)
        } catch {
            throw .limits(error)
        }
        return try BacktestRunner(
            configuration, markets: markets, core: trader,
            reportEvery: strategies.map(\.decisionTimeframe.interval).min() ?? .hours(1), checkpoints: checkpoints)
    }

    func strategies(for markets: [MarketHistory]) -> [any Strategy] {
        markets.map { makeStrategy($0.pair, $0.spot.candles) }
    }

    /// All in one base timeframe from which the strategy's can be built.
    func prepared(_ markets: [MarketHistory]) throws(BacktestError) -> [MarketHistory] {
        guard let first = markets.first else { throw .noMarkets }
        let base = markets.reduce(first.spot.candles.timeframe) { max($0, $1.spot.candles.timeframe) }
        for market in markets {
            for wanted in makeStrategy(market.pair, market.spot.candles).timeframes {
                guard wanted >= base else {
                    let coarse = markets.first { $0.spot.candles.timeframe == base } ?? market
                    throw .tooCoarse(coarse.pair, has: base, needs: wanted)
                }
                guard wanted.minutes % base.minutes == 0 else { throw .doesNotDivide(base: base, into: wanted) }
            }
        }
        return markets.map { $0.spot.candles.timeframe == base ? $0 : $0.resampled(to: base) }
    }

    private func result(
        _ run: BacktestRun, _ markets: [MarketHistory], _ strategies: [any Strategy],
        progress: (BacktestProgress) -> Void
    ) throws(BacktestError) -> BacktestResult {
        let input = run.metricsInput
        let charts = TradeCharts(configuration).charts(run.trades, markets, strategies)
        return BacktestResult(
            configHash: configuration.configHash, strategy: strategies.first?.name ?? "",
            pathModel: configuration.exchange.path.rawValue, data: run.data, start: run.start, end: run.end,
            bars: run.bars, initialEquity: run.initialEquity, finalEquity: run.finalEquity,
            fees: run.trades.reduce(.zero) { $0 + $1.fees },
            funding: run.totals.funding, slippage: run.totals.slippage, trades: run.trades, decisions: run.decisions,
            abandoned: Self.counted(run.abandoned), safety: run.safety, equity: run.equity, metrics: Metrics(input),
            liquidations: run.totals.liquidations + run.totals.partialLiquidations,
            minLiquidationDistance: run.minLiquidationDistance, maxEffectiveLeverage: run.maxEffectiveLeverage,
            baselines: try baselines(run, markets, progress: progress),
            confidence: Confidence(
                input, Bootstrap(resamples: configuration.resamples, seed: configuration.seed)),
            charts: charts, journalHash: run.journalHash)
    }

    private static func counted(_ reasons: [EntryAbandonment]) -> [CountedReason] {
        let names = reasons.map(\.name).sorted()
        var result: [CountedReason] = []
        for name in names {
            if let last = result.last, last.reason == name {
                result[result.count - 1] = CountedReason(reason: name, count: last.count + 1)
            } else {
                result.append(CountedReason(reason: name, count: 1))
            }
        }
        return result
    }
}

extension EntryAbandonment {
    /// The name in reports.
    var name: String {
        switch self {
        case .withdrawn(let reason): reason.rawValue
        case .expired: "expired"
        case .rejected(let reason): "rejected.\(reason)"
        case .cancelled(let reason): "cancelled.\(reason)"
        case .halted: "halted"
        }
    }
}
