public import Exchange
public import Market
public import Research

extension PathModel: SettingWord {}

/// `simulation`: how the simulated exchange treats orders. `backtest`: how a run is made. `demo`: the embedded market.
public enum BacktestSettings {
    static let path = Key<PathModel>(
        "simulation.path", default: .worst, "Order of a bar's extremes: worst or best for us, or likely by candle shape"
    )
    static let latencies: ClosedRange<Interval> = .zero...Interval.seconds(60)
    static let orderLatency = Key<Interval>(
        "simulation.order_latency", default: .milliseconds(100), latencies,
        "From our sending to the exchange's handling")
    static let feedLatency = Key<Interval>(
        "simulation.feed_latency", default: .milliseconds(50), latencies,
        "From the exchange's event to our knowing of it")
    static let jitter = Key<Interval>(
        "simulation.jitter", default: .milliseconds(50), latencies, "Most that is added to either at random")
    static let seed = Key<Int>("simulation.seed", default: 1, 0...Int.max, "Seed of the jitter")
    static let participation = Key<Rate>.switchable(
        "simulation.participation", default: .basisPoints(1_000), Rate(raw: 1)...Rate.one,
        "Part of a bar's volume that we may trade")
    static let band = Key<Rate>(
        "simulation.market_band", default: .basisPoints(100), Rate(raw: 1)...Rate.basisPoints(9_000),
        "How far from the last price a market order may trade; Kraken's is 1 %")
    static let liquidationStep = Key<Rate>(
        "simulation.liquidation_step", default: .basisPoints(2_500), Rate(raw: 1)...Rate.one,
        "Part of a position that one liquidation step closes")

    static let simulation = Schema.Section(
        name: "simulation", meaning: "How the simulated exchange treats orders.",
        keys: [
            AnyKey(path), AnyKey(orderLatency), AnyKey(feedLatency), AnyKey(jitter), AnyKey(seed),
            AnyKey(participation),
            AnyKey(band), AnyKey(liquidationStep),
        ])

    static let warmUp = Key<Interval>(
        "backtest.warm_up", default: .days(400), .zero...Interval.days(3650),
        "History before the start that is read first")
    public static let base = Key<Timeframe?>(
        "backtest.base_timeframe", default: .some(nil),
        "Timeframe that is played; off for the finest that all markets have")
    static let randomRuns = Key<Int>(
        "backtest.random_runs", default: 10, 0...1000, "Runs of the random-entry baseline; 0 leaves it out")
    static let resamples = Key<Int>("backtest.resamples", default: 2_000, 40...1_000_000, "Resamples of the bootstrap")

    static let backtest = Schema.Section(
        name: "backtest", meaning: "How a backtest is made.",
        keys: [AnyKey(warmUp), AnyKey(base), AnyKey(randomRuns), AnyKey(resamples)])

    static let demo: [Binding<DemoMarketParameters>] = [
        Binding("demo.days", \.days, default: 730, 1...3650, "Days of the embedded synthetic market"),
        Binding("demo.timeframe", \.timeframe, default: .m5, "Its base timeframe, at most 1h"),
    ]
    static let demoSeed = Key<Int>("demo.seed", default: 20_240_102, 0...Int.max, "Its seed")
    static let demoSymbols = Key<Int>("demo.symbols", default: 2, 1...99, "How many markets it has")

    static let demoSection = Schema.Section(
        name: "demo", meaning: "The embedded synthetic market, used when no data is given.",
        keys: demo.map(\.key) + [AnyKey(demoSeed), AnyKey(demoSymbols)])
}

extension Settings {
    /// As `decisive`, for a paper session: what its simulated exchange goes by decides too.
    public var decisiveInPaper: [String] {
        let names = [
            BacktestSettings.orderLatency.name, BacktestSettings.jitter.name, BacktestSettings.band.name,
            BacktestSettings.liquidationStep.name,
        ]
        return decisive + effective.filter { names.contains($0.key) }.map { "\($0.key)=\($0.text)" }
    }

    public func exchangeConfiguration() -> ExchangeConfiguration {
        let jitter = self[BacktestSettings.jitter]
        return ExchangeConfiguration(
            halfSpread: .share(self[CostSettings.halfSpread]), impact: self[CostSettings.impact],
            participation: self[BacktestSettings.participation], liquidationFee: self[CostSettings.liquidationFee],
            orderLatency: Latency(self[BacktestSettings.orderLatency], jitter: jitter),
            feedLatency: Latency(self[BacktestSettings.feedLatency], jitter: jitter),
            seed: UInt64(self[BacktestSettings.seed]), path: self[BacktestSettings.path],
            marketBand: self[BacktestSettings.band],
            liquidationStep: self[BacktestSettings.liquidationStep])
    }

    public func backtestConfiguration() -> BacktestConfiguration {
        var configuration = BacktestConfiguration(
            initialEquity: self[AccountSettings.equity], exchange: exchangeConfiguration(),
            assumedFunding: fundingWithoutData)
        configuration.warmUp = self[BacktestSettings.warmUp]
        configuration.randomRuns = self[BacktestSettings.randomRuns]
        configuration.resamples = self[BacktestSettings.resamples]
        configuration.configHash = hash
        return configuration
    }

    public func demoMarketParameters() throws(ConfigurationError) -> DemoMarketParameters {
        var parameters = DemoMarketParameters()
        for binding in BacktestSettings.demo { binding.apply(self, &parameters) }
        guard parameters.timeframe <= .h1 else { throw .incoherent("demo.timeframe is at most 1h") }
        parameters.seed = UInt64(self[BacktestSettings.demoSeed])
        parameters.pairs = DemoMarketParameters.pairs(self[BacktestSettings.demoSymbols])
        return parameters
    }
}
