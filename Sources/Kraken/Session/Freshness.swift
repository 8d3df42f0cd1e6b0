public import Market

/// Watches one feed: whether its connection lives, and whether what should change on it still does. A feed that
/// repeats heartbeats but no content is dead.
public struct FeedWatch: Hashable, Sendable {
    public enum Health: Hashable, Sendable {
        /// Not connected, or gaps are still being filled.
        case recovering
        case healthy
        /// No frame at all since `since`: the connection is lost.
        case silent(since: Timestamp)
        /// Frames arrive but no content since `since`.
        case stale(since: Timestamp)
    }

    /// The longest pause between two frames of any kind.
    public let silence: Interval
    /// The longest pause between two frames with content.
    public let staleness: Interval
    private var lastFrame: Timestamp?
    private var lastContent: Timestamp?
    private var isRecovered = false

    /// - Parameter hurry: how many times as fast as the machine's the session's clock runs. A pause that takes the machine
    ///   less than half a second says nothing about a connection, however long it is by that clock.
    public init(silence: Interval, staleness: Interval, hurry: Int64 = 1) {
        let least = Interval(nanoseconds: Interval.milliseconds(500).nanoseconds * hurry)
        self.silence = max(silence, least)
        self.staleness = max(staleness, least)
    }

    /// A connection was opened: nothing counts until `recovered`.
    public mutating func opened(at now: Timestamp) {
        lastFrame = now
        lastContent = now
        isRecovered = false
    }

    public mutating func closed() {
        lastFrame = nil
        lastContent = nil
        isRecovered = false
    }

    /// Snapshots are in and gaps are filled.
    public mutating func recovered() { isRecovered = true }

    public mutating func frame(hasContent: Bool, at now: Timestamp) {
        lastFrame = now
        if hasContent { lastContent = now }
    }

    public func health(at now: Timestamp) -> Health {
        guard let lastFrame, let lastContent else { return .recovering }
        if now - lastFrame > silence { return .silent(since: lastFrame) }
        if now - lastContent > staleness { return .stale(since: lastContent) }
        return isRecovered ? .healthy : .recovering
    }

    /// When health can change from `health` without another frame; nil when it cannot.
    public func nextChange(from health: Health) -> Timestamp? {
        guard let lastFrame, let lastContent else { return nil }
        let silent = lastFrame + silence + Interval(nanoseconds: 1)
        let stale = lastContent + staleness + Interval(nanoseconds: 1)
        return switch health {
        case .recovering, .healthy: min(silent, stale)
        case .stale: silent
        case .silent: nil
        }
    }
}

/// How far the exchange's clock is from ours, from requests whose answers carry its time. The bound is honest: half the
/// round trip is unknown.
public struct ClockSkew: Hashable, Sendable {
    public struct Measurement: Hashable, Sendable {
        /// The exchange's clock minus ours.
        public let offset: Interval
        /// The truth lies within this of `offset`.
        public let uncertainty: Interval
        public let at: Timestamp
    }

    /// The least uncertain of the last measurements.
    public private(set) var best: Measurement?
    private var recent: [Measurement] = []
    private static let remembered = 8

    public init() {}

    /// A request left at `sent`, was stamped `stamped` by the exchange with a resolution of `resolution`, and its answer
    /// came at `received`.
    public mutating func measured(
        sent: Timestamp, stamped: Timestamp, received: Timestamp, resolution: Interval = .milliseconds(1)
    ) {
        guard received >= sent else { return }
        let half = (received - sent).nanoseconds / 2
        let centre = sent + Interval(nanoseconds: half)
        let middle = stamped + Interval(nanoseconds: resolution.nanoseconds / 2)
        let measurement = Measurement(
            offset: middle - centre, uncertainty: Interval(nanoseconds: half + resolution.nanoseconds / 2),
            at: received)
        recent.append(measurement)
        if recent.count > Self.remembered { recent.removeFirst() }
        best = recent.min { $0.uncertainty < $1.uncertainty }
    }

    /// Whether the clocks surely differ by more than `limit`.
    public func exceeds(_ limit: Interval) -> Bool {
        guard let best else { return false }
        return Interval(nanoseconds: best.offset.nanoseconds.magnitude.clamped) - best.uncertainty > limit
    }
}

extension UInt64 {
    fileprivate var clamped: Int64 { Int64(Swift.min(self, UInt64(Int64.max))) }
}
