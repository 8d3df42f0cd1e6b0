public import Exchange
public import Kraken
public import Market
public import Venue

/// The venue of paper trading: the simulated exchange, fed with the live market's prices.
///
/// Orders meet the market in steps of a second. A step's price moves from the middle of the last quote before it to that
/// of the last quote in it, through the extremes in between, whichever way hurts; a resting order is filled when the
/// middle trades one tick through its price. Market orders pay half the quoted spread and the assumed slippage. Without
/// prices nothing happens to an order, and the first price after a silence is the market.
///
/// Time comes in with each call and nothing else does, so a journal's prices and commands make the same venue again.
public struct PaperGateway: Gateway {
    public struct Configuration: Hashable, Sendable {
        /// In the account at the start.
        public var equity: Money
        public var exchange: ExchangeConfiguration
        /// Added to half of every quoted spread, as a share of the price.
        public var slippage: Rate

        public init(equity: Money, exchange: ExchangeConfiguration, slippage: Rate) {
            self.equity = equity
            self.exchange = exchange
            self.slippage = slippage
        }
    }

    /// The length of a step.
    public static let step = Interval.seconds(1)

    public let configuration: Configuration
    public let capabilities: Capabilities
    private var venue: SimulatedExchange?
    private var instruments: [Instrument] = []
    private var tape: [PaperTape] = []
    /// Where the step under way began; nil while nothing is at stake.
    private var stepStart: Timestamp?
    /// Sent, and waiting for a price of their market.
    private var waiting: [VenueCommand] = []
    /// What the venue said and the trader has not heard yet.
    private var said: [VenueEvent] = []
    private var hasStarted = false
    /// Ids of every order that was ever sent.
    private var sent: Set<OrderID> = []

    /// - Parameter surface: whose contract terms and prices are traded on.
    public init(_ configuration: Configuration, surface: Surface) {
        self.configuration = configuration
        capabilities = Capabilities(surface)
    }

    /// The account at the venue; nil before contract terms are known.
    public var account: AccountReport? { venue?.account }

    // MARK: Gateway

    public mutating func listed(_ terms: [Instrument], at now: Timestamp) {
        guard venue != nil else {
            instruments = terms
            tape = terms.map { _ in PaperTape() }
            venue = SimulatedExchange(
                configuration: configuration.exchange, instruments: terms, balance: configuration.equity,
                start: Timestamp(seconds: 0))
            return
        }
        for instrument in terms { venue?.list(instrument) }
    }

