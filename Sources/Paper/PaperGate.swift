import Journal
public import Market
public import Trading
import Venue

/// What a record of paper trading must show before real orders are sent.
public struct PaperGate: Hashable, Sendable {
    /// Days on which the session ran, all stretches added up. [30]
    public var days: Int
    /// Trades that ended. [50]
    public var trades: Int
    /// Largest fall from peak equity, as a fraction of it. [0.15]
    public var drawdown: Rate

    public init(days: Int = 30, trades: Int = 50, drawdown: Rate = .basisPoints(1_500)) {
        self.days = days
        self.trades = trades
        self.drawdown = drawdown
    }

    /// One thing that is missing, with its value and its limit.
    public struct Shortfall: Hashable, Sendable, CustomStringConvertible {
        public let what: String
        public let value: String
        public let limit: String

        public var description: String { "\(what): \(value), needed \(limit)" }
    }

    /// Empty when the record suffices.
    public func shortfalls(of record: PaperRecord) -> [Shortfall] {
        var missing: [Shortfall] = []
        let run = record.running.nanoseconds / Interval.days(1).nanoseconds
        if run < Int64(days) { missing.append(Shortfall(what: "days of running", value: "\(run)", limit: "\(days)")) }
        if record.trades < trades {
            missing.append(Shortfall(what: "trades", value: "\(record.trades)", limit: "\(trades)"))
        }
        if record.drawdown > drawdown {
            missing.append(Shortfall(what: "drawdown", value: "\(record.drawdown)", limit: "at most \(drawdown)"))
        }
        if record.breaks > 0 {
            missing.append(Shortfall(what: "broken invariants", value: "\(record.breaks)", limit: "0"))
        }
        if !record.hasDrill {
            missing.append(Shortfall(what: "kill-switch drill", value: "none", limit: "one, latched and released"))
        }
        return missing
    }
}

/// What journals of paper trading say, added up while they are played. A journal proves itself by its chain of hashes, and
/// its figures by being recomputed: nothing in it is believed that the core does not answer again.
public struct PaperRecord: Hashable, Sendable {
    /// Time in which the session ran: pauses of more than `longestPause` between two events do not count.
    public private(set) var running = Interval.zero
    public private(set) var trades = 0
    public private(set) var drawdown = Rate.zero
    /// Halts for which the program itself is to blame.
    public private(set) var breaks = 0
    /// The kill switch was pulled and released.
    public private(set) var hasDrill = false
    public private(set) var net = Money.zero
    private var peak: Money?
    private var last: Timestamp?
    private var isPulled = false

    static let longestPause = Interval.minutes(5)

    public init() {}

    public mutating func take(_ event: Event, _ outcome: Outcome) {
        pass(event)
        switch event.fact {
        case .venue(.account(let report)): observe(report.equity)
        case .commanded(.halt(reason: _)), .commanded(.flatten(reason: _)): isPulled = true
        case .commanded(.release(operatorName: _, reason: _)): if isPulled { hasDrill = true }
        case .candleClosed, .candleRemembered, .candlesForgotten, .ticked, .venue, .instrumentListed, .clock,
            .safetyRestored, .carriedOver, .permitted:
            break
        }
        for note in outcome.notes {
            switch note {
            case .closed(let trade):
                trades += 1
                net += trade.net
            case .safety(let change): if change.state.isOurFault { breaks += 1 }
            case .decided, .entryAbandoned, .opened, .stopMoved: break
            }
        }
    }

    /// A candle of the past is told long after its time.
    private mutating func pass(_ event: Event) {
        if case .candleRemembered = event.fact { return }
        defer { last = max(last ?? event.received, event.received) }
        guard let last, event.received > last else { return }
        let pause = event.received - last
        if pause <= Self.longestPause { running = running + pause }
    }

    private mutating func observe(_ equity: Money) {
        let highest = max(peak ?? equity, equity)
        peak = highest
        guard equity < highest, let fall = (highest - equity).ratio(to: highest, .up) else { return }
        drawdown = max(drawdown, fall)
    }
}

extension SafetyState {
    fileprivate var isOurFault: Bool {
        switch self {
        case .halted(let reason), .flattening(let reason):
            switch reason {
            case .unprotectedPosition, .accountMismatch, .brokenInvariant: true
            case .operatorCommand, .drawdown, .liquidationDistance, .marginUtilisation, .leverage, .positionCount:
                false
            }
        case .ready: false
        }
    }
}
