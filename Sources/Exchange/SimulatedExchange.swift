public import Market
public import Venue

/// A derivatives venue with one cross-margined dollar account, as a value: bars and commands in, messages out.
///
/// Per step: `open` each instrument's bar, then call `next(until:)` to the step's close and `submit` what each message
/// leads to. Between the points of a bar's path prices move in a straight line, and what happens, happens in time order.
public struct SimulatedExchange: Sendable {
    public let configuration: ExchangeConfiguration
    public internal(set) var totals = ExchangeTotals()
    /// Cash: the deposit and everything realised.
    public internal(set) var balance: Money

    var markets: [MarketState]
    /// Contract terms, in the order of `markets`.
    var terms: [Instrument]
    /// What takers take from, in the order of `markets`; empty when no book was ever shown.
    var depths: [Depth?] = []
    var orders: [LiveOrder] = []
    var commands = Ring<CommandInFlight>(capacity: 16)
    var deliveries = Ring<Delivery>(capacity: 64)
    /// Every order id that ever arrived; looked up, never listed.
    var seen: Set<OrderID> = []
    var jitter: JitterSource
    var walk: Walk
    /// Positions open now.
    var openPositions = 0
    var nextFundingHour = Timestamp.never
    /// True when no price of the current bars can bring the account under its initial margin.
    var marginIsSafe = true
    var marginIsStale = false
    var fillCount: UInt64 = 0
    var liquidationCount: UInt64 = 0
    var lastArrival: Timestamp
    var lastQueued: Timestamp
    var lastReceived: Timestamp

    struct CommandInFlight: Sendable {
        let command: VenueCommand
        /// Nil when there is no such instrument.
        let market: Int?
        let arrival: Timestamp
    }

    /// Instruments are addressed by their place in `instruments`.
    public init(configuration: ExchangeConfiguration, instruments: [Instrument], balance: Money, start: Timestamp) {
        self.configuration = configuration
        self.balance = balance
        markets = instruments.map { MarketState($0.id) }
        terms = instruments
        orders.reserveCapacity(configuration.maximumOrders)
        jitter = JitterSource(seed: configuration.seed)
        walk = Walk(start: start)
        lastArrival = start
        lastQueued = start
        lastReceived = start
    }

    /// Begins the bar of instrument number `index`. All bars of one step share open time and duration; an instrument
    /// without a bar keeps its last prices and sends no ticks. Finish a step with `next(until:)` before the next one.
    public mutating func open(_ bar: MarketBar, for index: Int) { open(index) { $0 = bar } }

    /// As `open(_:for:)`, with the bar written where it is kept instead of copied there.
    @inline(__always)
    public mutating func open(_ index: Int, _ write: (inout MarketBar) -> Void) {
        write(&markets[index].bar)
        begin(index)
    }

    private mutating func begin(_ index: Int) {
        let openTime = markets[index].bar.openTime
        let duration = markets[index].bar.duration
        if openTime != walk.times.0 || walk.duration != duration {
            precondition(openTime >= walk.times.3, "a step ends before the next begins")
            precondition(duration >= configuration.feedLatency.longest, "the feed is slower than the bars")
            walk.begin(openTime, duration, feedLatency: configuration.feedLatency.longest)
            marginIsStale = openPositions != 0
        }
        markets[index].hasPrices = true
        if openTime >= markets[index].fixedUntil || markets[index].bar.funding != markets[index].statedFunding {
            fixFunding(index)
        }
    }

    /// Takers of the instrument take from this book, level after level, until another is shown; nil: from the bar's spread
    /// and volume again. What it does not hold is not there. Does nothing for an instrument that is not traded.
    public mutating func show(_ depth: Depth?, for instrument: InstrumentID) {
        guard let index = place(of: instrument) else { return }
        if depths.isEmpty { depths = Array(repeating: nil, count: markets.count) }
        depths[index] = depth
    }

    /// Sends a command at our time `at`; it reaches the venue after the order latency, in the order of sending.
    public mutating func submit(_ command: VenueCommand, at: Timestamp) {
        let due = at + jitter.delay(configuration.orderLatency)
        lastArrival = max(lastArrival, max(due, walk.clock))
        let market = place(of: command.instrument)
        commands.append(CommandInFlight(command: command, market: market, arrival: lastArrival))
        guard let market else { return }
        let wasActive = markets[market].isActive
        markets[market].commandsInFlight += 1
        if !wasActive, walk.point > 0 { enter(market) }
    }

    /// New contract terms for the instrument of the same id, from now on. Resting orders keep their old grid.
    public mutating func list(_ new: Instrument) {
        guard let index = place(of: new.id) else { return }
        terms[index] = new
        updateMargin(index)
    }

    /// Pays into the account (positive) or out of it, and tells so.
    public mutating func deposit(_ amount: Money) {
        balance += amount
        totals.deposits += amount
        marginIsStale = true
        emit(.account(account))
    }

    /// Whether nothing is open, resting or under way to the venue.
    public var isIdle: Bool { openPositions == 0 && orders.isEmpty && commands.isEmpty }

    /// Bars of instrument number `index` that open before this instant are quiet: in the distant past when none is.
    ///
    /// The law: while nothing is open, resting, under way to us or to the venue, a bar in the hour for which funding is
    /// fixed changes nothing but the prices, which the next bar replaces. Only the last of such bars must be opened.
    public func quietUntil(_ index: Int) -> Timestamp {
        isIdle && deliveries.isEmpty ? markets[index].fixedUntil : .distantPast
    }

    /// Whether any position is open.
    public var hasPositions: Bool { openPositions != 0 }

    func place(of instrument: InstrumentID) -> Int? {
        for index in markets.indices where markets[index].id == instrument { return index }
        return nil
    }

    /// Tells the trader, after the feed latency.
    mutating func emit(_ event: VenueEvent) {
        lastQueued = max(lastQueued, walk.clock + jitter.delay(configuration.feedLatency))
        deliveries.append(Delivery(time: walk.clock, received: lastQueued, message: .venue(event)))
    }
}

extension VenueCommand {
    var instrument: InstrumentID {
        switch self {
        case .place(let order): order.instrument
        case .amend(_, let instrument, _, _): instrument
        case .cancel(_, let instrument): instrument
        }
    }
}
