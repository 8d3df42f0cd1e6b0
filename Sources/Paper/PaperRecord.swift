public import Market
import Risk
public import Trading
import Venue

/// What journals of paper trading say, added up while they are played, the oldest first.
public struct PaperRecord: Hashable, Sendable {
    /// Time in which prices came in: pauses of more than `longestPause` between two of them do not count.
    public private(set) var running = Interval.zero
    public private(set) var trades = 0
    /// The deepest fall from peak equity, as a fraction of it. An operator who releases a drawdown halt accepts the loss
    /// for the trader; here the peak stands.
    public private(set) var drawdown = Rate.zero
    /// What must never happen and did: halts for which the program itself is to blame, and liquidations.
    public private(set) var breaches: [Breach] = []
    /// The kill switch was pulled and released.
    public private(set) var hasDrill = false
    public private(set) var net = Money.zero
    private var peak: Money?
    /// The peak of the journal before.
    private var peakBefore: Money?
    private var lastPrice: Timestamp?
    private var isPulled = false

    public struct Breach: Hashable, Sendable {
        public let time: Timestamp
        public let what: String
    }

    static let longestPause = Interval.minutes(5)

    public init() {}

    /// Another journal begins. Its account is a new one unless it says that it carries the old one on.
    public mutating func begin() {
        peakBefore = peak
        peak = nil
        lastPrice = nil
        isPulled = false
    }

    /// A journal lies between that does not count: whatever the account lost there was lost otherwise.
    public mutating func skip() {
        peak = nil
        peakBefore = nil
    }

    public mutating func take(_ event: Event, _ outcome: Outcome) {
        switch event.fact {
        case .ticked: pass(to: event.received)
        case .venue(.account(let report)): observe(report.equity)
        case .venue(.filled(let fill)):
            if fill.cause != .order { breach("liquidation of \(fill.quantity) \(fill.instrument)", event.received) }
        case .carriedOver(let over): peak = [peakBefore, over.risk.equity].compactMap { $0 }.max()
        case .commanded(.halt(reason: _)), .commanded(.flatten(reason: _)): isPulled = true
        case .commanded(.release(operatorName: _, reason: _)): if isPulled { hasDrill = true }
        case .candleClosed, .candleRemembered, .candlesForgotten, .venue, .instrumentListed, .clock, .safetyRestored,
            .permitted:
            break
        }
        for note in outcome.notes {
            switch note {
            case .closed(let trade):
                trades += 1
                net += trade.net
            case .safety(let change): take(change, event)
            case .decided, .entryAbandoned, .opened, .stopMoved: break
            }
        }
    }

    /// The alarm is named by the detail: the state keeps the reason that came first.
    private mutating func take(_ change: SafetyChange, _ event: Event) {
        if case .safetyRestored = event.fact { return }
        for reason in HaltReason.allCases where reason.isOurFault && change.detail.hasPrefix("\(reason.rawValue): ") {
            breach(change.detail, event.received)
        }
    }

    private mutating func breach(_ what: String, _ time: Timestamp) { breaches.append(Breach(time: time, what: what)) }

    private mutating func pass(to time: Timestamp) {
        if let lastPrice, time > lastPrice, time - lastPrice <= Self.longestPause {
            running = running + (time - lastPrice)
        }
        lastPrice = max(lastPrice ?? time, time)
    }

    private mutating func observe(_ equity: Money) {
        let highest = max(peak ?? equity, equity)
        peak = highest
        guard equity < highest, let fall = (highest - equity).ratio(to: highest, .up) else { return }
        drawdown = max(drawdown, fall)
    }
}

extension HaltReason {
    fileprivate var isOurFault: Bool {
        switch self {
        case .unprotectedPosition, .accountMismatch, .brokenInvariant: true
        case .operatorCommand, .drawdown, .liquidationDistance, .marginUtilisation, .leverage, .positionCount: false
        }
    }
}
