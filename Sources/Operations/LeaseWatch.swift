public import Market

/// Whether the right to run an account may still be relied upon. A value: times are handed in, of a clock that goes on
/// while the machine or the program sleeps.
public struct LeaseWatch: Hashable, Sendable {
    public enum Standing: Hashable, Sendable {
        case held
        /// Not confirmed for too long: somebody may have taken it. Nothing that adds risk may leave.
        case unconfirmed
        /// Somebody has taken it.
        case lost(holder: String)
    }

    /// So long after it was confirmed it is relied upon. [15 s]
    public let trust: Interval
    private var confirmed: Interval
    private var holder: String?

    /// - Parameter now: when the right was taken, before it was asked for.
    public init(trust: Interval = .seconds(15), confirmed now: Interval) {
        self.trust = trust
        confirmed = now
    }

    /// It was confirmed, by a question asked at `asked`.
    public mutating func renewed(asked: Interval) { confirmed = max(confirmed, asked) }

    public mutating func taken(by holder: String) { self.holder = holder }

    public func standing(at now: Interval) -> Standing {
        if let holder { return .lost(holder: holder) }
        return now - confirmed < trust ? .held : .unconfirmed
    }

    /// When it is to be renewed: often enough for two failures.
    public var renewAt: Interval { confirmed + Interval(nanoseconds: trust.nanoseconds / 3) }
}
