import NIOSSL

/// Which certificates a client believes.
public enum ClientTrust: Hashable, Sendable {
    /// Those of the system.
    case system
    /// Only those in a PEM file: the certificate of a local exchange, say.
    case file(String)

    func configuration() -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch self {
        case .system: break
        case .file(let path): configuration.trustRoots = .file(path)
        }
        return configuration
    }
}
