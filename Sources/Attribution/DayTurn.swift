public import Market

/// Says when a UTC day is over and its late candles and fills are in.
public struct DayTurn: Hashable, Sendable {
    /// After midnight.
    public static let patience = Interval.minutes(5)
    private var next: Timestamp?

    public init() {}

    /// To be called now and then. The midnight with which the day began that is to be closed; nil when none is. A day that
    /// nobody was there to close is closed at the first call after the first one's patience.
    public mutating func passed(_ now: Timestamp) -> Timestamp? {
        // A clock that was put right may have been years ahead.
        guard let due = next, due - now <= .days(1) + Self.patience else {
            next = now + Self.patience
            return nil
        }
        guard now >= due else { return nil }
        next = now.startOfDay + .days(1) + Self.patience
        return now.startOfDay - .days(1)
    }
}
