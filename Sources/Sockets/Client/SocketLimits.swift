public import Market

/// What a WebSocket client bears with.
public struct SocketLimits: Hashable, Sendable {
    /// From the call to an open socket, with TLS and the handshake.
    public var connect = Interval.seconds(10)
    /// A connection on which nothing came for so long is asked for a sign of life.
    public var pingInterval = Interval.seconds(15)
    /// How long that sign may take before the connection counts as dead.
    public var pongDeadline = Interval.seconds(10)
    /// How long a message may wait to leave.
    public var write = Interval.seconds(10)
    /// How long the other side may take to answer a closing frame.
    public var closing = Interval.seconds(2)
    /// One frame, in bytes. A snapshot of a deep book takes a few hundred thousand.
    public var frame = 8 * 1024 * 1024
    /// One message of several frames, in bytes.
    public var message = 16 * 1024 * 1024
    public var fragments = 1_024
    /// Messages that wait to be read.
    public var queuedMessages = 65_536
    public var queuedBytes = 64 * 1024 * 1024

    public init() {}
}
