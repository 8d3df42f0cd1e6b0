public import Wire

/// One of the addresses that a client talks to. Which machine stands behind it, the configuration says.
public enum Endpoint: String, Hashable, Sendable, CaseIterable {
    case spotREST
    case spotStream
    case derivativesREST
    case derivativesStream
    case unifiedPublic
    case unifiedPrivate
}

/// One WebSocket connection of a session, from the wish to connect to its end; never used again.
public struct SocketID: Hashable, Sendable {
    public let number: UInt64
    public init(_ number: UInt64) { self.number = number }
}

/// One request and its answer.
public struct RequestID: Hashable, Sendable {
    public let number: UInt64
    public init(_ number: UInt64) { self.number = number }
}

/// How an exchange of bytes failed.
public enum TransportLoss: Hashable, Sendable {
    /// Nothing was sent: the same request may go again.
    case notSent
    /// Bytes may have left: the other side may have acted.
    case lost
}

/// What the world tells a session. Sessions are values without sockets and clocks: the same inputs at the same times
/// lead to the same actions, byte for byte.
public enum SessionInput: Hashable, Sendable {
    case opened(SocketID)
    /// One whole text message.
    case text(SocketID, [UInt8])
    /// The socket is gone, or never came about.
    case closed(SocketID)
    case answered(RequestID, HTTPResponse)
    case failed(RequestID, TransportLoss)
    /// The time asked for has come.
    case woke
}

/// What a session asks of the world.
public enum SessionAction: Hashable, Sendable {
    case connect(SocketID, Endpoint)
    case disconnect(SocketID)
    case send(SocketID, [UInt8])
    case request(RequestID, Endpoint, HTTPRequest)
}

/// What comes out of one step of a session.
public struct SessionOutbox<News: Sendable>: Sendable {
    public var actions: [SessionAction] = []
    public var news: [News] = []

    public init() {}

    public mutating func clear() {
        actions.removeAll(keepingCapacity: true)
        news.removeAll(keepingCapacity: true)
    }
}

/// Something that should not be: shown, journaled, and where it touches safety, acted on.
public struct DataAlarm: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A word of the exchange that this version does not know.
        case unrecognisedValue
        /// A message that cannot be read.
        case unreadableMessage
        /// The exchange does not accept our key.
        case authentication
        /// The request budget is spent by the exchange's count.
        case rateLimit
        /// A subscription was refused.
        case subscriptionRefused
        /// A sequence or checksum says that messages were lost.
        case messagesLost
        /// The outcome of a request is not known yet.
        case unknownOutcome
        /// Live and historical data, or two sources of one fact, differ.
        case sourcesDiffer
        /// A request was refused for a reason of its own.
        case requestRefused
        /// The surface does not offer what is needed; what is done instead is said.
        case unsupported
    }

    public let kind: Kind
    /// For people; without secrets.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    public var description: String { "\(kind.rawValue): \(detail)" }
}
