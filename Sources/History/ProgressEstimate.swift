public import Market

/// How far a download is, how fast it goes and when it should end, from instants that are given to it.
public struct ProgressEstimate: Hashable, Sendable {
    private let first: Timestamp
    private let startedAt: Timestamp
    public private(set) var reached: Timestamp
    public private(set) var requests = 0

    /// - Parameter first: the time in the market's history from which is fetched.
    public init(from first: Timestamp, startedAt: Timestamp) {
        self.first = first
        self.startedAt = startedAt
        reached = first
    }

    public mutating func advance(to reached: Timestamp) {
        self.reached = max(self.reached, reached)
        requests += 1
    }

    /// Zero to one.
    public func share(at now: Timestamp) -> Double {
        let whole = (now - first).nanoseconds
        guard whole > 0 else { return 1 }
        return min(1, Double((reached - first).nanoseconds) / Double(whole))
    }

    /// Requests per second.
    public func rate(at now: Timestamp) -> Double {
        let seconds = Double((now - startedAt).nanoseconds) / 1e9
        return seconds > 0 ? Double(requests) / seconds : 0
    }

    /// Until the end at the speed so far; nil before there is any.
    public func remaining(at now: Timestamp) -> Interval? {
        let done = share(at: now)
        guard done > 0 else { return nil }
        let left = Double((now - startedAt).nanoseconds) * (1 - done) / done
        guard left.isFinite, left < 9e18 else { return nil }
        return Interval(nanoseconds: Int64(left))
    }
}
