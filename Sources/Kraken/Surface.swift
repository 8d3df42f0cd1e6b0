public import Market

/// A set of Kraken endpoints that are used, and switched off, together.
public enum Surface: String, Hashable, Sendable, CaseIterable {
    /// Derivatives REST v3 with its history and charts, and WebSocket v1.
    case derivatives
    /// Unified WebSocket v2 for derivatives, the successor.
    case unified

    /// When Kraken switches it off; nil when nothing is announced.
    public var switchOff: Timestamp? {
        switch self {
        // 1 March 2027, 00:00 UTC.
        case .derivatives: Timestamp(seconds: 1_803_859_200)
        case .unified: nil
        }
    }

    /// Whether a session may start on this surface at `instant`.
    public func standing(at instant: Timestamp) -> Standing {
        guard let end = switchOff else { return .usable }
        if instant >= end { return .refused(since: end) }
        return instant >= end - .days(Self.warningDays) ? .ending(at: end) : .usable
    }

    /// Days before the end from which every start warns.
    public static let warningDays: Int64 = 120

    public enum Standing: Hashable, Sendable {
        case usable
        /// Still answers; every start says when it ends.
        case ending(at: Timestamp)
        case refused(since: Timestamp)
    }
}
