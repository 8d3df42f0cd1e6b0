import Driver
import Kraken
import Market
import Sockets
import Synchronization
import Testing
import Wire

/// The wire against a small server of our own: everything asked for has one outcome, in order.
@Suite struct SessionWireTests {
    typealias Station = SocketServer<StationValue>

    private static let market = Line(1, carrying: .market)
    private static let account = Line(2, carrying: .account)
    private static let socket = SocketID(7)

    /// A wire and the messages of its tests.
    struct Rig {
        let wire: SessionWire

        init(_ port: Int, limits: WireLimits = WireLimits(), clock: WireClock = .system()) throws {
            wire = try SessionWire(
                endpoints: SessionEndpoints(base: "http://127.0.0.1:\(port)"), limits: limits, clock: clock)
        }

        /// The next input; an error when none comes.
        func input(_ line: Line) throws -> SessionInput {
            guard case .delivery(let delivery) = wire.next(until: wire.now + .seconds(20)), delivery.line == line else {
                throw Silence()
            }
            return delivery.input
        }

        func open(_ line: Line, _ id: SocketID = socket, _ endpoint: Kraken.Endpoint = .spotStream) throws {
            wire.perform(line, .connect(id, endpoint))
            #expect(try input(line) == .opened(id))
        }

        func send(_ line: Line, _ text: String, _ id: SocketID = socket) {
            wire.perform(line, .send(id, Array(text.utf8)))
        }

        func request(_ line: Line, _ path: String, _ number: UInt64 = 1) {
            wire.perform(
                line, .request(RequestID(number), .derivativesREST, HTTPRequest(.post, path, body: Array("a=1".utf8))))
        }
    }

    struct Silence: Error {}

