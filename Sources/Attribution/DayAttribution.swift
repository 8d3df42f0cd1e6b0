public import Exchange
public import Market
public import Strategy
import Trading

/// One day of live trading against the same hours run again as a backtest.
///
/// A trade belongs to the day on which the session closed it; one that only the re-run made, to the day on which that
/// closed it. The re-run begins at the last rest before the day, from the session's own trader and account.
public struct DayAttribution: Sendable {
    public let day: Timestamp
    /// From when to when was run again.
    public let from: Timestamp
    public let until: Timestamp
    /// In order of closing.
    public let comparisons: [Comparison]
    /// Setups that one of the runs still held where the journal ends: counted when they are closed in both.
    public let open: [SetupID]

    public var live: Money { comparisons.reduce(.zero) { $0 + ($1.live ?? .zero) } }
    public var rerun: Money { comparisons.reduce(.zero) { $0 + ($1.rerun ?? .zero) } }
    public var traded: Money { comparisons.reduce(.zero) { $0 + $1.traded } }
    public var split: Split { comparisons.reduce(into: Split()) { $0 += $1.split } }

    /// What nothing explains, as a share of what was traded; nil when nothing was.
    public var unexplained: Rate? {
        traded.isPositive ? split[.unexplained].magnitude.ratio(to: traded) : nil
    }

    /// Why a day cannot be compared.
    public enum Obstacle: Error, Hashable, Sendable, CustomStringConvertible {
        case nothingHeard(Timestamp)
        case neverAtRest(Timestamp)
        case noTerms

        public var description: String {
            switch self {
            case .nothingHeard(let day): "the journal has nothing of \(day.dayText)"
            case .neverAtRest(let day):
                "the journal has no moment before the end of \(day.dayText) at which nothing was held or ordered: there "
                    + "is nowhere to begin the re-run"
            case .noTerms: "the journal lacks the contract terms of a market"
            }
        }
    }

    private init(_ earlier: DayAttribution, _ later: DayAttribution) {
        day = earlier.day
        from = earlier.from
        until = later.until
        comparisons = earlier.comparisons + later.comparisons
        open = earlier.open + later.open
    }

    /// This part of a day and a later one, of a journal that goes on from this one's.
    public func followed(by later: DayAttribution) -> DayAttribution { DayAttribution(self, later) }

    /// - Parameters:
    ///   - day: its first instant, UTC.
    ///   - configuration: the simulated exchange, as backtests use it.
    public init(_ day: Timestamp, _ tape: SessionTape, _ configuration: ExchangeConfiguration) throws(Obstacle) {
        let end = day + .days(1)
        guard let span = tape.span, span.lowerBound < end, span.upperBound >= day else { throw .nothingHeard(day) }
        guard let rest = tape.rest(for: day), rest.time < end else { throw .neverAtRest(day) }
        guard var rerun = Rerun(tape, from: rest, configuration) else { throw .noTerms }
        rerun.run(until: end, atMost: span.upperBound)
        self.day = day
        from = rest.time
        until = rerun.time
        let comparer = Comparer(tape: tape)
        var found: [Comparison] = []
        var open: [SetupID] = []
        for setup in tape.live.order + rerun.log.order.filter({ tape.live.records[$0] == nil }) {
            let (ours, theirs) = (tape.live.records[setup], rerun.log.records[setup])
            // Of other days.
            if let trade = ours?.trade, trade.openedAt < rest.time { continue }
            if (ours?.isOpen ?? false) || (theirs?.isOpen ?? false) {
                if (ours?.taken ?? theirs?.taken)?.time ?? end < end { open.append(setup) }
                continue
            }
            guard let comparison = comparer.compare(setup, ours, theirs), comparison.closedAt >= day,
                comparison.closedAt < end
            else { continue }
            found.append(comparison)
        }
        comparisons = found.sorted { ($0.closedAt, $0.setup) < ($1.closedAt, $1.setup) }
        self.open = open
    }
}

extension Timestamp {
    /// `2026-11-22`
    public var dayText: String { String(description.prefix(10)) }
}
