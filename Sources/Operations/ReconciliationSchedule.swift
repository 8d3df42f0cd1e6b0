import Market

/// When the account is looked at as a whole: at the start, after a connection came back, and from then on periodically.
struct ReconciliationSchedule: Sendable {
    private let every: Interval
    private let limit: Interval
    private var askedAt: Timestamp?
    private(set) var lastTruth: Timestamp?
    /// Complete looks since the start of the session or since the last interruption.
    private(set) var looks = 0

    init(_ configuration: RuntimeConfiguration) {
        every = configuration.reconcileEvery
        limit = configuration.reconcileLimit
    }

    mutating func interrupted() { looks = 0 }

    mutating func concluded(at now: Timestamp) {
        lastTruth = now
        looks += 1
    }

    mutating func isDue(at now: Timestamp) -> Bool {
        if let askedAt, now - askedAt < every { return false }
        askedAt = now
        return true
    }

    mutating func asked(at now: Timestamp) { askedAt = now }

    func isOverdue(at now: Timestamp) -> Bool { lastTruth.map { now - $0 > limit } ?? true }

    func nextWake(in phase: Phase) -> Timestamp? {
        switch phase {
        case .initialising, .syncing, .ended: nil
        case .reconciling, .ready, .hold, .stopping: askedAt.map { $0 + every }
        }
    }
}
