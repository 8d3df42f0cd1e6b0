import Driver
import Kraken
import Market
import NIOCore
import NIOPosix
import Sockets
import Wire

/// How long our end of a conversation takes: from a frame's arrival through the program's loop to the answer's bytes.
struct LinkBenchmarks {
    let rounds: Int

    private static let exchanges = 5_000
    /// An order's length.
    private static let text = [UInt8](repeating: UInt8(ascii: "x"), count: 300)

    func run(_ table: inout Table) throws {
        let server = try Waiting.result {
            try await SocketServer.start(EchoValue(), clock: ServedClock(start: Timestamp(seconds: 0)))
        }
        // All do the same with the same server; what differs is our end.
        var bare = Samples()
        var one = Samples()
        var two = Samples()
        var worst = Samples()
        for _ in 0..<rounds {
            let reference = try BareLink.exchanges(server.port, text: Self.text, count: Self.exchanges)
            let ours = try onTheSocketsThread(server.port)
            let apart = try onItsOwnThread(server.port)
            bare.append(reference.quantile(0.5) / 1_000)
            one.append((ours.quantile(0.5) - reference.quantile(0.5)) / 1_000)
            two.append((apart.quantile(0.5) - reference.quantile(0.5)) / 1_000)
            worst.append((ours.quantile(0.99) - reference.quantile(0.99)) / 1_000)
        }
        table.add(Line("sockets: frame in to bytes out, p50", "us", one, goal: 20))
        table.note(
            "round trips of \(Table.number(bare.median)) us with bare NIO; p99 \(Table.number(worst.median)) us more;"
                + " p50 \(Table.number(two.median)) us more with a thread for the program and one for its sockets")
        try requests(server.port, &table)
        _ = try Waiting.result { try await server.stop() }
    }

    /// Orders of the older surface go by REST, through AsyncHTTPClient.
    private func requests(_ port: Int, _ table: inout Table) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let request = "POST /derivatives/api/v3/sendorder HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
        let measured = try measure(rounds) {
            try timed { try askThroughWire(port) } / Double(Self.exchanges) / 1_000
        } against: {
            let caller = try Caller.connect(
                port, request: request, answer: answer.utf8.count, count: Self.exchanges, group)
            let cost = try timed {
                caller.begin()
                try caller.done.wait()
            }
            try caller.channel.close().wait()
            return cost / Double(Self.exchanges) / 1_000
        }
        table.add(Line("sockets: a session's request", "us", measured, against: "us bare NIO", goal: 8))
        try group.syncShutdownGracefully()
    }

    private func askThroughWire(_ port: Int) throws {
        var count: UInt64 = 0
        try SessionWire.run(endpoints: SessionEndpoints(base: "http://127.0.0.1:\(port)")) { wire, arrival in
            guard count < Self.exchanges else { return .end }
            count += 1
            let request = HTTPRequest(.post, "/derivatives/api/v3/sendorder", body: Array("hello".utf8))
            wire.perform(Self.line, .request(RequestID(count), .derivativesREST, request))
            return .wait(until: nil)
        }
    }

    private static let line = Driver.Line(1, carrying: .account)
    private static let socket = SocketID(1)

    /// Nanoseconds of each round trip, the program on the thread of its sockets.
    private func onTheSocketsThread(_ port: Int) throws -> Samples {
        var samples = Samples()
        var start = 0.0
        try SessionWire.run(endpoints: SessionEndpoints(base: "http://127.0.0.1:\(port)")) { wire, arrival in
            guard case .delivery(let delivery) = arrival else {
                wire.perform(Self.line, .connect(Self.socket, .unifiedPrivate))
                return .wait(until: nil)
            }
            if case .text = delivery.input { samples.append(now() - start) }
            guard samples.values.count < Self.exchanges else { return .end }
            start = now()
            wire.perform(Self.line, .send(Self.socket, Self.text))
            return .wait(until: nil)
        }
        return samples
    }

    /// The same with a thread for each.
    private func onItsOwnThread(_ port: Int) throws -> Samples {
        let wire = try SessionWire(endpoints: SessionEndpoints(base: "http://127.0.0.1:\(port)"))
        defer { wire.shutdown() }
        wire.perform(Self.line, .connect(Self.socket, .unifiedPrivate))
        guard case .delivery = wire.next(until: nil) else { throw BenchmarkFailure("no connection") }
        var samples = Samples()
        for _ in 0..<Self.exchanges {
            let start = now()
            wire.perform(Self.line, .send(Self.socket, Self.text))
            guard case .delivery = wire.next(until: nil) else { throw BenchmarkFailure("no answer") }
            samples.append(now() - start)
        }
        return samples
    }
}

extension Samples {
    /// The value that this share of them does not exceed.
    func quantile(_ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

/// Sends every text back.
private struct EchoValue: ServedValue {
    private var outbox: [Outgoing] = []

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        .respond(HTTPResponse(status: 200, body: Array("ok".utf8)))
    }
    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool { true }
    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        outbox.append(.text(text, to: [connection]))
    }
    mutating func close(_ connection: UInt64, at instant: Timestamp) {}
    mutating func advance(to instant: Timestamp) {}
    var nextEvent: Timestamp? { nil }

    mutating func takeOutbox() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }
}

/// The same conversation with nothing between the socket and the answer.
private enum BareLink {
    static func exchanges(_ port: Int, text: [UInt8], count: Int) throws -> Samples {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let done = group.next().makePromise(of: Samples.self)
        let channel = try ClientBootstrap(group: group).channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PingPong(text, count, done))
                }
            }.connect(host: "127.0.0.1", port: port).wait()
        let samples = try done.futureResult.wait()
        try channel.close().wait()
        try group.syncShutdownGracefully()
        return samples
    }

    private final class PingPong: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let frame: ByteBuffer
        private let answer: Int
        private var left: Int
        private let done: EventLoopPromise<Samples>
        private var isOpen = false
        private var received = 0
        private var start = 0.0
        private var samples = Samples()

        init(_ text: [UInt8], _ count: Int, _ done: EventLoopPromise<Samples>) {
            // Masked with zeros, so that it need not be made anew.
            var frame = ByteBuffer(bytes: [0x81, 0x80 | 126])
            frame.writeInteger(UInt16(text.count))
            frame.writeInteger(UInt32(0))
            frame.writeBytes(text)
            self.frame = frame
            answer = text.count + 4
            left = count
            self.done = done
        }

        func channelActive(context: ChannelHandlerContext) {
            let upgrade =
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: upgrade)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard isOpen else {
                // The answer to the upgrade is one small write.
                isOpen = true
                return send(context)
            }
            received += Self.unwrapInboundIn(data).readableBytes
            guard received >= answer else { return }
            received -= answer
            samples.append(now() - start)
            left -= 1
            if left > 0 { send(context) } else { done.succeed(samples) }
        }

        private func send(_ context: ChannelHandlerContext) {
            start = now()
            context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
    }
}