    /// Everything came back with the journal.
    public mutating func resume(_ orders: [Order], bookedFills: [UInt64]) {}

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        hasStarted = true
        outbox.news.append(.health(.healthy))
        tell(into: &outbox)
        reconcile(at: now, into: &outbox)
    }

    public mutating func observe(_ tick: Tick, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        advance(to: now)
        guard let index = instruments.firstIndex(where: { $0.id == tick.instrument }) else { return }
        tape[index].take(tick)
        tell(into: &outbox)
    }

    public mutating func submit(
        _ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        advance(to: now)
        if stepStart == nil {
            stepStart = Self.start(of: now)
            // A price from before the order is no market for it.
            for index in tape.indices { tape[index].forget() }
        }
        if case .place(let order) = command, !sent.insert(order.id).inserted {
            said.append(answer(toRepeated: order.id))
        } else {
            send(command, at: now)
        }
        tell(into: &outbox)
    }

    /// To the venue, or to those that wait until their market has a price.
    private mutating func send(_ command: VenueCommand, at now: Timestamp) {
        let market = instruments.firstIndex { $0.id == command.instrument }
        if let market, !tape[market].isPriced { return waiting.append(command) }
        venue?.submit(command, at: now)
    }

    /// An order that was sent before is not placed again.
    private func answer(toRepeated id: OrderID) -> VenueEvent {
        venue?.openOrders.contains { $0.id == id } == true ? .accepted(id) : .notFound(id)
    }

    public mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        for order in venue?.openOrders ?? [] { submit(.cancel(order.id, order.instrument), at: now, into: &outbox) }
    }

    /// There is nobody who could fall silent: the venue ends with the session, and its orders wait for the next.
    public mutating func setDeadManSwitch(
        seconds: Int64, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        outbox.news.append(.deadManSwitch(nil))
    }

    public mutating func reconcile(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        advance(to: now)
        tell(into: &outbox)
        guard let venue else { return }
        let positions = instruments.indices.map { venue.position($0) }.filter(\.quantity.isPositive)
        let account = AccountReport(
            balance: venue.account.balance, unrealised: venue.account.unrealised,
            initialMargin: venue.account.initialMargin, maintenanceMargin: venue.account.maintenanceMargin, time: now)
        outbox.news.append(
            .reconciled(
                AccountTruth(
                    orders: venue.openOrders.map(\.id), foreignOrders: [],
                    positions: positions.map { $0.stamped(now) }, account: account, at: now)))
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        advance(to: now)
        tell(into: &outbox)
    }

    public var nextWake: Timestamp? { said.isEmpty ? stepStart.map { $0 + Self.step } : .distantPast }

    // MARK: Recovery

    /// Takes what a journal says the session did at `now`: prices in, commands out. What the venue answers is kept until
    /// `heard` says which of it the journal has.
    public mutating func remember(_ tick: Tick?, _ commands: [VenueCommand], at now: Timestamp) {
        var nobody = SessionOutbox<GatewayNews>()
        if let tick { observe(tick, at: now, into: &nobody) }
        for command in commands { submit(command, at: now, into: &nobody) }
    }

    /// The journal holds this answer of the venue: it need not be told again.
    public mutating func heard(_ event: VenueEvent, at now: Timestamp) {
        advance(to: now)
        if let place = said.firstIndex(where: { $0.isSameNews(as: event) }) { said.removeFirst(place + 1) }
    }

    // MARK: Steps

    private static func start(of time: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: time.nanoseconds - time.nanoseconds % step.nanoseconds)
    }

    private mutating func tell(into outbox: inout SessionOutbox<GatewayNews>) {
        guard hasStarted else { return }
        for event in said { outbox.news.append(.event(event)) }
        said.removeAll(keepingCapacity: true)
    }

    /// Plays every step that has ended.
    private mutating func advance(to now: Timestamp) {
        while let start = stepStart, start + Self.step <= now {
            play(from: start)
            stepStart = venue?.isIdle == true && waiting.isEmpty ? nil : start + Self.step
        }
    }

    private mutating func play(from start: Timestamp) {
        for (index, instrument) in instruments.enumerated() {
            guard let bar = tape[index].bar(from: start, Self.step, slippage: configuration.slippage) else { continue }
            venue?.open(bar, for: index)
            for command in waiting where command.instrument == instrument.id { venue?.submit(command, at: start) }
            waiting.removeAll { $0.instrument == instrument.id }
        }
        while let delivery = venue?.next(until: start + Self.step) {
            switch delivery.message {
            case .tick: break
            case .venue(let event): said.append(event)
            }
        }
    }
}

extension VenueCommand {
    fileprivate var instrument: InstrumentID {
        switch self {
        case .place(let order): order.instrument
        case .amend(_, let instrument, _, _): instrument
        case .cancel(_, let instrument): instrument
        }
    }
}

extension PositionReport {
    fileprivate func stamped(_ time: Timestamp) -> PositionReport {
        PositionReport(
            instrument: instrument, side: side, quantity: quantity, entryPrice: entryPrice,
            liquidationPrice: liquidationPrice, time: time)
    }
}

extension VenueEvent {
    /// Whether both tell of one thing. Reports of account and positions are told again by every look.
    fileprivate func isSameNews(as other: VenueEvent) -> Bool {
        switch self {
        case .position, .account: false
        case .accepted, .rejected, .triggered, .filled, .cancelled, .amended, .notFound, .funding: self == other
        }
    }
}
