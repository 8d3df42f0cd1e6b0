import Market

/// The exchange's switch that cancels every order of the account when it hears nothing, stops too.
///
/// The rule: it is armed only while entries rest and nothing is held. With a position open it is off, because a program
/// that died would be worth less than the stop that the switch would take away; entries then end by their own expiry,
/// and what the exchange holds goes on to protect.
struct DeadManSwitch: Sendable {
    private let length: Interval
    /// When the exchange will act, by its word; nil: off.
    private(set) var armedUntil: Timestamp?
    private var isWanted = false
    private var askedAt: Timestamp?

    init(_ length: Interval) { self.length = length }

    enum Request: Hashable, Sendable {
        case arm(seconds: Int64)
        case release
    }

    mutating func confirmed(_ time: Timestamp?) { armedUntil = time }

    /// What to ask of the exchange now: at a change at once, otherwise a renewal after a third of the time.
    mutating func request(wanted: Bool, at now: Timestamp) -> Request? {
        guard length > .zero else { return nil }
        let changed = wanted != isWanted
        isWanted = wanted
        if !wanted {
            guard changed else { return nil }
            askedAt = nil
            return .release
        }
        if !changed, let askedAt, now - askedAt < pause { return nil }
        askedAt = now
        return .arm(seconds: length.nanoseconds / 1_000_000_000)
    }

    private var pause: Interval { Interval(nanoseconds: length.nanoseconds / 3) }

    var nextWake: Timestamp? { isWanted ? askedAt.map { $0 + pause } : nil }
}
