import Market
import NIOCore
import NIOPosix
import Sockets
import Wire

/// The server of sockets against bare NIO on the same loopback: requests one after the other, and one feed for many.
struct SocketBenchmarks {
    let rounds: Int

    private static let callers = 8
    private static let requests = 2_000
    private static let subscribers = 50
    private static let texts = 400
    /// A ticker's length.
    private static let text = [UInt8](repeating: UInt8(ascii: "x"), count: 400)

    func run(_ table: inout Table) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bare = try BareServer()
        let server = try Waiting.result {
            var limits = ServerLimits()
            // A round is handed over at once; clients on the same machine may fall behind by all of it.
            limits.outbound = 64 << 20
            return try await SocketServer.start(
                FeedValue(text: Self.text), clock: ServedClock(start: Timestamp(seconds: 0)), limits: limits)
        }
        try requests(server, bare, group, &table)
        try feed(server, bare, group, &table)
        _ = try Waiting.result { try await server.stop() }
        try bare.stop()
        try group.syncShutdownGracefully()
    }

    private func requests(
        _ server: SocketServer<FeedValue>, _ bare: BareServer, _ group: any EventLoopGroup, _ table: inout Table
    ) throws {
        let request = "POST /derivatives/api/v3/sendorder HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
        let measured = try measure(rounds) {
            try conversation(server.port, request, answer: answer.utf8.count, group)
        } against: {
            try conversation(bare.echoPort, request, answer: request.utf8.count, group)
        }
        table.add(Line("sockets: an HTTP request", "ns", measured, against: "ns bare NIO echo", goal: 12))
        table.note("\(Int(1e9 / measured.ours.median)) requests/s over \(Self.callers) connections; the goal is 2000")
    }

    /// Nanoseconds for one exchange, when so many callers each wait for their answers.
    private func conversation(
        _ port: Int, _ request: String, answer: Int, _ group: any EventLoopGroup
    ) throws -> Double {
        let callers = try (0..<Self.callers).map { _ in
            try Caller.connect(port, request: request, answer: answer, count: Self.requests, group)
        }
        let cost = try timed {
            for caller in callers { caller.begin() }
            for caller in callers { try caller.done.wait() }
        }
        for caller in callers { try caller.channel.close().wait() }
        return cost / Double(Self.callers * Self.requests)
    }

    private func feed(
        _ server: SocketServer<FeedValue>, _ bare: BareServer, _ group: any EventLoopGroup, _ table: inout Table
    ) throws {
        let upgrade =
            "GET /feed HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        let subscribers = try (0..<Self.subscribers).map { _ in
            try Subscriber.connect(server.port, hello: upgrade, group)
        }
        let bareOnes = try (0..<Self.subscribers).map { _ in
            try Subscriber.connect(bare.feedPort, hello: "\r\n\r\n", group)
        }
        // A frame has a header of four bytes.
        let bytes = Self.texts * (Self.text.count + 4)
        let messages = Double(Self.texts * Self.subscribers)
        Machine.forgetPeak()
        let before = Machine.resident
        let measured = try measure(rounds) {
            try timed {
                let received = subscribers.map { $0.expect(bytes) }
                try Waiting.result { try await server.withValue { $0.send(Self.texts) } }
                for promise in received { try promise.wait() }
            } / messages
        } against: {
            try timed {
                let received = bareOnes.map { $0.expect(bytes) }
                bare.send(ByteBuffer(bytes: Self.text + [0, 0, 0, 0]), count: Self.texts)
                for promise in received { try promise.wait() }
            } / messages
        }
        table.add(Line("sockets: a message of a feed", "ns", measured, against: "ns bare NIO write", goal: 4))
        table.note(
            "\(Int(1e9 / measured.ours.median)) messages/s to \(Self.subscribers) clients; the goal is 20000")
        // All that is on its way at once is a round's frames; each is there once for all, so the rest is bookkeeping.
        table.add(
            Line(
                "sockets: memory of a round", "bytes/msg", Samples([max(0, Machine.peak - before) / messages]),
                goal: 1_000))
        for subscriber in subscribers + bareOnes { try subscriber.channel.close().wait() }
    }
}

/// Answers everything with two bytes, and sends one text to all who listen.
private struct FeedValue: ServedValue {
    let text: [UInt8]
    private var members: [UInt64] = []
    private var outbox: [Outgoing] = []

    init(text: [UInt8]) { self.text = text }

    mutating func send(_ count: Int) { for _ in 0..<count { outbox.append(.text(text, to: members)) } }

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        .respond(HTTPResponse(status: 200, body: Array("ok".utf8)))
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        members.append(connection)
        return true
    }

    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {}

    mutating func close(_ connection: UInt64, at instant: Timestamp) { members.removeAll { $0 == connection } }

    mutating func advance(to instant: Timestamp) {}

    var nextEvent: Timestamp? { nil }

    mutating func takeOutbox() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }
}
