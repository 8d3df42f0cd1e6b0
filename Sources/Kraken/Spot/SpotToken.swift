public import Market
public import Wire

/// A token with which private channels are opened over WebSocket, for Spot and for the Unified surface.
public struct SpotTokenRequest: SpotRequest {
    public static let path = "/0/private/GetWebSocketsToken"
    private let credentials: Credentials
    private let nonce: UInt64

    public init(credentials: Credentials, nonce: UInt64) {
        self.credentials = credentials
        self.nonce = nonce
    }

    public var http: HTTPRequest { credentials.signedSpotRequest(path: Self.path, nonce: nonce) }

    public struct Answer: SpotResult {
        public var token: Redacted
        /// How long it may take until the token is first used; a connection that used it keeps it.
        public var expiry: Interval

        public init(token: Redacted, expiry: Interval) {
            self.token = token
            self.expiry = expiry
        }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var token: Redacted?
            var seconds: Int64?
            try reader.namedFields { name, reader throws(WireError) in
                switch name {
                case "token": token = Redacted(try reader.text())
                case "expires": seconds = try reader.wholeSeconds()
                default: try reader.skip()
                }
            }
            self.token = try required(token, "token")
            expiry = .seconds(try required(seconds, "expires"))
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name("token")
                writer.string(token.reveal())
                writer.name("expires")
                writer.integer(expiry.nanoseconds / 1_000_000_000)
            }
        }
    }
}
