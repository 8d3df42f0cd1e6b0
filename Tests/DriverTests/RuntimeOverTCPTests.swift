import Driver
import Exchange
import ExchangeService
import Kraken
import Market
import Operations
import Research
import Risk
import Sockets
import Strategy
import Testing
import Trading
import TridentConfiguration
import Venue
import Wire

@testable import KrakenServer

/// The whole running program over TCP: it prepares, trades, and is of one mind with the exchange, whatever goes wrong.
@Suite struct RuntimeOverTCPTests {
    /// The demo market and the strategy that trades most.
    struct Market {
        let settings: Settings
        let histories: [MarketHistory]
        let start: Timestamp

        init() throws {
            settings = try Settings(
                yaml: nil,
                assignments: [
                    "strategy.preset=ema-cross", "risk.gates=none", "risk.per_trade=0.05%", "risk.leverage_cap=10",
                    "risk.size_includes_costs=false",
                ])
            var parameters = try settings.demoMarketParameters()
            parameters.days = 21
            let fees = settings.fees
            histories = DemoMarket(parameters).histories { pair in
                KnownContracts.history(of: pair, fees: fees)?.terms(at: .distantPast)
            }
            start = parameters.start + .days(20)
        }

        func exchange(_ faults: FaultPlan) -> LocalExchange {
            var configuration = LocalExchangeConfiguration(
                halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
                liquidationFee: .basisPoints(50), seed: 3)
            configuration.step = .seconds(20)
            configuration.heartbeat = .seconds(5)
            configuration.faults = faults
            let account = AccountSetup(name: "demo", equity: Money(10_000), seed: 3)
            return LocalExchange(
                configuration: configuration, markets: histories, accounts: [account], start: start)
        }

        func runtime(_ keys: AccountKeys, _ surface: Surface) throws -> Runtime {
            let risk = try settings.riskParameters()
            let trading = try settings.tradingParameters()
            let strategy = try settings.strategyConfiguration()
            let pairs = histories.map(\.pair)
            let timeframes = strategy.strategy(for: pairs[0]).timeframes
            let base = try #require(timeframes.min())
            let isSpotKey = surface.key == .spot
            let credentials = try Credentials(
                key: isSpotKey ? keys.spotKey : keys.futuresKey,
                secret: (isSpotKey ? keys.spotSecret : keys.futuresSecret).reveal())
            let gateway = try GatewayChoice(surface, at: start)
                .gateway(credentials: credentials, nonces: NonceSource(), fees: settings.fees)
            let ids = histories.map { $0.instrument.terms(at: start).id }
            return Runtime(
                RuntimeConfiguration(pairs: pairs, base: base, timeframes: timeframes, fees: settings.fees),
                gateway: gateway, prices: DerivativesMarketFeed(ids)
            ) { terms in
                try Trader(
                    parameters: trading, risk: risk,
                    markets: terms.map {
                        TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                    })
            }
        }
    }

    /// A program and its exchange.
    private final class Session {
        var runtime: Runtime
        private let carrier: Carrier
        private let time: TradingFloorTime
        private var effects: [Effect] = []
        private(set) var orders = 0

        init(_ server: SocketServer<WatchedExchange>, _ time: TradingFloorTime, _ runtime: Runtime) throws {
            self.runtime = runtime
            self.time = time
            carrier = try Carrier(server, time)
            self.runtime.start(at: time.now, into: &effects)
            try settle()
        }

        private func handle(_ input: RuntimeInput) {
            runtime.handle(input, at: time.now, into: &effects)
            while runtime.holdsOrders {
                orders += runtime.heldOrders.count
                runtime.release(at: time.now, into: &effects)
            }
        }

        private func settle() throws {
            try carrier.settle {
                let list = effects
                effects.removeAll(keepingCapacity: true)
                for effect in list {
                    if case .perform(let line, let action) = effect {
                        carrier.wire.perform(Self.line(line), action)
                    }
                }
            } hand: { delivery in
                let line = try Carrier.required(Operations.Line(rawValue: UInt8(delivery.line.number)))
                handle(.line(line, delivery.input))
            }
        }

        private static func line(_ line: Operations.Line) -> Driver.Line {
            Driver.Line(Int(line.rawValue), carrying: line == .account ? .account : .market)
        }

        func pass(_ interval: Interval) throws {
            let end = time.now + interval
            while time.now < end {
                let next = [runtime.nextWake, carrier.nextEvent].compactMap { $0 }.min() ?? end
                time.move(to: min(end, max(time.now + .milliseconds(1), next)))
                if let wake = runtime.nextWake, wake <= time.now { handle(.woke) }
                try settle()
            }
        }

        /// Positions and open orders as the program and as the exchange have them.
        func pictures() throws -> (ours: [String], theirs: [String]) {
            let trader = try Carrier.required(runtime.trader)
            let truth = try carrier.onServer { $0.served.exchange.truth() }
            let ours =
                trader.positions.filter(\.quantity.isPositive).map { "\($0.instrument) \($0.side) \($0.quantity)" }
                + trader.liveOrders.map(\.id.description)
            let theirs =
                truth.positions.map { "\($0.instrument) \($0.side) \($0.quantity)" }
                + truth.orders.map { $0.clientID ?? "not ours" }
            return (ours.sorted(), theirs.sorted())
        }

        func close() { carrier.wire.shutdown() }
    }

    private func run(
        _ surface: Surface, _ faults: (Timestamp) -> FaultPlan, _ body: @escaping @Sendable (Session) throws -> Void
    ) async throws {
        let market = try Market()
        let exchange = market.exchange(faults(market.start))
        let runtime = try market.runtime(exchange.setups[0].keys, surface)
        let time = TradingFloorTime(market.start)
        let server = try await SocketServer.start(WatchedExchange(exchange), clock: time.servedClock)
        let result = await Aside.run {
            let session = try Session(server, time, runtime)
            defer { session.close() }
            try body(session)
        }
        _ = try await server.stop()
        try result.get()
    }

    @Test(arguments: Surface.allCases) func aQuietNightIsTraded(_ surface: Surface) async throws {
        try await run(surface) { _ in
            FaultPlan()
        } _: { session in
            try session.pass(.minutes(2))
            #expect(session.runtime.phase == .ready, "\(surface)")
            try session.pass(.minutes(90))
            #expect(session.runtime.phase == .ready, "\(surface)")
            #expect(session.orders > 0, "\(surface)")
            let pictures = try session.pictures()
            #expect(pictures.ours == pictures.theirs, "\(surface)")
        }
    }

    /// A fault every six minutes, then a quarter of an hour of peace.
    @Test(arguments: Surface.allCases) func aBadNightEndsInAgreement(_ surface: Surface) async throws {
        let kinds = Fault.Kind.allCases.filter {
            $0 != .delisting && $0 != .instrumentChange && $0 != .manualPosition && $0 != .transfer
        }
        try await run(surface) { start in
            FaultPlan(seed: 5, kinds: kinds, every: .minutes(6), from: start, for: .minutes(90))
        } _: { session in
            try session.pass(.minutes(110))
            #expect(session.runtime.phase == .ready, "\(surface)")
            #expect(session.orders > 0, "\(surface)")
            let pictures = try session.pictures()
            #expect(pictures.ours == pictures.theirs, "\(surface)")
        }
    }
}
