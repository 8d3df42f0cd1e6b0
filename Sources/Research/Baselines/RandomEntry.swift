import Market
import Strategy

/// What a strategy found in a run's candles, as far as random entries use it: they see the same candles, so it need not
/// be asked again for each of them.
struct Rehearsal: Sendable {
    /// The signals that became trades.
    var signals: [Signal] = []
    /// Levels and broken premises, in order, with the candle that they followed from.
    var guidance: [(openTime: Timestamp, timeframe: Timeframe, finding: Finding)] = []

    mutating func take(_ findings: [Finding], at openTime: Timestamp, _ timeframe: Timeframe, _ taken: Set<SetupID>) {
        for finding in findings {
            switch finding {
            case .signal(let signal): if taken.contains(signal.id) { signals.append(signal) }
            case .guidance, .premiseBroken: guidance.append((openTime, timeframe, finding))
            case .declined, .withdrawn: break
            }
        }
    }
}

/// Enters at random closes on random sides, at the market, with stop distance, targets and times taken at random from
/// a strategy's own trades, and manages what it holds by that strategy's own guidance. What a strategy earns beyond
/// this, its entries earn.
struct RandomEntry: Strategy {
    let pair: SpotPair
    var name: String { "random-entry" }
    let timeframes: [Timeframe]
    var decisionTimeframe: Timeframe { interval }

    private let rehearsal: Rehearsal
    /// The place of the next guidance.
    private var next = 0
    private let interval: Timeframe
    /// Closes at which to enter, the next one last.
    private var entries: [Timestamp]
    private var random: SplitMix

    /// `count` entries at different closes between `start` and `end`, for a strategy with these timeframes that decides
    /// every `interval`. Nil without signals.
    init?(
        pair: SpotPair, timeframes: [Timeframe], interval: Timeframe, rehearsal: Rehearsal, count: Int,
        start: Timestamp, end: Timestamp, seed: UInt64
    ) {
        let first = interval.start(of: start) + interval.interval
        let closes = Int((end - first).nanoseconds / interval.interval.nanoseconds)
        guard !rehearsal.signals.isEmpty, closes > 0 else { return nil }
        self.pair = pair
        self.timeframes = timeframes
        self.rehearsal = rehearsal
        self.interval = interval
        random = SplitMix(seed: seed)
        // Without replacement: a second pick of one close is drawn again, in order of time by sorting.
        var places: Set<Int> = []
        while places.count < min(count, closes) { places.insert(random.index(below: closes)) }
        entries = places.sorted(by: >).map { first + interval.interval * Int64($0) }
    }

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        while next < rehearsal.guidance.count, rehearsal.guidance[next].openTime == candle.openTime,
            rehearsal.guidance[next].timeframe == timeframe
        {
            findings.append(rehearsal.guidance[next].finding)
            next += 1
        }
        guard timeframe == interval, let due = entries.last else { return }
        let close = candle.openTime + interval.interval
        guard close >= due else { return }
        // What fell into a gap of the data is left out.
        while let last = entries.last, last <= close { entries.removeLast() }
        findings.append(.signal(signal(candle.close, at: close)))
    }

    private mutating func signal(_ price: Price, at close: Timestamp) -> Signal {
        let template = rehearsal.signals[random.index(below: rehearsal.signals.count)]
        let side: Side = random.next() & 1 == 0 ? .long : .short
        return Signal(
            id: SetupID(random.next()), pair: pair, side: side, setup: template.setup, decidedAt: close,
            reference: SpotPrice(price), entry: .market, stopDistance: template.stopDistance,
            targets: template.targets, expiresAt: close + interval.interval, expectedHold: template.expectedHold,
            timeExit: template.timeExit, checks: [], drawings: [])
    }
}
