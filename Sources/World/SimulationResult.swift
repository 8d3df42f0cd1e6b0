import KrakenServer
public import Market

/// What one simulated run came to. Two runs of a seed are equal in all of it.
public struct SimulationResult: Hashable, Sendable {
    public struct Count: Hashable, Sendable {
        public let name: String
        public let count: Int
    }

    public let seed: UInt64
    /// Simulated time.
    public let length: Interval
    /// The end of the journal's chain of hashes, over every record of the run.
    public let journal: String
    public let records: Int
    /// Inputs and deadlines that were played.
    public let steps: Int
    /// Starts of the program, the first included.
    public let starts: Int
    public let trades: Int
    /// Total time that positions had no resting stop for their full size, and the longest stretch of it.
    public let naked: Interval
    public let longestNaked: Interval
    /// How often each kind of fault struck, by name.
    public let faults: [Count]
    /// How often each invariant was checked, in their order.
    public let checks: [Count]
    public let violations: [Violation]
    /// The journal lost orders, and all that they belong to: the ledger was not judged.
    public let hasStrays: Bool

    init(_ world: World, seed: UInt64, length: Interval) {
        self.seed = seed
        self.length = length
        journal = world.disk.head
        records = world.disk.records
        steps = world.steps
        starts = world.starts
        trades = world.trades
        naked = world.judge.nakedTime
        longestNaked = world.judge.longestNaked
        var struck = world.struck
        for (kind, count) in world.exchange.faultStrikes { struck[kind.rawValue] = count }
        faults = struck.map { Count(name: $0.key, count: $0.value) }.sorted { $0.name < $1.name }
        checks = Invariant.allCases.map { Count(name: $0.rawValue, count: world.judge.checks[$0] ?? 0) }
        violations = world.judge.violations
        hasStrays = world.judge.hasStrays
    }
}

extension Scenario {
    /// Plays the whole run of `seed` and holds its end against what must hold.
    public func run(seed: UInt64) throws -> SimulationResult {
        var world = try world(seed: seed)
        world.run(until: end)
        world.conclude(equity: equity)
        return SimulationResult(world, seed: seed, length: length)
    }
}
