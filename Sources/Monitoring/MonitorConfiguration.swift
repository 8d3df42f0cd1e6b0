public import Market
public import Notices
public import Sockets

/// What a session tells the world, and where.
public struct MonitorConfiguration: Sendable {
    public struct PageAddress: Hashable, Sendable {
        /// An address of this machine.
        public var host: String
        /// 0 for one that is free.
        public var port: Int
        /// Further names under which the pages may be asked for.
        public var names: [String]

        public init(host: String = "127.0.0.1", port: Int, names: [String] = []) {
            self.host = host
            self.port = port
            self.names = names
        }
    }

    public struct TraceAddress: Hashable, Sendable {
        public var destination: TraceDestination
        /// What the names of traces are made from, beside those of orders: mode, account and exchange.
        public var session: String
        /// Where the file goes.
        public var folder: String
        /// Bytes of one file; there are two.
        public var longestFile: Int64 = 16 * 1024 * 1024
        /// How long the first span of a batch waits for others.
        public var gather = Interval.seconds(2)
        /// What every span says of its program: `service.version`.
        public var attributes: [String: String]

        public init(
            _ destination: TraceDestination, session: String, folder: String, attributes: [String: String] = [:]
        ) {
            self.destination = destination
            self.session = session
            self.folder = folder
            self.attributes = attributes
        }
    }

    public var notices: NoticesConfiguration
    public var channels: ChannelAddresses
    /// Nil for no pages.
    public var pages: PageAddress?
    /// Nil for no traces.
    public var traces: TraceAddress?
    /// A session that says nothing for so long is an alarm.
    public var stalledAfter = Interval.seconds(30)
    /// Certificates that the channels believe.
    public var trust = ClientTrust.system
    /// What one delivery over HTTP may take.
    public var limits: HTTPCaller.Limits = WebChannels.usualLimits
    /// Alerts that may wait to be looked at.
    public var mailbox = 10_000

    public init(notices: NoticesConfiguration, channels: ChannelAddresses, pages: PageAddress?) {
        self.notices = notices
        self.channels = channels
        self.pages = pages
    }
}