    @Test func talksOnSeveralLinesWithTheSameNumbers() async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            try rig.open(Self.market)
            try rig.open(Self.account, Self.socket, .derivativesStream)
            rig.send(Self.market, "a tick")
            #expect(try rig.input(Self.market) == .text(Self.socket, Array("a tick".utf8)))
            rig.send(Self.account, "a fill")
            #expect(try rig.input(Self.account) == .text(Self.socket, Array("a fill".utf8)))
            rig.request(Self.account, "/echo")
            guard case .answered(RequestID(1), let response) = try rig.input(Self.account) else { throw Silence() }
            #expect(response.status == 200 && response.body == Array("a=1".utf8))
            rig.wire.shutdown()
        }
    }

    @Test func messagesKeepTheirOrder() async throws {
        let value = try await Station.running { server in
            let rig = try Rig(server.port)
            try rig.open(Self.account)
            for number in 0..<500 { rig.send(Self.account, "\(number)") }
            for number in 0..<500 {
                #expect(try rig.input(Self.account) == .text(Self.socket, Array("\(number)".utf8)))
            }
            rig.wire.shutdown()
        }
        #expect(value.received == 500)
    }

    @Test(arguments: ["close", "reset"]) func everyEndIsToldOnce(_ how: String) async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            try rig.open(Self.account)
            rig.send(Self.account, how)
            #expect(try rig.input(Self.account) == .closed(Self.socket))
            rig.send(Self.account, "into the void")
            let now = rig.wire.now
            guard case .due(let time) = rig.wire.next(until: now + .milliseconds(5)) else { throw Silence() }
            #expect(time >= now + .milliseconds(5))
            rig.wire.shutdown()
        }
    }

    @Test func nothingComesAfterADisconnect() async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            try rig.open(Self.account)
            rig.send(Self.account, "flood 100")
            _ = try rig.input(Self.account)
            rig.wire.perform(Self.account, .disconnect(Self.socket))
            try rig.open(Self.account, SocketID(8))
            rig.send(Self.account, "again", SocketID(8))
            #expect(try rig.input(Self.account) == .text(SocketID(8), Array("again".utf8)))
            rig.wire.shutdown()
        }
    }

    @Test func aRefusedSocketIsClosed() async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            rig.wire.perform(Self.account, .connect(Self.socket, .unifiedPrivate))
            #expect(try rig.input(Self.account) == .closed(Self.socket))
            rig.wire.shutdown()
        }
    }

    /// What was certainly not sent may go again; all else may have been carried out.
    @Test func failuresSayWhetherBytesLeft() async throws {
        let port = Mutex(0)
        try await Station.running { server in
            port.withLock { $0 = server.port }
            let rig = try Rig(server.port)
            rig.request(Self.account, "/reset")
            #expect(try rig.input(Self.account) == .failed(RequestID(1), .lost))
            rig.wire.shutdown()
        }
        let closed = port.withLock { $0 }
        let result = await Aside.run {
            let rig = try Rig(closed)
            rig.request(Self.account, "/echo")
            #expect(try rig.input(Self.account) == .failed(RequestID(1), .notSent))
            rig.wire.perform(Self.market, .connect(Self.socket, .spotStream))
            #expect(try rig.input(Self.market) == .closed(Self.socket))
            rig.wire.shutdown()
        }
        try result.get()
    }

    /// By the program's clock: no answer is waited for in real time here.
    @Test func anAnswerThatNeverComesIsLostAfterItsTime() async throws {
        try await Station.running { server in
            let time = Mutex(Timestamp(seconds: 1_000))
            let clock = WireClock(now: { time.withLock { $0 } }, waiting: { _ in .milliseconds(1) })
            let rig = try Rig(server.port, clock: clock)
            rig.request(Self.account, "/silent")
            rig.request(Self.account, "/echo", 2)
            guard case .answered(RequestID(2), _) = try rig.input(Self.account) else { throw Silence() }
            guard case .due = rig.wire.next(until: rig.wire.now) else { throw Silence() }
            time.withLock { $0 = $0 + .seconds(15) }
            #expect(try rig.input(Self.account) == .failed(RequestID(1), .lost))
            rig.wire.shutdown()
        }
    }

    /// A machine that takes the connection and then says nothing.
    @Test func aHandshakeThatNeverEndsIsGivenUp() async throws {
        let result = await Aside.run {
            let silent = try SilentListener()
            defer { silent.close() }
            let time = Mutex(Timestamp(seconds: 1_000))
            let clock = WireClock(now: { time.withLock { $0 } }, waiting: { _ in .milliseconds(1) })
            let rig = try Rig(silent.port, clock: clock)
            rig.wire.perform(Self.account, .connect(Self.socket, .derivativesStream))
            guard case .due = rig.wire.next(until: rig.wire.now) else { throw Silence() }
            time.withLock { $0 = $0 + .seconds(15) }
            #expect(try rig.input(Self.account) == .closed(Self.socket))
            rig.wire.shutdown()
        }
        try result.get()
    }

    @Test func moreRequestsThanAllowedAreNotSent() async throws {
        var limits = WireLimits()
        limits.requests = 2
        let chosen = limits
        try await Station.running { server in
            let rig = try Rig(server.port, limits: chosen)
            for number in 1...3 { rig.request(Self.account, "/silent", UInt64(number)) }
            #expect(try rig.input(Self.account) == .failed(RequestID(3), .notSent))
            rig.wire.shutdown()
        }
    }

    /// A loop that falls behind a market loses the oldest news, and is told how much.
    @Test func marketNewsOverflowsWithAnAlarm() async throws {
        var limits = WireLimits()
        limits.marketMessages = 100
        let chosen = limits
        try await Station.running { server in
            let rig = try Rig(server.port, limits: chosen)
            try rig.open(Self.market)
            rig.send(Self.market, "flood 5000")
            var lost = 0
            var texts: [Int] = []
            while texts.last != 4_999 {
                switch rig.wire.next(until: rig.wire.now + .seconds(20)) {
                case .overflowed(let line, let messages, let bytes):
                    #expect(line == Self.market && bytes >= messages)
                    lost += messages
                case .delivery(let delivery):
                    guard case .text(_, let bytes) = delivery.input else { throw Silence() }
                    texts.append(try #require(Int(String(decoding: bytes, as: UTF8.self))))
                case .knocked, .due: throw Silence()
                }
            }
            #expect(lost + texts.count == 5_000)
            #expect(zip(texts, texts.dropFirst()).allSatisfy { $0 < $1 })
            rig.wire.shutdown()
        }
    }

    /// However slow the loop: no news of an account is lost, and what waits stays bounded.
    @Test func accountNewsWaitsAtItsSender() async throws {
        var limits = WireLimits()
        limits.accountMessages = 64
        let chosen = limits
        try await Station.running { server in
            let rig = try Rig(server.port, limits: chosen)
            try rig.open(Self.account)
            rig.send(Self.account, "flood 20000")
            for number in 0..<20_000 {
                guard case .text(_, let bytes) = try rig.input(Self.account), bytes == Array("\(number)".utf8) else {
                    throw Silence()
                }
            }
            rig.wire.shutdown()
        }
    }

    @Test func aKnockWakesTheLoop() async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            let knocker = rig.wire.knocker
            Task { knocker.knock() }
            #expect(rig.wire.next(until: nil) == .knocked)
            rig.wire.shutdown()
        }
    }

    /// A deadline that is always past does not keep the news away, nor the other way round.
    @Test func deadlinesAndNewsTakeTurns() async throws {
        try await Station.running { server in
            let rig = try Rig(server.port)
            try rig.open(Self.account)
            rig.send(Self.account, "flood 50")
            var dues = 0
            var texts = 0
            while texts < 50 {
                switch rig.wire.next(until: .distantPast) {
                case .due: dues += 1
                case .delivery: texts += 1
                case .overflowed, .knocked: throw Silence()
                }
            }
            #expect(dues >= 50)
            rig.wire.shutdown()
        }
    }

    @Test func timesNeverRunBack() async throws {
        try await Station.running { server in
            let readings = Mutex(0)
            // A clock that is wrong on purpose.
            let clock = WireClock(now: {
                readings.withLock { count in
                    count += 1
                    return Timestamp(seconds: 1_000 + Int64(count % 7))
                }
            })
            let rig = try Rig(server.port, clock: clock)
            rig.wire.perform(Self.account, .connect(Self.socket, .spotStream))
            var last = Timestamp.distantPast
            var sent = false
            var texts = 0
            while texts < 100 {
                guard case .delivery(let delivery) = rig.wire.next(until: nil) else { throw Silence() }
                #expect(delivery.receivedAt >= last)
                last = delivery.receivedAt
                if sent { texts += 1 } else { rig.send(Self.account, "flood 100") }
                sent = true
            }
            rig.wire.shutdown()
        }
    }
}

