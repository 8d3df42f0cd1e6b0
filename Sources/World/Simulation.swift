public import Market
public import Research

/// Many runs of a scenario, one for each seed, on as many processors as there are.
public struct Simulation: Sendable {
    public let scenario: Scenario
    public let seeds: [UInt64]
    /// Each seed is played twice, and both runs must be equal.
    public let twice: Bool

    public init(_ scenario: Scenario, seeds: [UInt64], twice: Bool) {
        self.scenario = scenario
        self.seeds = seeds
        self.twice = twice
    }

    /// How many runs that is.
    public var runs: Int { seeds.count * (twice ? 2 : 1) }

    /// - Parameter finished: how many runs are done.
    public func run(on workforce: some Workforce, finished: (Int) -> Void = { _ in }) throws -> SimulationReport {
        let (scenario, seeds) = (scenario, seeds)
        let answers = workforce.map(
            runs, { number in Result { try scenario.run(seed: seeds[number % seeds.count]) } }, finished: finished)
        let results = try answers.map { try $0.get() }
        let first = Array(results.prefix(seeds.count))
        let unequal = zip(first, results.dropFirst(seeds.count)).filter { $0 != $1 }.map(\.0.seed)
        return SimulationReport(results: first, unequal: unequal, runs: results.count)
    }
}

/// What came of many runs.
public struct SimulationReport: Sendable {
    /// In the order of the seeds.
    public let results: [SimulationResult]
    /// Seeds whose two runs differ.
    public let unequal: [UInt64]
    public let runs: Int

    public var isClean: Bool { unequal.isEmpty && results.allSatisfy(\.violations.isEmpty) }

    /// Simulated time of all runs.
    public var length: Interval {
        let each = results.reduce(Interval.zero) { $0 + $1.length }
        return results.isEmpty ? .zero : each * Int64(runs / results.count)
    }

    public var trades: Int { results.reduce(0) { $0 + $1.trades } }
    public var starts: Int { results.reduce(0) { $0 + $1.starts } }
    public var records: Int { results.reduce(0) { $0 + $1.records } }
    public var steps: Int { results.reduce(0) { $0 + $1.steps } }
    public var naked: Interval { results.reduce(.zero) { $0 + $1.naked } }
    public var longestNaked: Interval { results.map(\.longestNaked).max() ?? .zero }

    /// How often each kind of fault struck in all runs, by name.
    public var faults: [SimulationResult.Count] { Self.sum(results.map(\.faults)).sorted { $0.name < $1.name } }

    /// How often each invariant was checked, in their order.
    public var checks: [SimulationResult.Count] { Self.sum(results.map(\.checks)) }

    public func broken(_ invariant: Invariant) -> Int {
        results.reduce(0) { $0 + $1.violations.count { $0.invariant == invariant } }
    }

    /// One hash for the journals of all runs.
    public var journal: String {
        guard results.count != 1 else { return results[0].journal }
        var print = Fingerprint()
        for result in results { print.add(result.journal) }
        return print.text
    }

    private static func sum(_ lists: [[SimulationResult.Count]]) -> [SimulationResult.Count] {
        var order: [String] = []
        var totals: [String: Int] = [:]
        for count in lists.joined() {
            if totals[count.name] == nil { order.append(count.name) }
            totals[count.name, default: 0] += count.count
        }
        return order.map { SimulationResult.Count(name: $0, count: totals[$0] ?? 0) }
    }
}
