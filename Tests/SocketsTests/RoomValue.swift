import Market
import Sockets
import Wire

/// A served value for tests: echoes, broadcasts, and does as it is told by path.
struct RoomValue: ServedValue {
    var members: [UInt64] = []
    /// Those who hear of every end.
    var watchers: [UInt64] = []
    var log: [String] = []
    var due: [Timestamp] = []
    var now = Timestamp.distantPast
    private var outbox: [Outgoing] = []

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        log.append("\(request.method.rawValue) \(request.path)?\(request.query) \(request.body.count)")
        switch request.path {
        case "/echo": return .respond(HTTPResponse(status: 200, body: request.body))
        case "/time": return .respond(HTTPResponse(status: 200, body: Array(instant.description.utf8)))
        case "/silent": return .silence
        case "/reset": return .reset
        case "/later": return .respondLater(HTTPResponse(status: 200, body: Array("late".utf8)), after: .seconds(60))
        case "/large": return .respond(HTTPResponse(status: 200, body: [UInt8](repeating: 120, count: 1 << 20)))
        case "/broadcast":
            outbox.append(.text(request.body, to: members))
            return .respond(HTTPResponse(status: 200, body: Array("\(members.count)".utf8)))
        case "/flood":
            for _ in 0..<64 { outbox.append(.text([UInt8](repeating: 120, count: 1 << 20), to: members)) }
            return .respond(HTTPResponse(status: 200))
        case "/mute":
            outbox.append(contentsOf: members.map { .silence($0, until: instant + .minutes(1)) })
            return .respond(HTTPResponse(status: 200))
        case "/shut":
            outbox.append(.refuseConnections(until: instant + .minutes(1)))
            return .respond(HTTPResponse(status: 200))
        default: return .respond(HTTPResponse(status: 404, body: Array(request.path.utf8)))
        }
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        if path == "/watch" {
            watchers.append(connection)
            return true
        }
        guard path == "/ws" else { return false }
        now = instant
        members.append(connection)
        outbox.append(.text(Array("hello".utf8), to: [connection]))
        return true
    }

    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        let words = String(decoding: text, as: UTF8.self)
        log.append("text \(words.prefix(40))")
        switch words {
        case "close me": outbox.append(.close(connection, code: .policyViolation, reason: "as asked"))
        case "reset me": outbox.append(.reset(connection, midFrame: false))
        case "cut me": outbox.append(.reset(connection, midFrame: true))
        case "in a minute": due.append(instant + .minutes(1))
        default: outbox.append(.text(text, to: [connection]))
        }
    }

    mutating func close(_ connection: UInt64, at instant: Timestamp) {
        members.removeAll { $0 == connection }
        watchers.removeAll { $0 == connection }
        outbox.append(.text(Array("left".utf8), to: watchers))
        log.append("closed")
    }

    mutating func advance(to instant: Timestamp) {
        for time in due where time <= instant {
            outbox.append(.text(Array("due \(time)".utf8), to: members))
        }
        due.removeAll { $0 <= instant }
    }

    var nextEvent: Timestamp? { due.min() }

    mutating func takeOutbox() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }
}

extension SocketServer where Value == RoomValue {
    static let start = Timestamp(seconds: 1_700_000_000)

    /// A server on a free port, for the length of `body`; the value as it ended.
    @discardableResult
    static func running(
        limits: ServerLimits = ServerLimits(), clock: ServedClock = ServedClock(start: start), threads: Int = 1,
        tls: ServerCertificate? = nil, _ body: (SocketServer<RoomValue>) async throws -> Void
    ) async throws -> RoomValue {
        let server = try await SocketServer.start(
            RoomValue(), clock: clock, limits: limits, tls: tls, threads: threads)
        do {
            try await body(server)
        } catch {
            _ = try await server.stop()
            throw error
        }
        return try await server.stop()
    }
}
