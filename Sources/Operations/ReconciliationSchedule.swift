import Market

/// When the account is looked at as a whole: at the start, after a connection came back, and from then on periodically.
struct ReconciliationSchedule: Sendable {
    private let every: Interval
    private let restingPause: Interval
    private let limit: Interval
    private var askedAt: Timestamp?
    private(set) var lastTruth: Timestamp?
    /// Complete looks since the start of the session or since the last interruption.
    private(set) var looks = 0

    init(_ configuration: RuntimeConfiguration) {
        every = configuration.reconcileEvery
        restingPause = configuration.reconcileAtRest
        limit = configuration.reconcileLimit
    }

    mutating func interrupted() { looks = 0 }

    mutating func concluded(at now: Timestamp) {
        lastTruth = now
        looks += 1
    }

    /// Whether to look now; `atRest`: nothing is held or ordered, and looking less often is enough.
    mutating func isDue(atRest: Bool, at now: Timestamp) -> Bool {
        if let askedAt, now - askedAt < pause(atRest) { return false }
        askedAt = now
        return true
    }

    private func pause(_ atRest: Bool) -> Interval { atRest && looks >= 2 ? restingPause : every }

    mutating func asked(at now: Timestamp) { askedAt = now }

    func isOverdue(at now: Timestamp) -> Bool { lastTruth.map { now - $0 > limit } ?? true }

    /// When a look that settles a suspicion is to be had; looks are no closer together than this.
    func wake(forSuspicion due: Timestamp?, in phase: Phase) -> Timestamp? {
        switch phase {
        case .initialising, .syncing, .ended: nil
        case .reconciling, .ready, .hold, .stopping:
            due.map { due in max(due, askedAt.map { $0 + Self.closest } ?? due) }
        }
    }

    private static let closest = Interval.milliseconds(1_500)

    func nextWake(in phase: Phase, atRest: Bool) -> Timestamp? {
        switch phase {
        case .initialising, .syncing, .ended: nil
        case .reconciling, .ready, .hold, .stopping: askedAt.map { $0 + pause(atRest) }
        }
    }
}