@Suite struct SessionEndpointsTests {
    @Test func krakensOwn() {
        let all = Kraken.Endpoint.allCases.map { SessionEndpoints.kraken[$0].description }
        #expect(
            all == [
                "https://api.kraken.com", "wss://ws.kraken.com/v2", "https://futures.kraken.com",
                "wss://futures.kraken.com/ws/v1", "wss://uws.kraken.com/v2/public", "wss://uws.kraken.com/v2/private",
            ])
    }

    @Test func oneBaseForAll() throws {
        let endpoints = try SessionEndpoints(base: "http://127.0.0.1:8080/")
        #expect(
            Kraken.Endpoint.allCases.map { endpoints[$0].description } == [
                "http://127.0.0.1:8080", "ws://127.0.0.1:8080/v2", "http://127.0.0.1:8080",
                "ws://127.0.0.1:8080/ws/v1", "ws://127.0.0.1:8080/v2/public", "ws://127.0.0.1:8080/v2/private",
            ])
        #expect(try SessionEndpoints(base: "https://exchange.test")[.unifiedPrivate].scheme == .wss)
        #expect(!endpoints.isKraken && SessionEndpoints.kraken.isKraken)
    }

    @Test(arguments: ["", "127.0.0.1:8080", "ws://127.0.0.1:1", "http://127.0.0.1:1/derivatives", "http://a b"])
    func noAddress(_ base: String) {
        #expect(throws: EndpointsError.self) { try SessionEndpoints(base: base) }
    }
}
