import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A port on which the system takes connections and nobody reads them.
struct SilentListener {
    let port: Int
    private let descriptor: Int32

    struct Failure: Error { let number: Int32 }

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                guard bind(descriptor, name, length) == 0, listen(descriptor, 8) == 0 else { return Int32(-1) }
                return getsockname(descriptor, name, &length)
            }
        }
        guard result == 0 else { throw Failure(number: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() { _ = Glibc.close(descriptor) }
}
