public import Market

/// What the front is to do on its connections, in order.
public enum Outgoing: Hashable, Sendable {
    /// A text frame. Frames of one feed share one buffer.
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
