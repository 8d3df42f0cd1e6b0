import Exchange
import ExchangeService
import Kraken
import KrakenServer
import Market
import NIOCore
import NIOPosix
import Sockets
import Wire

/// The local exchange under load on loopback: market data for many listeners, and signed orders from several callers.
struct ExchangeBenchmarks {
    let rounds: Int

    private static let listeners = 50
    private static let callers = 8
    private static let orders = 500
    /// Market time of a round of market data.
    private static let stretch = Interval.seconds(100)
    private static let start = ExchangeMarket.start

    func run(_ table: inout Table) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bare = try BareServer()
        try feeds(bare, group, &table)
        try orders(bare, group, &table)
        try bare.stop()
        try group.syncShutdownGracefully()
    }

    // MARK: Market data

    /// What each listener asks for: tickers and books of both contracts.
    private static let wishes = [
        #"{"event":"subscribe","feed":"ticker","product_ids":["PF_XBTUSD","PF_ETHUSD"]}"#,
        #"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD","PF_ETHUSD"]}"#,
    ]

    private func feeds(_ bare: BareServer, _ group: any EventLoopGroup, _ table: inout Table) throws {
        // Served time stands still but for the steps below, so a twin without sockets says the same, byte for byte.
        let clock = ServedClock(start: Self.start) { .zero }
        let value = ServedExchange(exchange: ExchangeMarket.exchange())
        var twin = value
        let server = try Waiting.result {
            var limits = ServerLimits()
            limits.outbound = 64 << 20
            return try await SocketServer.start(value, clock: clock, limits: limits, threads: 2)
        }
        let upgrade =
            "GET /ws/v1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        var listeners: [Subscriber] = []
        for number in 1...Self.listeners {
            listeners.append(try Subscriber.connect(server.port, hello: upgrade, group))
            _ = twin.open(UInt64(number), path: "/ws/v1", at: Self.start)
        }
        let subscribe: Change = { value in
            for number in 1...Self.listeners {
                for wish in Self.wishes { value.receive(Array(wish.utf8), from: UInt64(number), at: Self.start) }
            }
        }
        try play(server, listeners, foretell(&twin, subscribe).bytes, subscribe)
        let bareOnes = try (0..<Self.listeners).map { _ in
            try Subscriber.connect(bare.feedPort, hello: "\r\n\r\n", group)
        }
        Machine.forgetPeak()
        let before = Machine.resident
        var time = Self.start
        var traffic = Traffic()
        let measured = try measure(rounds) {
            time = time + Self.stretch
            let until = time
            let change: Change = { $0.advance(to: until) }
            let expected = foretell(&twin, change)
            traffic = expected.traffic
            return try timed { try play(server, listeners, expected.bytes, change) } / Double(traffic.messages)
        } against: {
            try timed {
                let count = traffic.messages / Self.listeners
                let text = [UInt8](repeating: 0, count: traffic.bytes / traffic.messages)
                let received = bareOnes.map { $0.expect(count * text.count) }
                bare.send(ByteBuffer(bytes: text), count: count)
                for promise in received { try promise.wait() }
            } / Double(traffic.messages)
        }
        table.add(
            Line("exchange: a ticker or book message", "ns", measured, against: "ns bare NIO write", goal: 8))
        table.note(
            "\(Int(1e9 / measured.ours.median)) messages/s of \(traffic.bytes / traffic.messages) bytes to"
                + " \(Self.listeners) clients; the goal is 20000")
        table.add(
            Line(
                "exchange: memory of a round's messages", "bytes/msg",
                Samples([max(0, Machine.peak - before) / Double(traffic.messages)]), goal: 4_000))
        for listener in listeners + bareOnes { try listener.channel.close().wait() }
        _ = try Waiting.result { try await server.stop() }
    }

    private struct Traffic {
        var messages = 0
        /// With the headers of frames.
        var bytes = 0
    }

    private typealias Change = @Sendable (inout ServedExchange) -> Void

    /// What the twin says when the same is done to it: messages in all, and bytes for each listener.
    private func foretell(_ twin: inout ServedExchange, _ change: Change) -> (traffic: Traffic, bytes: [Int]) {
        change(&twin)
        var traffic = Traffic()
        var bytes = [Int](repeating: 0, count: Self.listeners)
        for item in twin.takeOutbox() {
            guard case .text(let text, let connections) = item else { continue }
            let size = text.count + (text.count < 126 ? 2 : text.count <= 65_535 ? 4 : 10)
            for connection in connections {
                bytes[Int(connection) - 1] += size
                traffic.messages += 1
                traffic.bytes += size
            }
        }
        return (traffic, bytes)
    }

    /// Does it to the server, and returns when every listener has all of that.
    private func play(
        _ server: SocketServer<ServedExchange>, _ listeners: [Subscriber], _ bytes: [Int], _ change: @escaping Change
    ) throws {
        let received = zip(listeners, bytes).map { $0.expect($1) }
        try Waiting.result { try await server.withValue { change(&$0) } }
        for promise in received { try promise.wait() }
    }

    // MARK: Orders

    private func orders(_ bare: BareServer, _ group: any EventLoopGroup, _ table: inout Table) throws {
        let clock = ServedClock(start: Self.start)
        let exchange = ExchangeMarket.exchange()
        let keys = exchange.setups[0].keys
        let credentials = try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
        let server = try Waiting.result {
            try await SocketServer.start(ServedExchange(exchange: exchange), clock: clock, threads: 2)
        }
        var nonce: UInt64 = 0
        let measured = try measure(rounds) {
            var clients: [OrderCaller] = []
            for _ in 0..<Self.callers {
                let requests = (0..<Self.orders).map { _ in
                    nonce += 1
                    return Self.order(credentials, nonce)
                }
                clients.append(try OrderCaller.connect(server.port, requests, group))
            }
            let cost = try timed {
                for client in clients { client.begin() }
                for client in clients { try client.done.wait() }
            }
            for client in clients { try client.channel.close().wait() }
            return cost / Double(Self.callers * Self.orders)
        } against: {
            let request = String(buffer: Self.order(credentials, nonce))
            let callers = try (0..<Self.callers).map { _ in
                try Caller.connect(
                    bare.echoPort, request: request, answer: request.utf8.count, count: Self.orders, group)
            }
            let cost = try timed {
                for caller in callers { caller.begin() }
                for caller in callers { try caller.done.wait() }
            }
            for caller in callers { try caller.channel.close().wait() }
            return cost / Double(Self.callers * Self.orders)
        }
        table.add(Line("exchange: a signed order", "ns", measured, against: "ns bare NIO echo", goal: 40))
        table.note("\(Int(1e9 / measured.ours.median)) orders/s over \(Self.callers) connections; the goal is 2000")
        _ = try Waiting.result { try await server.stop() }
    }

    /// A limit order far below the market that does not rest: the whole way of an order, and nothing piles up.
    private static func order(_ credentials: Credentials, _ nonce: UInt64) -> ByteBuffer {
        let body = "orderType=ioc&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=30000"
        let request = credentials.signing(
            derivatives: HTTPRequest(.post, "/derivatives/api/v3/sendorder", body: Array(body.utf8)), nonce: nonce)
        var text = "POST \(request.path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n"
        for header in request.headers { text += "\(header.name): \(header.value)\r\n" }
        return ByteBuffer(string: text + "\r\n" + body)
    }
}
