public import Market

/// The course of equity over one UTC day: realised and unrealised together.
///
/// The loss is taken at the day's worst moment, so that a limit once reached blocks until midnight.
public struct DailyLoss: Hashable, Sendable, Codable {
    /// Midnight at which the day started; nil until equity was seen.
    public private(set) var start: Timestamp?
    /// The first equity seen in the day.
    public private(set) var first = Money.zero
    public private(set) var lowest = Money.zero
    /// Entries sent in the day.
    public private(set) var entries = 0
    private(set) var end = Timestamp.distantPast

    public init() {}

    init(_ memory: RiskMemory) {
        start = memory.dayStart
        first = memory.dayFirst
        lowest = memory.dayLowest
        entries = memory.dayEntries
        end = memory.dayEnd
    }

    /// When the day, and every block that comes from it, ends.
    public func end(at now: Timestamp) -> Timestamp { now < end ? end : now.startOfDay + .days(1) }

    public mutating func observe(_ equity: Money, at time: Timestamp) {
        if time >= end {
            roll(to: time)
            first = equity
            lowest = equity
            start = time.startOfDay
        } else if start == nil {
            // Entries were counted before any equity was seen.
            start = time.startOfDay
            first = equity
            lowest = equity
        } else if equity < lowest {
            lowest = equity
        }
    }

    /// Before this instant, seeing `equity` once more changes nothing; in the distant past when it would.
    func steadyUntil(_ equity: Money) -> Timestamp { start == nil || equity < lowest ? .distantPast : end }

    mutating func recordEntry(at time: Timestamp) {
        if time >= end { roll(to: time) }
        entries += 1
    }

    /// Loss from the day's first to its lowest equity, `equity` now included, as a fraction of the first.
    public func loss(at now: Timestamp, equity: Money) -> Rate {
        guard start != nil, now < end else { return .zero }
        let worst = min(lowest, equity)
        guard worst < first else { return .zero }
        guard first.isPositive else { return .one }
        return (first - worst).ratio(to: first, .up) ?? .one
    }

    func entries(at now: Timestamp) -> Int { now < end ? entries : 0 }

    /// The course of equity of an earlier state; entries stay counted. Of another day, it has none.
    mutating func takeEquity(of earlier: DailyLoss) {
        start = earlier.end == end ? earlier.start : nil
        first = earlier.first
        lowest = earlier.lowest
    }

    mutating func rescale(from before: Money, to after: Money) {
        first = first.rescaled(from: before, to: after) ?? after
        lowest = lowest.rescaled(from: before, to: after) ?? after
    }

    private mutating func roll(to time: Timestamp) {
        end = time.startOfDay + .days(1)
        entries = 0
        start = nil
    }
}
