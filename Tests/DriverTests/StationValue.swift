import Market
import Sockets
import Wire

/// A served value for tests of the wire: it echoes, floods and misbehaves by request.
struct StationValue: ServedValue {
    var sockets: [UInt64] = []
    var received = 0
    private var outbox: [Outgoing] = []

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        switch request.path {
        case "/echo": .respond(HTTPResponse(status: 200, body: request.body))
        case "/silent": .silence
        case "/reset": .reset
        default: .respond(HTTPResponse(status: 404))
        }
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        guard path != "/v2/private" else { return false }
        sockets.append(connection)
        return true
    }

    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        received += 1
        switch String(decoding: text, as: UTF8.self) {
        case "close": outbox.append(.close(connection, code: .normal, reason: ""))
        case "reset": outbox.append(.reset(connection, midFrame: true))
        case let words where words.hasPrefix("flood "):
            for number in 0..<(Int(words.dropFirst(6)) ?? 0) {
                outbox.append(.text(Array("\(number)".utf8), to: [connection]))
            }
        default: outbox.append(.text(text, to: [connection]))
        }
    }

    mutating func close(_ connection: UInt64, at instant: Timestamp) { sockets.removeAll { $0 == connection } }
    mutating func advance(to instant: Timestamp) {}
    var nextEvent: Timestamp? { nil }

    mutating func takeOutbox() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }
}

extension SocketServer where Value == StationValue {
    /// A station on a free port while `body` runs on a thread of its own, which may wait.
    @discardableResult
    static func running(
        limits: ServerLimits = ServerLimits(), tls: ServerCertificate? = nil,
        _ body: @escaping @Sendable (SocketServer) throws -> Void
    ) async throws -> StationValue {
        let server = try await SocketServer.start(
            StationValue(), clock: ServedClock(start: Timestamp(seconds: 1_700_000_000)), limits: limits,
            tls: tls)
        let result = await Aside.run { try body(server) }
        let value = try await server.stop()
        try result.get()
        return value
    }
}
