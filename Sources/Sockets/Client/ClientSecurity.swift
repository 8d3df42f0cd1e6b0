import NIOSSL

/// What a client's connections share of TLS, made once: reading the system's certificates takes its time.
public struct ClientSecurity: Sendable {
    let context: NIOSSLContext

    public init(_ trust: ClientTrust) throws(TransportFailure) {
        do {
            context = try NIOSSLContext(configuration: trust.configuration())
        } catch {
            throw .notConnected("the certificates to trust cannot be used: \(error)")
        }
    }
}
