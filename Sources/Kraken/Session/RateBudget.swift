public import Market

/// What an account may still spend on requests: a number of tokens in any window of fixed length, shared by all that
/// talk for the account. A reserve is kept for what protects: cancels, stops and closing orders.
public struct RateBudget: Hashable, Sendable {
    /// Whether a request may touch the reserve.
    public enum Purpose: UInt8, Hashable, Sendable {
        case ordinary
        /// Cancels, protective and closing orders.
        case protective
    }

    public enum Answer: Hashable, Sendable {
        case granted
        /// Not before this time.
        case wait(until: Timestamp)
    }

    /// Tokens in any `window`.
    public let capacity: Int
    public let window: Interval
    /// Tokens that ordinary requests leave untouched.
    public let reserve: Int
    private var spent: [Spending] = []
    private var oldest = 0
    private var inWindow = 0
    /// Set when the exchange said that the limit is exceeded.
    private var blockedUntil = Timestamp.distantPast
    private var refusals = 0

    private struct Spending: Hashable, Sendable {
        let time: Timestamp
        let cost: Int
    }

    public init(capacity: Int, window: Interval, reserve: Int) {
        precondition(capacity > 0 && reserve >= 0 && reserve < capacity && window > .zero, "a budget has room")
        self.capacity = capacity
        self.window = window
        self.reserve = reserve
    }

    /// Derivatives REST: 500 tokens in 10 seconds. The reserve holds one cancel-all, a stop and a closing order with
    /// room for their repetition.
    public static let derivatives = RateBudget(capacity: 500, window: .seconds(10), reserve: 90)
    /// History of the account: 100 tokens in 10 minutes.
    public static let derivativesHistory = RateBudget(capacity: 100, window: .seconds(600), reserve: 0)
    /// The public endpoints of Spot: no figure is published; one request a second is what working clients do.
    public static let spotPublic = RateBudget(capacity: 1, window: .seconds(1), reserve: 0)

    /// Order messages of the unified surface: nothing is published; one a second, with room for what protects.
    public static let unified = RateBudget(capacity: 16, window: .seconds(10), reserve: 6)

    /// Tokens spent in the window that ends at `now`.
    public mutating func spending(at now: Timestamp) -> Int {
        forget(before: now)
        return inWindow
    }

    /// Spends `cost` when the budget has room, else says when it will.
    public mutating func take(_ cost: Int, for purpose: Purpose, at now: Timestamp) -> Answer {
        forget(before: now)
        if blockedUntil > now { return .wait(until: blockedUntil) }
        let limit = purpose == .protective ? capacity : capacity - reserve
        // What costs more than the whole budget is still sent, alone.
        let room = max(0, limit - min(cost, limit))
        guard inWindow > room else {
            spent.append(Spending(time: now, cost: cost))
            inWindow += cost
            return .granted
        }
        var left = inWindow
        for spending in spent[oldest...] {
            left -= spending.cost
            if left <= room { return .wait(until: spending.time + window) }
        }
        return .wait(until: now + window)
    }

    /// The exchange refused for the limit's sake: nothing goes out for a while, doubling from one second to the window
    /// with each refusal in a row, or until the time that it named.
    public mutating func wasRefused(at now: Timestamp, until named: Timestamp? = nil) {
        let doubled = Interval.seconds(1 << Int64(min(refusals, 10)))
        refusals += 1
        blockedUntil = max(blockedUntil, named ?? now + min(doubled, window))
    }

    /// A request was answered: the next refusal starts again from the shortest pause.
    public mutating func wasAccepted() { refusals = 0 }

    private mutating func forget(before now: Timestamp) {
        while oldest < spent.count, spent[oldest].time + window <= now {
            inWindow -= spent[oldest].cost
            oldest += 1
        }
        if oldest > 64, oldest * 2 > spent.count {
            spent.removeFirst(oldest)
            oldest = 0
        }
    }
}
