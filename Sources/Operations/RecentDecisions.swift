public import Trading

/// The latest decisions, for the status screen.
public struct RecentDecisions: Sendable {
    public private(set) var decisions: [Decision] = []
    private let capacity = 20

    public init() {}

    mutating func add(_ decision: Decision) {
        if decisions.count == capacity { decisions.removeFirst() }
        decisions.append(decision)
    }
}
