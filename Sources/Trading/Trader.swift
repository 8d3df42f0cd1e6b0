public import Market
public import Risk
import Strategy
public import Venue

/// The trader: a value that takes one event after another and says what to do.
///
/// All it knows came in as events, so the same events always lead to the same commands. It has no clock: its now is the
/// `received` time of the last event. Copying it copies everything, and copy and original go on alike.
///
/// One position, or one entry in flight, per market. Every position has a stop for its full size, or one on the way,
/// from the event of its first fill on; if that cannot be had it is closed.
public struct Trader: Sendable {
    public let parameters: TradingParameters
    let planner: RiskPlanner
    let monitor: RiskMonitor
    var markets: [MarketState]
    var setups: SetupMemory
    /// Now: the latest time of receipt.
    public internal(set) var now = Timestamp.distantPast
    /// The account as the venue told it last.
    public internal(set) var account: Known<AccountReport> = .unknown
    /// What risk remembers. To be stored; a restart forgives nothing.
    public internal(set) var ledger = RiskLedger()
    /// The one safety record.
    public internal(set) var safety = SafetyState.ready
    /// What conditions outside allow. A backtest has none that could forbid.
    public internal(set) var permission = EntryPermission.open
    /// Trades opened so far.
    public internal(set) var trades = 0
    /// Funding on positions whose trade was already written.
    public internal(set) var unattributedFunding = Money.zero
    /// Of positions that are over.
    var naked = NakedTime()
    /// What trades and funding have made, as far as it is booked.
    var results = Money.zero
    /// The time of the last fill or payment that is booked.
    var lastBooking = Timestamp.distantPast
    var cash = CashAudit()
    var condition = RiskCondition.ok
    /// The equity that was last held against the limits, if nothing was held or under way then.
    var assessedFlat: Money?
    var isFlatReported = true
    /// Nil when nothing asks for it.
    var correlations: MarketCorrelations?
    /// What is under way in each market, in their order.
    var watches: [Watch]
    var deadline = Timestamp.distantFuture
    var findings: [Finding] = []
    /// What each market holds that is not ours.
    var adoptions: [Adoption?]
    var hasAdoptions = false
    private var lastMarket = 0

    /// Throws when the limits contradict each other. Instruments and pairs of `markets` must differ.
    public init(
        parameters: TradingParameters, risk: RiskParameters, markets: [TradedMarket]
    ) throws(RiskParameterError) {
        planner = try RiskPlanner(risk)
        monitor = RiskMonitor(planner)
        self.parameters = parameters
        for (place, market) in markets.enumerated() {
            precondition(
                markets[..<place].allSatisfy {
                    $0.instrument.id != market.instrument.id && $0.instrument.pair != market.instrument.pair
                }, "a market is traded once")
        }
        self.markets = markets.map(MarketState.init)
        if risk.correlation != nil, markets.count > 1 { correlations = MarketCorrelations(of: markets) }
        watches = Array(repeating: Watch(), count: markets.count)
        adoptions = Array(repeating: nil, count: markets.count)
        setups = SetupMemory(age: parameters.setupMemory)
        findings.reserveCapacity(16)
    }

    /// Takes the next event; appends to `outcome` what is to be sent and what was decided.
    public mutating func handle(_ event: Event, into outcome: inout Outcome) {
        switch event.fact {
        case .candleClosed(let pair, let candle): candleClosed(candle, of: pair, at: event.received, into: &outcome)
        case .candleRemembered(let pair, let timeframe, let candle): remember(candle, timeframe, of: pair)
        case .candlesForgotten(let pair): forgetCandles(of: pair)
        case .ticked(let tick): ticked(tick, at: event.received, into: &outcome)
        case .venue(let news): told(news, from: event.time, at: event.received, into: &outcome)
        case .instrumentListed(let instrument):
            advance(to: event.received)
            list(instrument)
            actIfDue(into: &outcome)
        case .clock:
            advance(to: event.received)
            actIfDue(into: &outcome)
        case .commanded(let command):
            advance(to: event.received)
            obey(command, into: &outcome)
            actIfDue(into: &outcome)
        case .safetyRestored(let state):
            advance(to: event.received)
            restore(state, into: &outcome)
            actIfDue(into: &outcome)
        case .carriedOver(let over):
            advance(to: event.received)
            carry(over)
        case .permitted(let permission):
            advance(to: event.received)
            permit(permission, into: &outcome)
            actIfDue(into: &outcome)
        }
    }

