import Synchronization

/// What a server has seen since it started.
public struct ServerCounts: Hashable, Sendable {
    /// Connections that were taken.
    public var accepted = 0
    /// Connections closed at once because there were too many.
    public var refused = 0
    public var requests = 0
    /// Requests answered with 4xx or 503 by the server itself.
    public var refusedRequests = 0
    public var opened = 0
    public var messagesIn = 0
    public var messagesOut = 0
    /// Clients cut off because they did not read.
    public var slowClients = 0
    /// WebSockets closed for what their client sent.
    public var violations = 0
    /// Connections cut because nothing came in time.
    public var timeOuts = 0
}

final class ServerCounters: Sendable {
    enum Kind {
        case accepted, refused, requests, refusedRequests, opened, messagesIn, messagesOut, slowClients, violations
        case timeOuts
    }

    private let counts = Mutex(ServerCounts())

    func count(_ kind: Kind, _ number: Int = 1) {
        counts.withLock { counts in
            switch kind {
            case .accepted: counts.accepted += number
            case .refused: counts.refused += number
            case .requests: counts.requests += number
            case .refusedRequests: counts.refusedRequests += number
            case .opened: counts.opened += number
            case .messagesIn: counts.messagesIn += number
            case .messagesOut: counts.messagesOut += number
            case .slowClients: counts.slowClients += number
            case .violations: counts.violations += number
            case .timeOuts: counts.timeOuts += number
            }
        }
    }

    var now: ServerCounts { counts.withLock { $0 } }
}
