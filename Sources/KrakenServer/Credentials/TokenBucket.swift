import Market

/// A budget of requests that refills evenly.
struct TokenBucket: Hashable, Sendable {
    let capacity: Int64
    let period: Interval
    /// Millionths of a token.
    private var level: Int64
    private var filledAt = Timestamp.distantPast

    init(capacity: Int64, period: Interval) {
        self.capacity = capacity
        self.period = period
        level = capacity * 1_000_000
    }

    /// Pays `cost`, or nothing and false when there is not enough.
    mutating func pay(_ cost: Int64, at now: Timestamp) -> Bool {
        fill(now)
        guard level >= cost * 1_000_000 else { return false }
        level -= cost * 1_000_000
        return true
    }

    mutating func drain(at now: Timestamp) {
        fill(now)
        level = 0
    }

    /// Until `cost` can be paid.
    func wait(for cost: Int64) -> Interval {
        let missing = max(0, cost * 1_000_000 - level)
        return Interval(nanoseconds: Int64(Int128(missing) * Int128(period.nanoseconds) / Int128(capacity * 1_000_000)))
    }

    private mutating func fill(_ now: Timestamp) {
        guard now > filledAt else { return }
        if filledAt > .distantPast {
            let gained =
                Int128((now - filledAt).nanoseconds) * Int128(capacity * 1_000_000) / Int128(period.nanoseconds)
            level = Int64(min(Int128(capacity * 1_000_000), Int128(level) + gained))
        }
        filledAt = now
    }
}
