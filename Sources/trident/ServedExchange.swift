import KrakenServer
import Market
import Sockets
import Wire

/// The local exchange behind sockets: the same calls in both languages.
struct ServedExchange: ServedValue {
    var exchange: LocalExchange

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Sockets.Answer {
        switch exchange.answer(request, at: instant) {
        case .respond(let response): .respond(response)
        case .respondLater(let response, let wait): .respondLater(response, after: wait)
        case .silence: .silence
        case .reset: .reset
        }
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        exchange.open(ConnectionID(connection), path: path, at: instant)
    }

    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        exchange.receive(text, from: ConnectionID(connection), at: instant)
    }

    mutating func close(_ connection: UInt64, at instant: Timestamp) {
        exchange.advance(to: instant)
        exchange.close(ConnectionID(connection))
    }

    mutating func advance(to instant: Timestamp) { exchange.advance(to: instant) }

    var nextEvent: Timestamp? { exchange.nextEvent }

    mutating func takeOutbox() -> [Sockets.Outgoing] {
        exchange.takeOutbox().map { item in
            switch item {
            case .text(let text, let connections): .text(text, to: connections.map(\.number))
            case .close(let connection, let code): .close(connection.number, code: CloseCode(code), reason: "")
            case .reset(let connection, let midFrame): .reset(connection.number, midFrame: midFrame)
            case .silence(let connection, let end): .silence(connection.number, until: end)
            case .refuseConnections(let end): .refuseConnections(until: end)
            }
        }
    }
}
