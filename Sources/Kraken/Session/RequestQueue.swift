import Market
import Wire

/// Requests that wait for the budget, those that protect before all others, each group in the order of asking.
struct RequestQueue<Request: Sendable>: Sendable {
    struct Waiting: Sendable {
        let request: Request
        let cost: Int
        let purpose: RateBudget.Purpose
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

    mutating func append(_ request: Request, cost: Int, purpose: RateBudget.Purpose) {
        let waiting = Waiting(request: request, cost: cost, purpose: purpose)
        switch purpose {
        case .protective: protective.append(waiting)
        case .ordinary: ordinary.append(waiting)
        }
    }

    /// The next request that may go now. A protective request that has to wait holds back the ordinary ones too.
    mutating func next(_ budget: inout RateBudget, at now: Timestamp) -> Request? {
        nextWake = nil
        guard let first = protective.first ?? ordinary.first else { return nil }
        switch budget.take(first.cost, for: first.purpose, at: now) {
        case .granted:
            if protective.isEmpty { ordinary.removeFirst() } else { protective.removeFirst() }
            return first.request
        case .wait(let until):
            nextWake = until
            return nil
        }
    }
}
