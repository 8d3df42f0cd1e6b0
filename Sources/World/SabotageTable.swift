public import Research

/// Every planted bug, and which invariant sees it first.
public struct SabotageTable: Sendable {
    /// One bug and what became of it.
    public struct Row: Hashable, Sendable {
        public let bug: Sabotage
        /// What saw it first; nil when nothing did.
        public let violation: Violation?
        /// Runs until it was seen, or all that there were.
        public let seeds: Int
    }

    public let scenario: Scenario
    /// The first seed, and how many runs a bug may take until it is seen.
    public let first: UInt64
    public let most: Int

    public init(_ scenario: Scenario, first: UInt64, most: Int) {
        self.scenario = scenario
        self.first = first
        self.most = most
    }

    public func run(
        _ bugs: [Sabotage] = Sabotage.allCases, on workforce: some Workforce, finished: (Int) -> Void = { _ in }
    ) throws -> [Row] {
        try workforce.map(bugs.count, { number in Result { try row(bugs[number]) } }, finished: finished)
            .map { try $0.get() }
    }

    private func row(_ bug: Sabotage) throws -> Row {
        var scenario = scenario
        scenario.sabotage = bug
        for number in 0..<most {
            if let violation = try scenario.firstViolation(seed: first &+ UInt64(number)) {
                return Row(bug: bug, violation: violation, seeds: number + 1)
            }
        }
        return Row(bug: bug, violation: nil, seeds: most)
    }
}

extension Scenario {
    /// Plays until the first invariant breaks, at most to the end.
    fileprivate func firstViolation(seed: UInt64) throws -> Violation? {
        var world = try world(seed: seed)
        while world.judge.violations.isEmpty, world.step(before: end) {}
        if world.judge.violations.isEmpty {
            world.run(until: end)
            world.conclude(equity: equity)
        }
        return world.judge.violations.first
    }
}
