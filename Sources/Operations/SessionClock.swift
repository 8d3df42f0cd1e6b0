import Market

/// The time that a session lives by: the machine's, set right by the exchange's as measured at the start, and never
/// running backwards, not even against what an earlier session wrote into the journal.
struct SessionClock: Sendable {
    /// The exchange's clock minus the machine's.
    private(set) var correction = Interval.zero
    private var latest = Timestamp.distantPast

    mutating func read(_ time: Timestamp) -> Timestamp {
        latest = max(latest, time + correction)
        return latest
    }

    mutating func goesOn(from time: Timestamp) { latest = max(latest, time) }

    mutating func measured(offset: Interval) { correction = offset }
}
