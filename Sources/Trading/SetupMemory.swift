import Market
import Strategy

/// The setups that were traded, so that none is traded twice. Two generations: each is remembered for at least `age`
/// and forgotten before twice that.
struct SetupMemory: Sendable {
    private var recent: Set<SetupID> = []
    private var older: Set<SetupID> = []
    private var turnsAt = Timestamp.distantPast
    private let age: Interval

    init(age: Interval) { self.age = age }

    func contains(_ setup: SetupID) -> Bool { recent.contains(setup) || older.contains(setup) }

    /// Ascending.
    var all: [SetupID] { recent.union(older).sorted() }

    mutating func insert(_ setup: SetupID, at now: Timestamp) {
        if now >= turnsAt {
            older = now - turnsAt < age ? recent : []
            recent = []
            turnsAt = now + age
        }
        recent.insert(setup)
    }
}
