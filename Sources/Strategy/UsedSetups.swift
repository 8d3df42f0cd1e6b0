import Market

/// The setups that became signals. A zone that is older than the detectors' memory cannot come back, so the last few
/// hundred are for ever.
struct UsedSetups: Sendable {
    private static let capacity = 512
    private var ring: ContiguousArray<SetupID> = []
    private var next = 0

    init() { ring.reserveCapacity(Self.capacity) }

    func contains(_ id: SetupID) -> Bool { ring.contains(id) }

    mutating func insert(_ id: SetupID) {
        if ring.count < Self.capacity {
            ring.append(id)
        } else {
            ring[next] = id
            next = (next + 1) % Self.capacity
        }
    }
}
