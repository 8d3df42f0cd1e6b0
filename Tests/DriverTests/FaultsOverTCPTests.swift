import Exchange
import Kraken
import Market
import Research
import Sockets
import Testing
import Venue
import Wire

@testable import Driver
@testable import KrakenServer

/// For every kind of fault: orders are worked while it is at work, and when it is over, what the client believes is what
/// the exchange holds.
@Suite struct FaultsOverTCPTests {
    static let instrument = InstrumentID("PF_XBTUSD")!

    /// How a kind is set: long enough for orders to meet it, short enough to see its end.
    static func fault(_ kind: Fault.Kind, at time: Timestamp) -> Fault {
        func make(
            count: Int = 1, lasting: Interval? = nil, delay: Interval = .seconds(5), quantity: Quantity = .zero
        ) -> Fault {
            Fault(kind, at: time, count: count, lasting: lasting, delay: delay, symbol: "PF_XBTUSD", quantity: quantity)
        }
        switch kind {
        case .serverError, .serverErrorWithEffect, .answerLost, .noAnswer, .rateLimited:
            return make(count: 4, lasting: .seconds(20))
        // Where orders go by WebSocket, the confirmation of candles is the only request.
        case .delayedAnswer, .truncatedAnswer, .numbersAsText: return make(count: 4, lasting: .seconds(70))
        case .authenticationRefused: return make(count: 2, lasting: .seconds(20))
        case .staleSnapshot: return make(count: 1_000, lasting: .seconds(15))
        case .duplicateFrames, .reorderedFrames, .delayedFrames, .lostFrames:
            return make(count: 40, lasting: .seconds(15), delay: .seconds(3))
        case .resetConnections, .resetMidFrame, .venueCancel, .deadManExpiry, .delisting: return make()
        case .silentConnections, .refusedConnections: return make(lasting: .seconds(20))
        case .partialFillBeforeCancel, .stopRefused, .selfTradePrevention: return make(lasting: .seconds(20))
        case .manualPosition, .transfer: return make(quantity: Quantity(raw: -Quantity.scale / 100))
        case .maintenance, .cancelOnly, .postOnly: return make(lasting: .seconds(10))
        case .instrumentChange: return make()
        }
    }

