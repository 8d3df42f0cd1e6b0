public import Market

/// When the next request may leave: one per period, and after a refusal later each time. A value: time comes in.
public struct RequestPace: Hashable, Sendable {
    /// Between two requests. The exchange's public limit is not published; one per second is what works.
    public let period: Interval
    /// Attempts for one request.
    public let attempts: Int
    private var earliest = Timestamp.distantPast
    private var failures = 0

    private static let longestWait = Interval.minutes(2)

    public init(period: Interval = .seconds(1), attempts: Int = 8) {
        precondition(period.nanoseconds >= 0 && attempts > 0)
        self.period = period
        self.attempts = attempts
    }

    /// How long to wait before the next request may leave; zero when it may leave now.
    public func wait(at now: Timestamp) -> Interval { max(.zero, earliest - now) }

    public mutating func sent(at now: Timestamp) { earliest = now + period }

    public mutating func succeeded() { failures = 0 }

    /// Takes a failure that may pass: waits 2, 4, 8 seconds and so on, or until the exchange said. Throws when it is
    /// the last attempt.
    public mutating func failed(_ reason: String, at now: Timestamp, until: Timestamp? = nil) throws(HistoryError) {
        failures += 1
        guard failures < attempts else { throw .noAnswer(reason, attempts: failures) }
        let wait = min(Interval.seconds(1 << Int64(min(failures, 20))), Self.longestWait)
        earliest = max(now + wait, min(until ?? .distantPast, now + .minutes(15)))
    }
}
