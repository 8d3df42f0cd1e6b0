public import Market

/// Time in which something was held without one stop for all of it that the venue was known to hold: from the fill that
/// left it so to the news of the stop, so the way of that news is counted too.
public struct NakedTime: Hashable, Sendable {
    /// Of the spans that have ended.
    private var past = Interval.zero
    /// When the present one began.
    private var since: Timestamp?

    init() {}

    /// Begins a span at `time`, unless one is open.
    mutating func begin(at time: Timestamp) { since = since ?? time }

    mutating func end(at time: Timestamp) {
        past = total(at: time)
        since = nil
    }

    mutating func add(_ other: Interval) { past = past + other }

    /// All of it until `now`.
    public func total(at now: Timestamp) -> Interval {
        guard let since, now > since else { return past }
        return past + (now - since)
    }
}
