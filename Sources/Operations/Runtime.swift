public import Kraken
public import Market
public import Trading
public import Venue

/// The running program as a value: the trader with its feeds, its gateway and everything that watches over them.
///
/// One input after the other goes in, effects come out, to be done in order. It has no socket, no file and no clock: a
/// live session, a paper session and a simulated one are the same value with other hands around it.
///
/// Orders leave in two steps. `handle` records what was decided and keeps the orders back; when the records are durable,
/// `release` hands the orders to the gateway. If they cannot be made durable, `release` lets only what protects through.
public struct Runtime: Sendable {
    public let configuration: RuntimeConfiguration
    public internal(set) var phase = Phase.initialising
    var phaseSince = Timestamp.distantPast
    public internal(set) var trader: Trader?
    public internal(set) var gateway: any Gateway
    var prices: any MarketFeed
    var candles: SpotFeed?
    /// Feeds of candles that were started: each has sockets and requests of its own.
    var candleFeeds: UInt64 = 0
    var preparation: Preparation
    let makeTrader: @Sendable ([Instrument]) throws -> Trader
    /// What a journal brought back; nil on a first start.
    var recovered: Recovered?
    /// What a trader remembers whose journal was put away; nil when nothing was.
    let carried: Carryover?
    /// What the safety record says at the start.
    let latched: SafetyState
    var warmUp: WarmUp
    var watch = SessionWatch()
    var newsAge = NewsAge()
    var thinning: TickThinning
    var reconciliation: ReconciliationSchedule
    var deadMan: DeadManSwitch
    /// Decided and recorded, not yet handed over; what protects comes first.
    var held: [VenueCommand] = []
    var clock = SessionClock()
    var isJournalLost = false
    /// Executions that are not ours are told from then on.
    var strangersSince = Timestamp.distantFuture
    var isLeaseLost = false
    var isLeaseDoubted = false
    var leaseGate: LeaseGate
    /// Contract terms of the configured pairs, in their order.
    public internal(set) var terms: [Instrument] = []
    var stopping: (reason: String, by: Timestamp)?
    /// What the operator ordered before there was a trader to obey.
    var orderedEarly: [OperatorIntent] = []
    var outcome = Outcome()
    public internal(set) var recent = RecentDecisions()

    /// What is brought back from a journal and its snapshot.
    public struct Recovered: Sendable {
        public var trader: Trader
        /// Our orders that may still be at the exchange.
        public var orders: [Order]
        /// Ids of fills that the books hold.
        public var fills: [UInt64]
        /// The last base candle of each market, in the order of the configuration.
        public var lastCandles: [Candle?]
        /// The last funding that is booked, or the beginning of the books.
        public var fundingSince: Timestamp

        public init(
            trader: Trader, orders: [Order], fills: [UInt64], lastCandles: [Candle?], fundingSince: Timestamp
        ) {
            self.trader = trader
            self.orders = orders
            self.fills = fills
            self.lastCandles = lastCandles
            self.fundingSince = fundingSince
        }
    }

    /// - Parameters:
    ///   - gateway, prices: of the configured surface, or of paper.
    ///   - latched: the safety record of earlier sessions.
    ///   - makeTrader: from contract terms in the order of the configured pairs.
    public init(
        _ configuration: RuntimeConfiguration, gateway: any Gateway, prices: any MarketFeed,
        recovered: Recovered? = nil, carried: Carryover? = nil, latched: SafetyState = .ready,
        makeTrader: @escaping @Sendable ([Instrument]) throws -> Trader
    ) {
        self.configuration = configuration
        self.gateway = gateway
        self.prices = prices
        self.recovered = recovered
        self.carried = carried
        self.latched = latched
        self.makeTrader = makeTrader
        leaseGate = LeaseGate(
            patience: Interval(nanoseconds: configuration.leasePatience.nanoseconds * configuration.hurry))
        warmUp = WarmUp(base: configuration.base, timeframes: configuration.timeframes)
        thinning = TickThinning(pause: configuration.quietTickEvery)
        reconciliation = ReconciliationSchedule(configuration)
        deadMan = DeadManSwitch(configuration.deadManSwitch)
        preparation = Preparation(
            pairs: configuration.pairs, fees: configuration.fees,
            candles: Self.wishes(configuration, recovered?.lastCandles))
    }

    /// Decided, recorded, and waiting for the record to be durable.
    public var heldOrders: [VenueCommand] { held }

    /// The account was looked at completely since the start, twice: absence once proves nothing.
    public var hasCompared: Bool { reconciliation.looks >= 2 }

    /// Whether a halt is complete by the exchange's word: no entry is left, and when `flat` is wanted nothing at all. Never
    /// before the account was compared and nothing on it is suspected: what is not known is not flat.
    public func hasEnded(flat: Bool) -> Bool {
        guard let trader, hasCompared, trader.isCertain else { return false }
        return !trader.hasEntries && (!flat || trader.isAtRest)
    }

    /// The newest price of every contract, whether the trader was handed it or not yet.
    public var latestTicks: [Tick] { thinning.latest }

