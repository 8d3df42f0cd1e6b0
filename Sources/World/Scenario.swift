import Exchange
public import Kraken
public import KrakenServer
public import Market
import Operations
public import Research
public import Risk
public import Strategy
public import Trading
public import Venue
import Wire

/// A world ready to be played: markets, one account, the program with its settings, and what goes wrong.
public struct Scenario: Sendable {
    public var histories: [MarketHistory]
    /// Where in the histories the program starts.
    public var start: Timestamp
    public var length: Interval
    public var equity: Money
    public var fees: FeeSchedule
    public var risk: RiskParameters
    public var trading: TradingParameters
    public var strategy: StrategyConfiguration
    /// The program's way to the exchange.
    public var surface = Surface.derivatives
    /// From the exchange's look at the market to the next.
    public var step = Interval.seconds(20)
    /// Average pause between two faults; nil for none.
    public var faultEvery: Interval?
    /// A planted bug; nil for the program as it is.
    public var sabotage: Sabotage?
    /// What goes wrong instead when `faultEvery` is nil.
    public var script = WorldPlan()
    /// At the end, in which nothing goes wrong and everything must come right again.
    public var quiet = Interval.minutes(30)
    public var kinds = WorldFault.Kind.allCases
    public var exchangeKinds = WorldPlan.exchangeKinds

    public init(
        histories: [MarketHistory], start: Timestamp, days: Int, equity: Money, fees: FeeSchedule,
        risk: RiskParameters, trading: TradingParameters, strategy: StrategyConfiguration
    ) {
        self.histories = histories
        self.start = start
        length = .days(Int64(days))
        self.equity = equity
        self.fees = fees
        self.risk = risk
        self.trading = trading
        self.strategy = strategy
    }

    public var end: Timestamp { start + length }

    /// The same seed makes the same world.
    public func world(seed: UInt64) throws -> World {
        let plan = plan(seed: seed)
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50), seed: seed)
        configuration.step = step
        configuration.heartbeat = .seconds(5)
        configuration.faults = FaultPlan(plan.exchange)
        let account = AccountSetup(name: "demo", equity: equity, seed: seed)
        let exchange = LocalExchange(
            configuration: configuration, markets: histories, accounts: [account], start: start)
        var program = try program(account)
        program.sabotage = sabotage
        return World(exchange: exchange, program: program, plan: plan, seed: seed, start: start)
    }

    /// What goes wrong in the run of `seed`.
    public func plan(seed: UInt64) -> WorldPlan {
        guard let faultEvery else { return script }
        return WorldPlan(
            seed: seed, from: start, until: end, every: faultEvery, quiet: quiet, kinds: kinds,
            exchangeKinds: exchangeKinds)
    }

    private func program(_ account: AccountSetup) throws -> World.Program {
        let pairs = histories.map(\.pair)
        let timeframes = pairs.first.map { self.strategy.strategy(for: $0).timeframes } ?? []
        let base = timeframes.min() ?? .m15
        let keys = account.keys
        let credentials =
            switch surface.key {
            case .derivatives: try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
            case .spot: try Credentials(key: keys.spotKey, secret: keys.spotSecret.reveal())
            }
        let choice = try GatewayChoice(surface, at: start)
        let ids = histories.map { $0.instrument.terms(at: start).id }
        let configuration = RuntimeConfiguration(pairs: pairs, base: base, timeframes: timeframes, fees: fees)
        let (risk, trading, strategy, fees) = (risk, trading, strategy, fees)
        let makeTrader: @Sendable ([Instrument]) throws -> Trader = { terms in
            try Trader(
                parameters: trading, risk: risk,
                markets: terms.map {
                    TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                })
        }
        let (sabotage, death) = (sabotage, start + .hours(1))
        return World.Program(pairs: pairs, base: base, makeTrader: makeTrader) { recovered, latched in
            var gateway: any Gateway = choice.gateway(credentials: credentials, nonces: NonceSource(), fees: fees)
            if let sabotage { gateway = SabotagedGateway(gateway, sabotage) }
            var prices = choice.marketFeed(ids)
            if sabotage == .stalePricesAccepted { prices = DeadFeed(prices, dies: death) }
            return Runtime(
                configuration, gateway: gateway, prices: prices, recovered: recovered, latched: latched,
                makeTrader: makeTrader)
        }
    }
}
