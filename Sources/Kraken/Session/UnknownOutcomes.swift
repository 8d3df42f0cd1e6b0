import Market
import Venue

/// Orders whose request got no answer. Each is looked for until the venue tells what became of it; none is sent again.
///
/// A venue that takes no order after its deadline makes absence provable: what is in no list that was made after the
/// deadline, and among no fills, was never accepted.
struct UnknownOutcomes: Hashable, Sendable {
    private(set) var cases: [Case] = []

    struct Case: Hashable, Sendable {
        let order: OrderID
        /// After this the venue cannot take the order any more.
        let deadline: Timestamp
        /// When to look for it next.
        var next: Timestamp
        var looks = 0
        var isAsked = false
    }

    /// How long after the deadline lists are still thought to lag.
    static let grace = Interval.seconds(2)

    mutating func add(_ order: OrderID, deadline: Timestamp, at now: Timestamp) {
        guard !cases.contains(where: { $0.order == order }) else { return }
        cases.append(Case(order: order, deadline: deadline, next: now))
    }

    mutating func settle(_ order: OrderID) { cases.removeAll { $0.order == order } }

    func contains(_ order: OrderID) -> Bool { cases.contains { $0.order == order } }

    /// The next order to look for, if one is due.
    mutating func due(at now: Timestamp) -> OrderID? {
        guard let index = cases.firstIndex(where: { !$0.isAsked && $0.next <= now }) else { return nil }
        cases[index].isAsked = true
        cases[index].looks += 1
        return cases[index].order
    }

    /// The look failed or did not find it: again later, with growing pauses of up to five seconds.
    mutating func notFound(_ order: OrderID, at now: Timestamp) {
        guard let index = cases.firstIndex(where: { $0.order == order }) else { return }
        cases[index].isAsked = false
        cases[index].next = now + .milliseconds(min(5_000, 250 << Int64(min(cases[index].looks, 5))))
    }

    /// Orders of which a complete look that began at `began` proves that they never arrived, given that it did not
    /// show them.
    func provenAbsent(byLookSince began: Timestamp) -> [OrderID] {
        cases.filter { $0.deadline + Self.grace < began }.map(\.order)
    }

    /// Whether only a complete look can settle a case now.
    func needsCompleteLook(at now: Timestamp) -> Bool { cases.contains { $0.deadline + Self.grace < now } }

    var nextWake: Timestamp? { cases.filter { !$0.isAsked }.map(\.next).min() }
}
