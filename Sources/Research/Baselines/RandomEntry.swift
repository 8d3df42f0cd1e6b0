import Market
import Strategy

/// Enters at random closes on random sides, at the market, with stop distance, targets and times taken at random from
/// a strategy's own trades, and manages what it holds by that strategy's own guidance. What a strategy earns beyond
/// this, its entries earn.
struct RandomEntry: Strategy {
    let pair: SpotPair
    var name: String { "random-entry" }
    var timeframes: [Timeframe] { original.timeframes }
    var decisionTimeframe: Timeframe { interval }

    private var original: any Strategy
    private let templates: [Signal]
    private let interval: Timeframe
    /// Closes at which to enter, the next one last.
    private var entries: [Timestamp]
    private var random: SplitMix
    private var scratch: [Finding] = []

    /// `count` entries at different closes between `start` and `end`. Nil without templates.
    init?(
        _ original: any Strategy, pair: SpotPair, templates: [Signal], count: Int, start: Timestamp, end: Timestamp,
        seed: UInt64
    ) {
        let interval = original.decisionTimeframe
        let first = interval.start(of: start) + interval.interval
        let closes = Int((end - first).nanoseconds / interval.interval.nanoseconds)
        guard !templates.isEmpty, closes > 0 else { return nil }
        self.original = original
        self.pair = pair
        self.templates = templates
        self.interval = interval
        random = SplitMix(seed: seed)
        // Without replacement: a second pick of one close is drawn again, in order of time by sorting.
        var places: Set<Int> = []
        while places.count < min(count, closes) { places.insert(random.index(below: closes)) }
        entries = places.sorted(by: >).map { first + interval.interval * Int64($0) }
        scratch.reserveCapacity(16)
    }

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        original.observe(candle, timeframe, into: &scratch)
        if !scratch.isEmpty { passOnGuidance(into: &findings) }
        guard timeframe == interval, let due = entries.last else { return }
        let close = candle.openTime + interval.interval
        guard close >= due else { return }
        // What fell into a gap of the data is left out.
        while let last = entries.last, last <= close { entries.removeLast() }
        findings.append(.signal(signal(candle.close, at: close)))
    }

    /// Levels and broken premises manage positions; the original's own entries are not for us.
    private mutating func passOnGuidance(into findings: inout [Finding]) {
        for finding in scratch {
            switch finding {
            case .guidance, .premiseBroken: findings.append(finding)
            case .signal, .declined, .withdrawn: break
            }
        }
        scratch.removeAll(keepingCapacity: true)
    }

    private mutating func signal(_ price: Price, at close: Timestamp) -> Signal {
        let template = templates[random.index(below: templates.count)]
        let side: Side = random.next() & 1 == 0 ? .long : .short
        return Signal(
            id: SetupID(random.next()), pair: pair, side: side, setup: template.setup, decidedAt: close,
            reference: SpotPrice(price), entry: .market, stopDistance: template.stopDistance,
            targets: template.targets, expiresAt: close + interval.interval, expectedHold: template.expectedHold,
            timeExit: template.timeExit, checks: [], drawings: [])
    }
}
