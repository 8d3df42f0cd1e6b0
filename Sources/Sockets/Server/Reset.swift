import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Channel {
    /// Ends the connection without a goodbye: unsent bytes are thrown away and the peer sees a reset.
    func resetConnection() {
        let closing: @Sendable (Result<Void, any Error>) -> Void = { _ in self.close(mode: .all, promise: nil) }
        guard let options = self as? any SocketOptionProvider else { return close(promise: nil) }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete(closing)
    }
}
