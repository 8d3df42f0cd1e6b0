public import Kraken
public import Sockets

/// Which address stands behind each endpoint of the sessions.
public struct SessionEndpoints: Hashable, Sendable {
    private let host: Sockets.Endpoint?
    private let isSecure: Bool

    /// Kraken's own.
    public static let kraken = SessionEndpoints(host: nil, isSecure: true)

    private init(host: Sockets.Endpoint?, isSecure: Bool) {
        self.host = host
        self.isSecure = isSecure
    }

    /// All of them on one port, at Kraken's own paths, as the local exchange has them.
    /// - Parameter base: `http://127.0.0.1:8080`, or `https`.
    public init(base: String) throws(EndpointsError) {
        guard let host = Sockets.Endpoint(base), host.scheme == .http || host.scheme == .https,
            host.path.isEmpty || host.path == "/"
        else { throw EndpointsError(base: base) }
        self.init(host: host, isSecure: host.scheme.isSecure)
    }

    /// Whether these are Kraken's own addresses.
    public var isKraken: Bool { host == nil }

    public subscript(endpoint: Kraken.Endpoint) -> Sockets.Endpoint {
        let own = Self.own(endpoint)
        guard let host else { return own }
        let scheme: Sockets.Endpoint.Scheme = endpoint.isStream ? (isSecure ? .wss : .ws) : (isSecure ? .https : .http)
        return Sockets.Endpoint(scheme, host: host.host, port: host.port, path: own.path)
    }

    private static func own(_ endpoint: Kraken.Endpoint) -> Sockets.Endpoint {
        switch endpoint {
        case .spotREST: Sockets.Endpoint(.https, host: "api.kraken.com")
        case .spotStream: Sockets.Endpoint(.wss, host: "ws.kraken.com", path: "/v2")
        case .derivativesREST: Sockets.Endpoint(.https, host: "futures.kraken.com")
        case .derivativesStream: Sockets.Endpoint(.wss, host: "futures.kraken.com", path: "/ws/v1")
        case .unifiedPublic: Sockets.Endpoint(.wss, host: "uws.kraken.com", path: "/v2/public")
        case .unifiedPrivate: Sockets.Endpoint(.wss, host: "uws.kraken.com", path: "/v2/private")
        }
    }
}

extension Kraken.Endpoint {
    /// WebSocket, or requests.
    public var isStream: Bool {
        switch self {
        case .spotStream, .derivativesStream, .unifiedPublic, .unifiedPrivate: true
        case .spotREST, .derivativesREST: false
        }
    }
}

/// A base address that is none.
public struct EndpointsError: Error, Hashable, Sendable, CustomStringConvertible {
    public let base: String

    public var description: String {
        "'\(base)' is no address of an exchange; give scheme, host and port only, as http://127.0.0.1:8080"
    }
}
