import Market

/// One WebSocket connection: what it is for and who is behind it.
struct Session: Sendable {
    enum Kind: Hashable, Sendable {
        /// Derivatives WebSocket v1.
        case legacy
        /// Spot WebSocket v2.
        case spot
        case unifiedPublic
        case unifiedPrivate

        init?(path: String) {
            switch path {
            case "/ws/v1", "/ws/v1/": self = .legacy
            case "/v2", "/v2/": self = .spot
            case "/v2/public": self = .unifiedPublic
            case "/v2/private": self = .unifiedPrivate
            default: return nil
            }
        }
    }

    let id: ConnectionID
    let kind: Kind
    /// The challenge that was issued last.
    var challenge: String?
    var challenges: UInt64 = 0
    /// The WebSocket token that was used on it.
    var token: StreamToken?
    var requests: TokenBucket

    init(_ id: ConnectionID, _ kind: Kind) {
        self.id = id
        self.kind = kind
        requests = TokenBucket(capacity: 100, period: .seconds(1))
    }
}