    /// When the exchange's word on the whole account was last taken in; nil before it was.
    public var lastReconciled: Timestamp? { reconciliation.lastTruth }

    /// How the lines that a running session needs are.
    public var lines: [(line: Line, health: FeedWatch.Health)] {
        [(.candles, watch.candles), (.prices, watch.prices), (.account, watch.account)]
    }

    /// The session's own time: the exchange's, once that is known.
    public var now: Timestamp { clock.latest }

    /// Why the session ended; nil while it goes on.
    public internal(set) var endReason: String?

    /// Orders wait for their records to be durable: sync, then `release`.
    public var holdsOrders: Bool { !held.isEmpty }

    /// When to say `.woke`.
    public var nextWake: Timestamp? { wakes.map(\.time).min().map { $0 - clock.correction } }

    /// What waits for which time, by the session's own clock.
    public var wakes: [(who: String, time: Timestamp)] {
        let isPrepared = trader != nil
        let all: [(String, Timestamp?)] = [
            ("preparation", preparation.isComplete ? nil : preparation.nextWake), ("candles", candles?.nextWake),
            ("prices", isPrepared ? prices.nextWake : nil), ("account", isPrepared ? gateway.nextWake : nil),
            ("trader", trader?.nextDeadline),
            ("reconciliation", reconciliation.nextWake(in: phase, atRest: trader?.isAtRest ?? true)),
            ("suspicion", reconciliation.wake(forSuspicion: trader?.suspicionDue, in: phase)),
            ("dead man's switch", deadMan.nextWake), ("stop", stopping?.by), ("withdrawal", nextWithdrawal),
            ("lease", leaseGate.opensAt),
        ]
        return all.compactMap { who, time in time.map { (who, $0) } }
    }

    public mutating func start(at time: Timestamp, into effects: inout [Effect]) {
        let now = clock.read(time)
        enter(.initialising, at: now, into: &effects)
        var outbox = SessionOutbox<PreparationNews>()
        preparation.start(at: now, into: &outbox)
        take(outbox, at: now, into: &effects)
    }

    /// `time` is the wall's at the start of the session plus what has passed since: no later change of the wall clock.
    public mutating func handle(_ input: RuntimeInput, at time: Timestamp, into effects: inout [Effect]) {
        let now = clock.read(time)
        let start = effects.count
        switch input {
        case .line(let line, let input): take(input, on: line, at: now, into: &effects)
        case .commanded(let intent): obey(intent, at: now, into: &effects)
        case .overflowed(let line, let dropped):
            record(.overflowed(line, dropped: dropped), at: now, into: &effects)
            let text = "\(dropped) messages of \(line.name) were dropped: the queue was full"
            effects.append(.alert(Alert(.warning, .feed, text, at: now)))
        case .leaseLost(let holder): loseLease(holder, at: now, into: &effects)
        case .leaseDoubted(let isDoubted):
            isLeaseDoubted = isDoubted
            leaseGate.doubted(isDoubted, at: now)
        case .stop(let reason): stop(reason, at: now, into: &effects)
        case .woke: wakeAll(at: now, into: &effects)
        }
        // The exchange's time may have become known meanwhile.
        followUp(at: clock.latest, into: &effects)
        leaseGate.guardLine(&effects, from: start, at: now)
    }

    /// What a time of the machine is by the session's own clock, which is the exchange's.
    public func sessionTime(_ time: Timestamp) -> Timestamp { clock.at(time) }

    /// Hands over the orders whose records are durable now.
    public mutating func release(at time: Timestamp, into effects: inout [Effect]) {
        let now = clock.read(time)
        let start = effects.count
        let commands = held
        held.removeAll(keepingCapacity: true)
        var outbox = SessionOutbox<GatewayNews>()
        for command in commands { gateway.submit(command, at: now, into: &outbox) }
        take(outbox, at: now, into: &effects)
        leaseGate.guardLine(&effects, from: start, at: now)
    }

    /// The records cannot be made durable: what would add risk is dropped and everything that protects goes out.
    public mutating func journalFailed(_ why: String, at time: Timestamp, into effects: inout [Effect]) {
        let now = clock.read(time)
        if !isJournalLost {
            isJournalLost = true
            effects.append(.alert(Alert(.critical, .journal, "the journal cannot be written: \(why)", at: now)))
            record(.journalFailed(why), at: now, into: &effects)
        }
        let dropped = held.filter(\.addsRisk)
        held.removeAll(where: \.addsRisk)
        for command in dropped {
            guard case .place(let order) = command else { continue }
            tell(.venue(.rejected(order.id, .other)), from: now, at: now, into: &effects)
        }
        release(at: time, into: &effects)
        let rest = effects.count
        followUp(at: now, into: &effects)
        leaseGate.guardLine(&effects, from: rest, at: now)
    }
}

extension VenueCommand {
    /// Whether it can make a position larger.
    public var addsRisk: Bool {
        switch self {
        case .place(let order): !order.reduceOnly
        case .amend, .cancel: false
        }
    }
}