    @Test(arguments: Fault.Kind.allCases) func derivativesEndWithTheExchangesTruth(_ kind: Fault.Kind) async throws {
        try await Self.meet(kind) { keys, fees in
            DerivativesGateway(
                credentials: try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal()),
                nonces: NonceSource(), configuration: .init(fees: fees))
        }
    }

    /// Two kinds strike requests that this surface does not know.
    private static let unifiedKinds = Fault.Kind.allCases.filter {
        $0 != .serverErrorWithEffect && $0 != .staleSnapshot
    }

    @Test(arguments: unifiedKinds) func unifiedEndsWithTheExchangesTruth(_ kind: Fault.Kind) async throws {
        try await Self.meet(kind) { keys, fees in
            UnifiedGateway(
                credentials: try Credentials(key: keys.spotKey, secret: keys.spotSecret.reveal()),
                nonces: NonceSource(), configuration: .init(fees: fees))
        }
    }

    /// Works orders through a fault of this kind, and compares.
    private static func meet<G: Gateway>(
        _ kind: Fault.Kind, _ gateway: @escaping @Sendable (AccountKeys, FeeSchedule) throws -> G
    ) async throws {
        let time = TradingFloorTime()
        let begin = DemoMarkets.start + .seconds(10)
        let fees = FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50), seed: 7)
        configuration.faults = FaultPlan([fault(kind, at: begin)])
        let setup = AccountSetup(name: "demo", equity: Money(10_000), seed: 7)
        let exchange = LocalExchange(
            configuration: configuration, markets: DemoMarkets.histories, accounts: [setup], start: DemoMarkets.start)
        let server = try await SocketServer.start(WatchedExchange(exchange), clock: time.servedClock)
        let result = await Aside.run {
            let floor = try TradingFloor(
                server, time, instrument: instrument, gateway: try gateway(setup.keys, fees),
                ticks: DerivativesMarketFeed([instrument]))
            defer { floor.close() }
            try Script(floor: floor).run(until: begin)
            let strikes = try floor.exchange { exchange in
                exchange.faults.strikes.first { $0.kind == kind }?.count ?? 0
            }
            #expect(strikes > 0, "\(kind) never struck")
            try expectAgreement(floor, kind)
            expectCandles(floor, kind)
        }
        _ = try await server.stop()
        try result.get()
    }

    static func expectAgreement<G: Gateway>(_ floor: TradingFloor<G>, _ kind: Fault.Kind) throws {
        try floor.reconcile()
        try floor.pass(.seconds(3))
        let truth = try floor.exchange { AccountPicture($0) }
        let belief = try #require(floor.picture)
        #expect(belief.orders == truth.orders, "\(kind)")
        #expect(belief.fills == truth.fills, "\(kind)")
        #expect(belief.positions == truth.positions, "\(kind)")
        #expect(belief.balance == truth.balance, "\(kind)")
        #expect(floor.openByEvents == truth.orders, "\(kind), as a trader reads the events")
    }

    /// Each once, in order, without a gap, and as the market was.
    static func expectCandles<G: Gateway>(_ floor: TradingFloor<G>, _ kind: Fault.Kind) {
        let candles = floor.candles
        #expect(candles.count >= 2, "\(kind)")
        #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.openTime + .minutes(1) == $1.openTime }, "\(kind)")
        let played = DemoMarkets.histories[0].spot.candles
            .filter { candle in candles.contains { $0.openTime == candle.openTime } }
        #expect(candles.map(\.close) == played.map(\.close), "\(kind)")
        #expect(floor.ticks.last.map { floor.now - $0.time < .seconds(10) } == true, "\(kind): ticks come again")
    }

    /// Orders of every kind before, while and after.
    struct Script<G: Gateway> {
        let floor: TradingFloor<G>

        private func order(
            _ number: UInt64, _ kind: OrderKind, _ side: Side, _ size: String, _ role: OrderRole,
            reduceOnly: Bool = false
        ) throws -> Order {
            let order = Order(
                id: OrderID(high: 9, low: number), instrument: floor.instrument, side: side,
                quantity: try Quantity(size), kind: kind, reduceOnly: reduceOnly, role: role)
            floor.sizes[order.id] = order.quantity
            return order
        }

        func run(until begin: Timestamp) throws {
            try floor.pass(.seconds(2))
            let market = try #require(floor.ticks.last).mark
            let low = Price(raw: market.raw / 2).rounded(to: Price(1), .down)
            try floor.submit(.place(order(1, .market, .long, "0.02", .entry)))
            let stop = OrderKind.stopMarket(trigger: low, .last)
            try floor.submit(.place(order(2, stop, .short, "0.02", .stop, reduceOnly: true)))
            let first = try order(3, .limit(low), .long, "0.01", .entry)
            let second = try order(4, .limit(low), .long, "0.01", .entry)
            try floor.submit(.place(first))
            try floor.submit(.place(second))
            try floor.pass(begin - floor.now + .milliseconds(200))
            try floor.submit(.place(order(5, .limit(low), .long, "0.03", .entry)))
            try floor.submit(.place(order(6, stop, .short, "0.01", .stop, reduceOnly: true)))
            try floor.pass(.seconds(1))
            try floor.submit(.cancel(first.id, floor.instrument))
            try floor.submit(.amend(second.id, floor.instrument, quantity: Quantity("0.02"), price: nil))
            floor.sizes[second.id] = try Quantity("0.02")
            try floor.pass(.seconds(1))
            try floor.submit(.place(order(7, .market, .short, "0.01", .close, reduceOnly: true)))
            try floor.reconcile()
            try floor.pass(.seconds(120))
            try floor.submit(.place(order(8, .limit(low), .long, "0.01", .entry)))
            try floor.pass(.seconds(5))
        }
    }
}
