import Market
import Strategy

/// The setups that were traded, so that none is traded twice. Bounded by time.
struct SetupMemory: Sendable {
    private var entries: [(setup: SetupID, at: Timestamp)] = []
    private let age: Interval

    init(age: Interval) { self.age = age }

    func contains(_ setup: SetupID) -> Bool { entries.contains { $0.setup == setup } }

    mutating func insert(_ setup: SetupID, at now: Timestamp) {
        if let oldest = entries.first, now - oldest.at > age + age { entries.removeAll { now - $0.at > age } }
        entries.append((setup, now))
    }
}