    // The frequent events, each without the wrapping that would be copied on its way.

    /// As `handle` of `Event.Fact.candleClosed`.
    public mutating func candleClosed(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome
    ) {
        advance(to: received)
        _ = look(candle, of: pair, at: now)
        decide(candle, of: pair, at: now, into: &outcome)
    }

    /// As `handle` of `Event.Fact.ticked`.
    public mutating func ticked(_ tick: Tick, at received: Timestamp, into outcome: inout Outcome) {
        advance(to: received)
        if let index = market(of: tick.instrument) { observe(tick, index, into: &outcome) }
        actIfDue(into: &outcome)
    }

    /// As `handle` of `Event.Fact.venue`.
    public mutating func told(
        _ news: VenueEvent, from time: Timestamp, at received: Timestamp, into outcome: inout Outcome
    ) {
        advance(to: received)
        take(news, into: &outcome)
        actIfDue(into: &outcome)
    }

    /// As `handle` of `VenueEvent.account`.
    public mutating func reported(_ account: AccountReport, at received: Timestamp, into outcome: inout Outcome) {
        advance(to: received)
        take(account, into: &outcome)
        actIfDue(into: &outcome)
    }

    @inline(__always)
    mutating func advance(to received: Timestamp) { if received > now { now = received } }

    @inline(__always)
    mutating func actIfDue(into outcome: inout Outcome) {
        if now >= deadline { timePassed(into: &outcome) }
    }

    @inline(__always)
    private mutating func observe(_ tick: Tick, _ index: Int, into outcome: inout Outcome) {
        if let state = markets[index].observe(tick, planner.parameters.basis, at: now) {
            basisChanged(state, index, into: &outcome)
        }
        guard watches[index].isBusy else { return }
        let before = outcome.commands.count
        markets[index].position?.observe(tick, at: now, into: &outcome)
        if outcome.commands.count != before { settle(index, into: &outcome) }
    }

    /// Markets take turns: the search starts behind the last one.
    @inline(__always)
    mutating func market(of id: InstrumentID) -> Int? {
        if lastMarket < markets.count, markets[lastMarket].id == id { return lastMarket }
        for index in markets.indices where markets[index].id == id {
            lastMarket = index
            return index
        }
        return nil
    }

    @inline(__always)
    mutating func market(of pair: SpotPair) -> Int? {
        if lastMarket < markets.count, markets[lastMarket].pair == pair { return lastMarket }
        for index in markets.indices where markets[index].pair == pair {
            lastMarket = index
            return index
        }
        return nil
    }

    private mutating func list(_ instrument: Instrument) {
        guard let index = market(of: instrument.id) else { return }
        markets[index].instrument = instrument
        markets[index].position?.instrument = instrument
    }

    private mutating func timePassed(into outcome: inout Outcome) {
        for index in watches.indices where now >= watches[index].deadline {
            markets[index].position?.timePassed(at: now, into: &outcome)
            settle(index, into: &outcome)
        }
        if hasAdoptions { adoptionsTimePassed(into: &outcome) }
        refreshDeadline()
    }

    /// The earliest instant at which a position has something to do.
    func earliestDeadline() -> Timestamp {
        var next = Timestamp.distantFuture
        for watch in watches where watch.deadline < next { next = watch.deadline }
        if hasAdoptions { for adoption in adoptions { next = min(next, adoption?.deadline ?? .distantFuture) } }
        return next
    }

    mutating func refreshDeadline() { deadline = earliestDeadline() }

    /// Takes what an event left behind in a position: finished trades, alarms, the end of it.
    mutating func settle(_ index: Int, into outcome: inout Outcome) {
        guard watches[index].isBusy else { return }
        var isFlattening = false
        if case .flattening = safety { isFlattening = true }
        let left = markets[index].collect(isFlattening: isFlattening, at: now, into: &outcome)
        watches[index] = left.watch
        for trade in left.trades {
            ledger.record(
                ClosedTrade(instrument: trade.instrument, net: trade.net, risk: trade.risk, closedAt: trade.closedAt),
                under: planner.parameters)
            naked.add(trade.naked)
            results += trade.net
            outcome.notes.append(.closed(trade))
        }
        refreshDeadline()
        if let alarm = left.alarm { raise(alarm, into: &outcome) }
        reportFlat(into: &outcome)
    }
}
