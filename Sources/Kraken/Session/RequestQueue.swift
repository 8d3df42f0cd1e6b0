import Market
import Wire

/// Requests that wait for the budget, those that protect before all others, each group in the order of asking.
struct RequestQueue<Request: Sendable>: Sendable {
    struct Waiting: Sendable {
        let request: Request
        let cost: Int
        let purpose: RateBudget.Purpose
        let earliest: Timestamp
    }

    private var protective: [Waiting] = []
    private var ordinary: [Waiting] = []
    /// When the budget lets the first of them go.
    private(set) var nextWake: Timestamp?

    var isEmpty: Bool { protective.isEmpty && ordinary.isEmpty }
    var count: Int { protective.count + ordinary.count }

    /// Protective requests first.
    var requests: [Request] { (protective + ordinary).map(\.request) }

    /// Takes out what is not to go any more.
    mutating func remove(where isObsolete: (Request) -> Bool) {
        protective.removeAll { isObsolete($0.request) }
        ordinary.removeAll { isObsolete($0.request) }
        if isEmpty { nextWake = nil }
    }

    /// - Parameter earliest: it does not go before then, and holds nothing else back.
    mutating func append(
        _ request: Request, cost: Int, purpose: RateBudget.Purpose, notBefore earliest: Timestamp = .distantPast
    ) {
        let waiting = Waiting(request: request, cost: cost, purpose: purpose, earliest: earliest)
        switch purpose {
        case .protective: protective.append(waiting)
        case .ordinary: ordinary.append(waiting)
        }
    }

    /// The next request that may go now. A protective request that has to wait holds back the ordinary ones too.
    mutating func next(_ budget: inout RateBudget, at now: Timestamp) -> Request? {
        nextWake = Self.later(protective + ordinary, than: now)
        let isDue: (Waiting) -> Bool = { $0.earliest <= now }
        let protecting = protective.firstIndex(where: isDue)
        guard let index = protecting ?? ordinary.firstIndex(where: isDue) else { return nil }
        let first = protecting == nil ? ordinary[index] : protective[index]
        switch budget.take(first.cost, for: first.purpose, at: now) {
        case .granted:
            if protecting == nil { ordinary.remove(at: index) } else { protective.remove(at: index) }
            return first.request
        case .wait(let until):
            nextWake = min(until, nextWake ?? until)
            return nil
        }
    }

    /// When the next of those that must not go yet may.
    private static func later(_ waiting: [Waiting], than now: Timestamp) -> Timestamp? {
        waiting.lazy.map(\.earliest).filter { $0 > now }.min()
    }
}
