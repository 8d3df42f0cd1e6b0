public import Market
public import Research

/// Every moment of one life at which the program can die: each journal write and each send on the account's line, each by
/// every way of dying there. After each death the program is started again, recovers from the disk's bytes and is judged.
public struct CrashMatrix: Sendable {
    public let scenario: Scenario
    public let seed: UInt64
    /// Only every so many-th write and send; one for all.
    public var stride = 1
    /// While the past is shown to the trader thousands of equal records are written: one of so many is died at.
    public var pastStride = 50
    /// How long the program is watched after it died: time to start, to find out and to put right.
    public var watch = Interval.minutes(3)

    public init(_ scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
    }

    /// One death and what came of it.
    public struct Death: Hashable, Sendable {
        public let mode: CrashMode
        /// Counted from the start of the life: of journal writes, or of sends.
        public let number: Int
        public let time: Timestamp
        public let violations: [Violation]
    }

    /// What came of all deaths.
    public struct Report: Hashable, Sendable {
        public let life: LifeMoments
        public let writes: Int
        public let sends: Int
        public internal(set) var deaths: [CrashMode: Int] = [:]
        public internal(set) var broken: [Death] = []
        /// The life itself, without any death.
        public internal(set) var undisturbed: [Violation] = []

        public var total: Int { deaths.values.reduce(0, +) }
        public var isClean: Bool { broken.isEmpty && undisturbed.isEmpty }
    }

    /// A step of the life in which something is written or sent.
    private struct Site: Sendable {
        let step: Int
        let writes: Range<Int>
        let sends: Range<Int>

        func numbers(_ mode: CrashMode) -> Range<Int> { mode.isOfWrite ? writes : sends }

        func showsPast(_ mode: CrashMode) -> Bool { numbers(mode).count > 500 }
    }

    public func run(on workforce: some Workforce, workers: Int, finished: (Int) -> Void = { _ in }) throws -> Report {
        var world = try scenario.world(seed: seed)
        var sites: [Site] = []
        // The start itself is played once with each death by the life's first step.
        while true {
            let (step, writes, sends) = (world.steps, world.writes, world.sends)
            guard world.step(before: scenario.end) else { break }
            guard world.writes > writes || world.sends > sends else { continue }
            sites.append(Site(step: step, writes: writes..<world.writes, sends: sends..<world.sends))
        }
        var report = Report(life: world.life, writes: world.writes, sends: world.sends)
        report.undisturbed = world.judge.violations
        let all = sites
        let parts = workforce.map(
            workers, { worker in Result { try deaths(all, share: worker, of: workers) } }, finished: finished)
        for part in parts {
            let part = try part.get()
            report.deaths.merge(part.counts) { $0 + $1 }
            report.broken += part.broken
        }
        report.broken.sort { ($0.time, $0.number, $0.mode.rawValue) < ($1.time, $1.number, $1.mode.rawValue) }
        return report
    }

    /// Plays the life once and, beside it, one worker's share of the deaths.
    private func deaths(_ sites: [Site], share: Int, of workers: Int) throws -> (
        counts: [CrashMode: Int], broken: [Death]
    ) {
        var counts: [CrashMode: Int] = [:]
        var broken: [Death] = []
        var world = try scenario.world(seed: seed)
        for (index, site) in sites.enumerated() {
            while world.steps < site.step, world.step(before: scenario.end) {}
            for mode in CrashMode.allCases {
                let pace = site.showsPast(mode) ? stride * pastStride : stride
                for number in site.numbers(mode)
                where number % pace == 0 && (number / pace + index) % workers == share {
                    let skips = number - site.numbers(mode).lowerBound
                    let death = death(of: world, mode, number: number, skips: skips)
                    counts[mode, default: 0] += 1
                    if !death.violations.isEmpty { broken.append(death) }
                }
            }
        }
        return (counts, broken)
    }

    private func death(of world: World, _ mode: CrashMode, number: Int, skips: Int) -> Death {
        var world = world
        let before = world.judge.violations.count
        // Where a record is torn differs from one to the next.
        world.crash = Crash(mode: mode, skips: skips, thousandths: number * 389 % 1_000, ordersOnly: false)
        world.run(until: world.now + watch)
        world.conclude(equity: scenario.equity)
        return Death(
            mode: mode, number: number, time: world.now - watch,
            violations: Array(world.judge.violations.dropFirst(before)))
    }
}
