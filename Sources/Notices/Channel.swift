public import Market
public import Operations

/// A way to reach people.
public enum Channel: String, Hashable, Sendable, CaseIterable {
    case telegram
    case discord
    case slack
    case webhook
    case mail
}

/// What goes over a channel.
public struct Route: Hashable, Sendable {
    public let channel: Channel
    /// Less severe alerts do not go there. Critical ones go everywhere.
    public let minimum: Alert.Severity

    public init(_ channel: Channel, from minimum: Alert.Severity = .info) {
        self.channel = channel
        self.minimum = minimum
    }
}

/// What is told to whom, and how often.
public struct NoticesConfiguration: Hashable, Sendable {
    /// At most one for each channel.
    public var routes: [Route]
    /// Kinds of which only critical alerts are told.
    public var muted: Set<Alert.Kind>
    /// Alerts of one kind and instrument are told at most once in this time: the first at once, the others together.
    public var window = Interval.seconds(60)
    /// Notices that may wait for one channel. Beyond, the oldest that is not critical is dropped and counted.
    public var queue = 100
    /// After a failure; doubled with each further one.
    public var firstPause = Interval.seconds(1)
    public var longestPause = Interval.seconds(60)
    /// Between two notices on one channel, unless the next is critical.
    public var pace = Interval.seconds(1)
    /// Time of day, after midnight UTC, of the daily summary; nil for none.
    public var summaryAt: Interval?
    /// Which session speaks: `live main`.
    public var origin: String
    /// What is alarming as a sum.
    public var alarms = SessionAlarms.Limits()

    public init(routes: [Route], muted: Set<Alert.Kind> = [], summaryAt: Interval? = .zero, origin: String = "trident")
    {
        self.routes = routes
        self.muted = muted
        self.summaryAt = summaryAt
        self.origin = origin
    }
}

/// Why a notice did not arrive.
public enum DeliveryFailure: Error, Hashable, Sendable {
    /// No connection, no answer in time, or an error of the other side: it may work later.
    case unavailable(String)
    /// Too much was sent; not before this time has passed.
    case throttled(Interval)
    /// The token, the address or the password is not accepted: somebody has to act.
    case denied(String)
    /// This text is not accepted; another may be.
    case refused(String)

    public var text: String {
        switch self {
        case .unavailable(let why): why
        case .throttled(let pause): "asked to wait for \(pause.nanoseconds / 1_000_000_000) s"
        case .denied(let why): "not let in: " + why
        case .refused(let why): "text refused: " + why
        }
    }
}
