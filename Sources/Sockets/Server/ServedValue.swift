public import Market
public import Wire

/// What a server serves: a value with no sockets and no clock of its own. One event loop owns it and makes every call,
/// so that it never sees two things at once and its inputs have one order.
///
/// Times never run backwards. After each call the server takes the outbox and looks at `nextEvent` again.
public protocol ServedValue: Sendable {
    /// Answers a whole request. Its path is plain text: no escapes, no dots as segments, no control characters.
    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer
    /// A client asks for a WebSocket. Refused, its request is answered as any other.
    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool
    /// A whole text message, which is valid UTF-8.
    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp)
    /// Called once for each connection that was opened, however it ended.
    mutating func close(_ connection: UInt64, at instant: Timestamp)
    /// Does all that is due up to and including `instant`.
    mutating func advance(to instant: Timestamp)
    /// When something will be due; nil when nothing happens by itself.
    var nextEvent: Timestamp? { get }
    /// Everything to be sent since it was last taken, in order.
    mutating func takeOutbox() -> [Outgoing]
}

/// What becomes of a request.
public enum Answer: Hashable, Sendable {
    case respond(HTTPResponse)
    /// The same after a while, counted in the served time.
    case respondLater(HTTPResponse, after: Interval)
    /// The connection stays open and nothing comes.
    case silence
    /// The connection breaks off.
    case reset
}

/// What a served value does to its WebSocket connections.
public enum Outgoing: Hashable, Sendable {
    /// One text message to each of them; it is encoded once for all.
    case text([UInt8], to: [UInt64])
    case close(UInt64, code: CloseCode, reason: String)
    /// Until `until` of served time the connection is open but dead: what is said to it is thrown away, nothing it sends is
    /// read, no ping is answered.
    case silence(UInt64, until: Timestamp)
    /// The connection breaks off without a closing handshake; `midFrame`: inside a frame.
    case reset(UInt64, midFrame: Bool)
    /// Until `until` of served time every new connection is reset.
    case refuseConnections(until: Timestamp)
}
