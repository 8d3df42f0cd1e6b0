import Market

/// The exchange's switch that cancels every order of the account when it hears nothing, stops too.
///
/// The rule: it is armed only while entries rest and nothing is held. With a position open it is off, because a program
/// that died would be worth less than the stop that the switch would take away; entries then end by their own expiry,
/// and what the exchange holds goes on to protect.
struct DeadManSwitch: Sendable {
    enum Request: Hashable, Sendable {
        case arm(seconds: Int64)
        case release
    }

    private let length: Interval
    /// When the exchange will act, by its word; nil: off.
    private(set) var armedUntil: Timestamp?
    /// Since when entries have rested; those that trade at once are not worth a switch.
    private var wantedSince: Timestamp?
    private var askedAt: Timestamp?
    /// Whether the exchange may have it armed: asked for, and not confirmed to be off since.
    private var mayBeArmed = false

    private static let settling = Interval.seconds(5)
    private static let retry = Interval.seconds(3)

    init(_ length: Interval) { self.length = length }

    mutating func confirmed(_ time: Timestamp?) {
        armedUntil = time
        if time == nil, wantedSince == nil { mayBeArmed = false }
    }

    /// What to ask of the exchange now. A release is asked for again until it is confirmed; an armed switch is renewed
    /// after a third of its time.
    mutating func request(wanted: Bool, at now: Timestamp) -> Request? {
        guard length > .zero else { return nil }
        guard wanted else {
            let isNew = wantedSince != nil
            wantedSince = nil
            guard mayBeArmed, isNew || Self.isPast(askedAt, Self.retry, now) else { return nil }
            askedAt = now
            return .release
        }
        let since = wantedSince ?? now
        if wantedSince == nil { askedAt = nil }
        wantedSince = since
        guard now - since >= Self.settling, Self.isPast(askedAt, pause, now) else { return nil }
        askedAt = now
        mayBeArmed = true
        return .arm(seconds: length.nanoseconds / 1_000_000_000)
    }

    private static func isPast(_ time: Timestamp?, _ pause: Interval, _ now: Timestamp) -> Bool {
        time.map { now - $0 >= pause } ?? true
    }

    private var pause: Interval { Interval(nanoseconds: length.nanoseconds / 3) }

    var nextWake: Timestamp? {
        if let wantedSince { return max(wantedSince + Self.settling, askedAt.map { $0 + pause } ?? .distantPast) }
        return mayBeArmed ? askedAt.map { $0 + Self.retry } : nil
    }
}
