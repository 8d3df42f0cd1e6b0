public import KrakenServer
public import Market
public import Sockets
public import Wire

/// The local exchange behind sockets: the same calls in both languages.
public struct ServedExchange: ServedValue {
    public var exchange: LocalExchange

    public init(exchange: LocalExchange) { self.exchange = exchange }

    public mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Sockets.Answer {
        switch exchange.respond(to: request, at: instant) {
        case .respond(let response): .respond(response)
        case .respondLater(let response, let wait): .respondLater(response, after: wait)
        case .silence: .silence
        case .reset: .reset
        }
    }

    public mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        exchange.open(ConnectionID(connection), path: path, at: instant)
    }

    public mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        exchange.receive(text, from: ConnectionID(connection), at: instant)
    }

    public mutating func close(_ connection: UInt64, at instant: Timestamp) {
        exchange.advance(to: instant)
        exchange.close(ConnectionID(connection))
    }

    public mutating func advance(to instant: Timestamp) { exchange.advance(to: instant) }

    public var nextEvent: Timestamp? { exchange.nextEvent }

    public mutating func takeOutbox() -> [Sockets.Outgoing] {
        var result: [Sockets.Outgoing] = []
        for item in exchange.takeOutbox() {
            switch item {
            case .text(let connection, let text): append(text, to: connection, &result)
            case .close(let connection, let code):
                result.append(.close(connection.number, code: CloseCode(code), reason: ""))
            case .reset(let connection, let midFrame): result.append(.reset(connection.number, midFrame: midFrame))
            case .silence(let connection, let end): result.append(.silence(connection.number, until: end))
            case .refuseConnections(let end): result.append(.refuseConnections(until: end))
            }
        }
        return result
    }

    /// Frames of one feed come one after the other with one buffer: they go out as one.
    private func append(_ text: [UInt8], to connection: ConnectionID, _ result: inout [Sockets.Outgoing]) {
        if case .text(let last, var connections)? = result.last, Self.isSame(last, text) {
            // Taken out while it grows, so that the list is not copied for each connection.
            result.removeLast()
            connections.append(connection.number)
            result.append(.text(last, to: connections))
        } else {
            result.append(.text(text, to: [connection.number]))
        }
    }

    private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in a.baseAddress == b.baseAddress && a.count == b.count }
        }
    }
}
