public import Wire

/// Where the channels are and how to get in. A channel without its address is off.
public struct ChannelAddresses: Hashable, Sendable {
    public struct Telegram: Hashable, Sendable {
        /// `https://api.telegram.org`, or a server of one's own.
        public var base: String
        public var token: Redacted
        /// The chat that is told, and the only one that is listened to.
        public var chat: String
        public var takesCommands: Bool

        public init(
            base: String = "https://api.telegram.org", token: Redacted, chat: String, takesCommands: Bool = true
        ) {
            self.base = base
            self.token = token
            self.chat = chat
            self.takesCommands = takesCommands
        }
    }

    public struct Webhook: Hashable, Sendable {
        public var address: Redacted
        /// Signs every body; nil for none.
        public var key: Redacted?

        public init(address: Redacted, key: Redacted? = nil) {
            self.address = address
            self.key = key
        }
    }

    public struct Mail: Hashable, Sendable {
        public enum Security: String, Hashable, Sendable, CaseIterable {
            /// TLS from the first byte, usually on port 465.
            case tls
            /// A plain greeting that must become TLS before anything else, usually on port 587.
            case startTLS = "starttls"
            /// For a relay on this machine.
            case none
        }

        public var host: String
        public var port: Int
        public var security: Security
        public var from: String
        public var to: [String]
        public var user: String?
        public var password: Redacted?

        public init(
            host: String, port: Int, security: Security = .startTLS, from: String, to: [String], user: String? = nil,
            password: Redacted? = nil
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.from = from
            self.to = to
            self.user = user
            self.password = password
        }
    }

    public var telegram: Telegram?
    /// The whole addresses are secrets: whoever knows them may write.
    public var discord: Redacted?
    public var slack: Redacted?
    public var webhook: Webhook?
    public var mail: Mail?

    public init(
        telegram: Telegram? = nil, discord: Redacted? = nil, slack: Redacted? = nil, webhook: Webhook? = nil,
        mail: Mail? = nil
    ) {
        self.telegram = telegram
        self.discord = discord
        self.slack = slack
        self.webhook = webhook
        self.mail = mail
    }

    /// Those that have an address.
    public var channels: [Channel] {
        Channel.allCases.filter { channel in
            switch channel {
            case .telegram: telegram != nil
            case .discord: discord != nil
            case .slack: slack != nil
            case .webhook: webhook != nil
            case .mail: mail != nil
            }
        }
    }

    /// Everything that no text may show: of addresses also the long parts of their paths, which are what is secret.
    public var secrets: [Redacted] {
        let addresses = [discord, slack, webhook?.address].compactMap { $0 }
        let parts = addresses.flatMap { address in
            address.reveal().split(whereSeparator: { "/?&=".contains($0) }).dropFirst(2).map(String.init)
                .filter { $0.utf8.count >= Self.secretPart }.map(Redacted.init)
        }
        return [telegram?.token, webhook?.key, mail?.password].compactMap { $0 } + addresses + parts
    }

    private static let secretPart = 12
}
