/// A set of Kraken endpoints that are used, and switched off, together.
public enum Surface: String, Hashable, Sendable, CaseIterable {
    /// Spot REST: public market data and the token for private sockets.
    case spotREST
    /// Spot WebSocket v2: public market data.
    case spotStream
    /// Derivatives REST v3 with its history and charts, and WebSocket v1; switched off on 1 March 2027.
    case derivatives
    /// Unified WebSocket v2 for derivatives, the successor.
    case unified
}
