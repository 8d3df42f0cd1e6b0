import Market

/// The time that a session lives by: the machine's, set right by the exchange's as measured at the start, and never
/// running backwards, not even against what an earlier session wrote into the journal.
struct SessionClock: Sendable {
    /// The exchange's clock minus the machine's.
    private(set) var correction = Interval.zero
    private(set) var latest = Timestamp.distantPast

    mutating func read(_ time: Timestamp) -> Timestamp {
        latest = at(time)
        return latest
    }

    /// The same without having been there.
    func at(_ time: Timestamp) -> Timestamp { max(latest, time + correction) }

    mutating func goesOn(from time: Timestamp) { latest = max(latest, time) }

    /// The exchange's clock is `offset` ahead of `now`, a time that was read here. What `now` is then.
    mutating func measured(offset: Interval, at now: Timestamp) -> Timestamp {
        correction = correction + offset
        latest = now + offset
        return latest
    }
}
