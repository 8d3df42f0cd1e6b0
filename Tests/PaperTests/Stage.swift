import Exchange
import Journal
import Kraken
import KrakenServer
import Market
import Operations
import Research
import Risk
import Strategy
import Trading
import TridentConfiguration
import Venue
import Wire

@testable import Paper

/// A whole paper session on the public feeds of a local exchange, with its journal: one value.
struct Stage {
    /// An entry of the journal with the trader's answer to it.
    struct Line {
        let record: JournalRecord
        let outcome: Outcome?
    }

    private(set) var exchange: LocalExchange
    private(set) var runtime: Runtime
    private(set) var now: Timestamp
    private(set) var journal: [Line] = []
    private(set) var alerts: [Alert] = []
    private(set) var privateActions = 0
    /// Effects done so far, and after how many of them the program dies.
    private(set) var effects = 0
    var diesAt: Int?
    private var inputs: [RuntimeInput] = []
    private var sockets: [(line: Operations.Line, id: SocketID, connection: ConnectionID)] = []
    private var connections: UInt64 = 0
    /// Nothing comes from the exchange until then.
    var silentUntil = Timestamp.distantPast
    let plan: Plan

    /// What every session of it has in common.
    struct Plan: Sendable {
        let settings: Settings
        let pairs: [SpotPair]
        let base: Timeframe
        let timeframes: [Timeframe]
        let histories: [MarketHistory]
        let start: Timestamp
        let surface: Surface
        let makeTrader: @Sendable ([Instrument]) throws -> Trader

        static let derivatives = try! Plan(.derivatives)
        static let unified = try! Plan(.unified)

        private init(_ surface: Surface) throws {
            let settings = try Settings(
                yaml: nil,
                assignments: [
                    "strategy.preset=ema-cross", "risk.gates=none", "risk.per_trade=0.05%", "risk.leverage_cap=10",
                    "risk.size_includes_costs=false",
                ])
            var parameters = try settings.demoMarketParameters()
            parameters.days = 21
            histories = DemoMarket(parameters).histories { pair in
                KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
            }
            start = parameters.start + .days(20)
            pairs = histories.map(\.pair)
            let strategy = try settings.strategyConfiguration()
            let (risk, trading) = (try settings.riskParameters(), try settings.tradingParameters())
            let timeframes = strategy.strategy(for: pairs[0]).timeframes.sorted()
            let base = timeframes[0]
            self.base = base
            self.timeframes = Array(timeframes.dropFirst())
            self.surface = surface
            self.settings = settings
            makeTrader = { terms in
                try Trader(
                    parameters: trading, risk: risk,
                    markets: terms.map {
                        TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                    })
            }
        }

        var header: JournalHeader {
            JournalHeader(
                mode: "paper", account: "main", venue: "local", settings: settings.decisive, pairs: pairs,
                opened: start)
        }

        var past: PaperPast {
            let exchange = settings.backtestConfiguration().exchange
            let slippage = settings[CostSettings.entrySlippage]
            let surface = surface
            return PaperPast(equity: settings[AccountSettings.equity]) { equity in
                PaperGateway(.init(equity: equity, exchange: exchange, slippage: slippage), surface: surface)
            }
        }

        var recovery: Recovery { Recovery(pairs: pairs, base: base, makeTrader: makeTrader) }

        func runtime(_ past: PaperPast, _ recovered: Runtime.Recovered?) throws -> Runtime {
            let ids = histories.map { $0.instrument.terms(at: start).id }
            return Runtime(
                RuntimeConfiguration(pairs: pairs, base: base, timeframes: timeframes, fees: settings.fees),
                gateway: past.gateway, prices: try GatewayChoice(surface, at: start).marketFeed(ids, withDepth: true),
                recovered: recovered, makeTrader: makeTrader)
        }
    }

