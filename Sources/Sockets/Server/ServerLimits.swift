public import Market

/// What a server takes from strangers. Everything beyond is refused with its proper code, cut off or counted; nothing
/// grows without bound.
public struct ServerLimits: Hashable, Sendable {
    /// One header field or the request line, in bytes: 431 beyond. Some clients put a whole batch of orders in the query.
    public var headerField = 64 * 1024
    /// All header fields together, in bytes: 431 beyond.
    public var headers = 128 * 1024
    public var headerCount = 100
    /// The body of a request, in bytes: 413 beyond.
    public var body = 1024 * 1024
    /// One WebSocket frame and one message, in bytes: 1009 beyond.
    public var message = 256 * 1024
    public var fragments = 256
    /// Sockets of either kind; more are closed at once.
    public var connections = 4_096
    /// Requests that wait for the served value, over all connections: 503 beyond.
    public var requestsInFlight = 2_048
    /// From a connection or its last answer to the end of the next request, however slowly it trickles in.
    public var idle = Interval.seconds(60)
    /// Bytes on their way to a client that does not read: beyond, it is cut off and counted.
    public var outbound = 4 * 1024 * 1024
    /// How long a client may leave its socket full.
    public var stall = Interval.seconds(30)
    /// A WebSocket that says nothing for so long is asked for a sign of life, and cut off when the same time passes again.
    public var pingInterval = Interval.seconds(30)
    /// How long a closing handshake may take before the connection is cut.
    public var linger = Interval.seconds(2)
    /// How long a stopping server waits for its connections.
    public var stopping = Interval.seconds(5)

    public init() {}
}
