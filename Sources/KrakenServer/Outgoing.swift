public import Market
public import Wire

/// What the front is to do on its connections, in order.
public enum Outgoing: Hashable, Sendable {
    /// A text frame. Frames of one feed come one after the other and share one buffer.
    case text(ConnectionID, [UInt8])
    /// An orderly close with this WebSocket code.
    case close(ConnectionID, code: UInt16)
    /// Cut the connection without a close frame; `midFrame`: after the first half of a frame that is never finished.
    case reset(ConnectionID, midFrame: Bool)
    /// Neither read from nor write to the connection until `until` of market time, with the socket left open.
    case silence(ConnectionID, until: Timestamp)
    /// Accept no connection until `until` of market time.
    case refuseConnections(until: Timestamp)
}

/// What becomes of a request.
public enum Answer: Hashable, Sendable {
    case respond(HTTPResponse)
    /// The same after a while of market time.
    case respondLater(HTTPResponse, after: Interval)
    /// The connection stays open and nothing comes.
    case silence
    /// The connection breaks off.
    case reset
}
