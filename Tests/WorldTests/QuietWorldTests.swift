import Exchange
import Kraken
import KrakenServer
import Market
import Operations
import Research
import Risk
import Strategy
import Testing
import Trading
import TridentConfiguration
import Venue
import Wire
import World

@Suite struct QuietWorldTests {
    @Test func aMonthWithoutFaults() throws {
        let settings = try Settings(yaml: nil)
        var world = try makeWorld(settings, seed: 1, days: 60)
        let start = world.now
        let clock = ContinuousClock()
        let began = clock.now
        world.run(until: start + .days(10))
        print("phase", world.runtime.phase, "steps", world.steps, clock.now - began, "records", world.disk.records.count)
        for alert in world.alerts.prefix(60) { print(alert.time, alert.severity, alert.kind, alert.text) }
        print(world.alerts.count, world.ended ?? "running")
        #expect(world.runtime.phase == .ready)
    }
}

func makeWorld(_ settings: Settings, seed: UInt64, days: Int) throws -> World {
    var parameters = try settings.demoMarketParameters()
    parameters.days = 400 + days
    let histories = DemoMarket(parameters).histories { pair in
        KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
    }
    let start = parameters.start + .days(400)
    var configuration = LocalExchangeConfiguration(
        halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
        liquidationFee: .basisPoints(50), seed: seed)
    configuration.step = .seconds(20)
    configuration.heartbeat = .seconds(5)
    let account = AccountSetup(name: "demo", equity: Money(10_000), seed: seed)
    let exchange = LocalExchange(
        configuration: configuration, markets: histories, accounts: [account], start: start)
    let strategy = try settings.strategyConfiguration()
    let risk = try settings.riskParameters()
    let trading = try settings.tradingParameters()
    let pairs = histories.map(\.pair)
    let sample = strategy.strategy(for: pairs[0])
    let base = sample.timeframes.min() ?? .m15
    let runtime = RuntimeConfiguration(
        pairs: pairs, base: base, timeframes: sample.timeframes, fees: settings.fees)
    let keys = account.keys
    return World(exchange: exchange, seed: seed, start: start) { recovered in
        let credentials = try! Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
        let gateway = DerivativesGateway(
            credentials: credentials, nonces: NonceSource(), configuration: .init(fees: runtime.fees))
        let ids = histories.map { $0.instrument.terms(at: start).id }
        return Runtime(runtime, gateway: gateway, prices: DerivativesMarketFeed(ids), recovered: recovered) { terms in
            try Trader(
                parameters: trading, risk: risk,
                markets: terms.map {
                    TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                })
        }
    }
}
