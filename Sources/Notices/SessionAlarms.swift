public import Market
public import Operations
import Trading
import Venue

/// What is alarming only as a sum: many rejections, much of the equity bound as margin, signals or candles or trades that
/// do not come. Fed with what the session records, after the fact: it decides nothing and delays nothing.
public struct SessionAlarms: Sendable {
    public struct Limits: Hashable, Sendable {
        /// More rejected orders than this within `rejectionWindow` are an alarm.
        public var rejections = 3
        public var rejectionWindow = Interval.minutes(5)
        /// The most of the equity that initial margin may bind, as a fraction of one.
        public var marginUse = Rate.basisPoints(7_000)
        /// So many signals without one entry order, over at least `signalWindow`, are an alarm.
        public var refusedSignals = 10
        public var signalWindow = Interval.hours(6)
        /// A market without a closed candle for so many of them.
        public var missingCandles = 5
        /// Without a trade for this long; nil for never.
        public var idle: Interval? = .days(14)

        public init() {}
    }

    /// The candles of one market as they come.
    private struct Pulse {
        let pair: SpotPair
        var openTime: Timestamp
        /// Shortest distance between two: the candles' length, once two have come.
        var length: Interval?
        var received: Timestamp
        var isTold = false
    }

    private let limits: Limits
    private var rejected: [Timestamp] = []
    private var areRejectionsTold = false
    private var isMarginTold = false
    private var refused = (count: 0, since: Timestamp.distantPast, lastGate: "")
    private var isStarvationTold = false
    private var pulses: [Pulse] = []
    private var quietSince: Timestamp?

    public init(_ limits: Limits = Limits()) { self.limits = limits }

    /// What has become alarming with this record. The same alarm comes again only after its reason has gone.
    public mutating func take(_ record: RuntimeRecord, at now: Timestamp) -> [Alert] {
        var alerts: [Alert] = []
        switch record {
        case .event(let event): take(event, at: now, into: &alerts)
        case .outcome(let outcome):
            for note in outcome.notes { take(note, at: now, into: &alerts) }
        case .happening: break
        }
        lookForCandles(at: now, into: &alerts)
        lookForTrades(at: now, into: &alerts)
        return alerts
    }

    private mutating func take(_ event: Event, at now: Timestamp, into alerts: inout [Alert]) {
        switch event.fact {
        case .venue(.rejected(_, let reason)): reject(reason, at: now, into: &alerts)
        case .venue(.account(let account)): weigh(account, at: now, into: &alerts)
        case .candleClosed(let pair, let candle): beat(pair, candle.openTime, at: now)
        case .candlesForgotten(let pair): pulses.removeAll { $0.pair == pair }
        case .venue, .candleRemembered, .ticked, .instrumentListed, .clock, .commanded, .safetyRestored, .carriedOver,
            .permitted:
            break
        }
    }

    private mutating func take(_ note: Note, at now: Timestamp, into alerts: inout [Alert]) {
        switch note {
        case .decided(let decision):
            switch decision.verdict {
            case .taken: isFed()
            case .refused(_, let gate): refuse(gate, at: now, into: &alerts)
            }
        case .opened, .closed: quietSince = now
        case .entryAbandoned, .stopMoved, .safety: break
        }
    }

    private mutating func reject(_ reason: RejectReason, at now: Timestamp, into alerts: inout [Alert]) {
        rejected.removeAll { now - $0 >= limits.rejectionWindow }
        if rejected.count <= limits.rejections { areRejectionsTold = false }
        // More are not needed to know that it is too many.
        if rejected.count > limits.rejections { rejected.removeFirst() }
        rejected.append(now)
        guard rejected.count > limits.rejections, !areRejectionsTold else { return }
        areRejectionsTold = true
        let text =
            "more than \(limits.rejections) orders rejected within \(limits.rejectionWindow), the last: \(reason)"
        alerts.append(Alert(.warning, .rejections, text, at: now))
    }

    private mutating func weigh(_ account: AccountReport, at now: Timestamp, into alerts: inout [Alert]) {
        let limit = max(account.equity, .zero).times(limits.marginUse, .down)
        guard account.initialMargin > limit else {
            isMarginTold = false
            return
        }
        guard !isMarginTold else { return }
        isMarginTold = true
        let text = "margin \(account.initialMargin) USD of equity \(account.equity) USD is beyond \(limits.marginUse)"
        alerts.append(Alert(.warning, .margin, text, at: now))
    }

    private mutating func isFed() {
        refused.count = 0
        isStarvationTold = false
    }

    private mutating func refuse(_ gate: String, at now: Timestamp, into alerts: inout [Alert]) {
        if refused.count == 0 { refused.since = now }
        refused.count += 1
        refused.lastGate = gate
        let length = now - refused.since
        guard refused.count >= limits.refusedSignals, length >= limits.signalWindow, !isStarvationTold else { return }
        isStarvationTold = true
        let text = "\(refused.count) signals and no order in \(length); the last was refused by \(gate)"
        alerts.append(Alert(.warning, .starvation, text, at: now))
    }

    private mutating func beat(_ pair: SpotPair, _ openTime: Timestamp, at now: Timestamp) {
        guard let place = pulses.firstIndex(where: { $0.pair == pair }) else {
            return pulses.append(Pulse(pair: pair, openTime: openTime, received: now))
        }
        let distance = openTime - pulses[place].openTime
        if distance > .zero { pulses[place].length = min(distance, pulses[place].length ?? distance) }
        pulses[place].openTime = openTime
        pulses[place].received = now
        pulses[place].isTold = false
    }

    private mutating func lookForCandles(at now: Timestamp, into alerts: inout [Alert]) {
        for place in pulses.indices where !pulses[place].isTold {
            guard let length = pulses[place].length else { continue }
            let longest = Interval(nanoseconds: length.nanoseconds * Int64(limits.missingCandles))
            guard now - pulses[place].received > longest else { continue }
            pulses[place].isTold = true
            let text =
                "\(pulses[place].pair): no candle for \(limits.missingCandles) times \(length): nothing is decided"
            alerts.append(Alert(.warning, .starvation, text, at: now))
        }
    }

    /// Once for each stretch of this length.
    private mutating func lookForTrades(at now: Timestamp, into alerts: inout [Alert]) {
        guard let idle = limits.idle else { return }
        guard let since = quietSince else {
            quietSince = now
            return
        }
        guard now - since >= idle else { return }
        quietSince = now
        alerts.append(Alert(.warning, .starvation, "no trade was opened or closed for \(idle)", at: now))
    }
}