    init(_ plan: Plan, seed: UInt64 = 1) throws {
        self.plan = plan
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50), seed: seed)
        configuration.step = .seconds(5)
        configuration.heartbeat = .seconds(5)
        exchange = LocalExchange(configuration: configuration, markets: plan.histories, accounts: [], start: plan.start)
        now = plan.start
        runtime = try plan.runtime(plan.past, nil)
        journal.append(Line(record: .opened(plan.header), outcome: nil))
        begin()
    }

    var gateway: PaperGateway? { runtime.gateway as? PaperGateway }

    // MARK: Time

    mutating func run(until end: Timestamp, each: (Stage) -> Void = { _ in }) {
        settle()
        while let next = [exchange.nextEvent, runtime.nextWake].compactMap({ $0 }).min(), next <= end, !isDead {
            now = max(now, next)
            exchange.advance(to: now)
            drain()
            settle()
            if let wake = runtime.nextWake, wake <= now, !isDead { handle(.woke) }
            settle()
            each(self)
        }
    }

    private mutating func settle() {
        while !inputs.isEmpty, !isDead { handle(inputs.removeFirst()) }
    }

    private(set) var isDead = false

    mutating func handle(_ input: RuntimeInput) {
        var list: [Effect] = []
        runtime.handle(input, at: now, into: &list)
        perform(list)
        while runtime.holdsOrders, !isDead {
            list = []
            runtime.release(at: now, into: &list)
            perform(list)
        }
    }

    private mutating func begin() {
        var list: [Effect] = []
        runtime.start(at: now, into: &list)
        perform(list)
    }

    /// The program starts again from its journal, `pause` later.
    mutating func restart(after pause: Interval = .seconds(2)) throws {
        var past = plan.past
        var recovery = plan.recovery
        for line in journal {
            if case .event(let event) = line.record {
                try recovery.take(event)
                past.take(line.record, recovery.lastOutcome)
            } else {
                past.take(line.record, nil)
            }
        }
        for socket in sockets { exchange.close(socket.connection) }
        sockets = []
        inputs = []
        isDead = false
        diesAt = nil
        now = now + pause
        exchange.advance(to: now)
        _ = exchange.takeOutbox()
        runtime = try plan.runtime(past, recovery.recovered)
        journal.append(Line(record: .opened(plan.header), outcome: nil))
        begin()
    }

    // MARK: Effects

    private mutating func perform(_ list: [Effect]) {
        for effect in list {
            if let diesAt, effects >= diesAt {
                isDead = true
                return
            }
            effects += 1
            switch effect {
            case .record(.event(let event)):
                journal.append(Line(record: .event(event), outcome: nil))
            case .record(.outcome(let outcome)):
                let last = journal.removeLast()
                journal.append(Line(record: last.record, outcome: outcome))
            case .record(.happening(let happening, let time)):
                journal.append(
                    Line(record: .remark(time, name: happening.name, detail: happening.detail), outcome: nil))
            case .perform(let line, let action): perform(action, on: line)
            case .alert(let alert): alerts.append(alert)
            case .latch, .ended: break
            }
        }
    }

    private mutating func perform(_ action: SessionAction, on line: Operations.Line) {
        if line == .account { privateActions += 1 }
        switch action {
        case .request(let id, _, let request):
            switch exchange.respond(to: request, at: now) {
            case .respond(let response), .respondLater(let response, _):
                inputs.append(.line(line, .answered(id, response)))
            case .silence, .reset: inputs.append(.line(line, .failed(id, .lost)))
            }
        case .connect(let id, let endpoint):
            connections += 1
            let connection = ConnectionID(connections)
            guard exchange.open(connection, path: Self.path(endpoint), at: now) else {
                return inputs.append(.line(line, .closed(id)))
            }
            sockets.append((line, id, connection))
            inputs.append(.line(line, .opened(id)))
        case .send(let id, let bytes):
            guard let socket = sockets.first(where: { $0.line == line && $0.id == id }) else { return }
            exchange.receive(bytes, from: socket.connection, at: now)
        case .disconnect(let id):
            guard let place = sockets.firstIndex(where: { $0.line == line && $0.id == id }) else { return }
            exchange.close(sockets.remove(at: place).connection)
        }
        drain()
    }

    private mutating func drain() {
        for outgoing in exchange.takeOutbox() {
            switch outgoing {
            case .text(let connection, let bytes):
                guard let socket = sockets.first(where: { $0.connection == connection }), silentUntil <= now else {
                    continue
                }
                inputs.append(.line(socket.line, .text(socket.id, bytes)))
            case .close(let connection, _), .reset(let connection, _):
                guard let place = sockets.firstIndex(where: { $0.connection == connection }) else { continue }
                let socket = sockets.remove(at: place)
                inputs.append(.line(socket.line, .closed(socket.id)))
            case .silence, .refuseConnections: break
            }
        }
    }

    private static func path(_ endpoint: Endpoint) -> String {
        switch endpoint {
        case .spotREST, .derivativesREST: ""
        case .spotStream: "/v2"
        case .derivativesStream: "/ws/v1"
        case .unifiedPublic: "/v2/public"
        case .unifiedPrivate: "/v2/private"
        }
    }
}

extension Stage {
    var events: [Event] {
        journal.compactMap { line in
            if case .event(let event) = line.record { event } else { nil }
        }
    }

    var fills: [Fill] {
        events.compactMap { event in
            if case .venue(.filled(let fill)) = event.fact { fill } else { nil }
        }
    }

    var trades: [Trade] {
        journal.flatMap { $0.outcome?.notes ?? [] }.compactMap { note in
            if case .closed(let trade) = note { trade } else { nil }
        }
    }
}
