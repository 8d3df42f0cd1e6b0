/// Where a service listens: `https://futures.kraken.com`, `ws://127.0.0.1:8080/ws/v1`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        case http, https, ws, wss

        public var isSecure: Bool { self == .https || self == .wss }
        var usualPort: Int { isSecure ? 443 : 80 }
    }

    public let scheme: Scheme
    /// A name or an IPv4 address.
    public let host: String
    public let port: Int
    /// As it is to travel, with a leading slash and a query if there is one; empty when the text had none.
    public let path: String

    /// - Parameters:
    ///   - host: a name or an IPv4 address.
    ///   - port: the scheme's usual one when nil.
    ///   - path: encoded as it is to travel, with a leading slash; empty for none.
    public init(_ scheme: Scheme, host: String, port: Int? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.usualPort
        self.path = path
    }

    /// Nil unless the text is `scheme://host[:port][/path]`, in ASCII, without credentials.
    public init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { return nil }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...]
        let sides = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isHost = sides[0].utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        let isPath =
            path.isEmpty || (path.first == "/" && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 })
        guard !sides[0].isEmpty, isHost, isPath else { return nil }
        var port = scheme.usualPort
        if sides.count > 1 {
            guard let number = UInt16(sides[1]), number > 0 else { return nil }
            port = Int(number)
        }
        self.scheme = scheme
        self.host = String(sides[0])
        self.port = port
        self.path = String(path)
    }

    /// The host as a `Host` header names it: with the port unless it is the usual one.
    var authority: String { port == scheme.usualPort ? host : "\(host):\(port)" }

    /// An address, which TLS cannot ask for by name.
    var isAddress: Bool { host.allSatisfy { $0.isNumber || $0 == "." } }

    public var description: String { "\(scheme.rawValue)://\(authority)\(path)" }
}
