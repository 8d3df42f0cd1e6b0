public import Exchange
public import Kraken
public import Market
public import Venue

/// The venue of paper trading: the simulated exchange, fed with the live market's quotes, one after the other.
///
/// The rules, each the less favourable one where the feed does not say:
/// - The market stands still between two quotes and jumps from one to the next: a stop that was jumped over fills at the
///   quote behind the jump, not at its trigger.
/// - What can trade meets the first quote of its market that comes after it has arrived. Without quotes nothing fills, and
///   the first one after a silence is the market.
/// - A market order takes from the book that was seen last, level after level, and no more than it holds. Without a fresh
///   book it pays the other side of the quote and the assumed slippage.
/// - Orders are under way for as long as was assumed, or for as long as the market's news there and back if that is more.
/// - A resting limit fills at its own price when the middle of a quote is a tick through it, and never on the quote
///   that it arrived at.
/// - Cancels, and triggers that the last quote has not reached, need no quote.
///
/// Time comes in with each call and nothing else does, so a journal's prices and commands make the same venue again.
public struct PaperGateway: Gateway {
    public struct Configuration: Hashable, Sendable {
        /// In the account at the start.
        public var equity: Money
        public let exchange: ExchangeConfiguration
        /// Added to half of every quoted spread, as a share of the price.
        public var slippage: Rate
        /// From sending a command to its arrival.
        public let latency: Interval

        /// - Parameter exchange: its assumptions about spread, impact, volume and path give way to what the quotes tell,
        ///   and its order latency at its longest is that of every command.
        public init(equity: Money, exchange: ExchangeConfiguration, slippage: Rate) {
            self.equity = equity
            self.slippage = slippage
            // Never none: what is sent at one instant arrives together, in whatever order it was sent.
            latency = max(.milliseconds(1), exchange.orderLatency.longest)
            var exchange = exchange
            exchange.orderLatency = .none
            exchange.feedLatency = .none
            exchange.halfSpread = .ofBar
            exchange.impact = .zero
            exchange.participation = nil
            exchange.path = .worst
            self.exchange = exchange
        }
    }

    public let configuration: Configuration
    public let capabilities: Capabilities
    private var venue: SimulatedExchange?
    private var instruments: [Instrument] = []
    /// Of each market the book that was kept last, and when.
    private var depths: [(depth: Depth, at: Timestamp)?] = []
    /// Of the live market's news.
    private var newsAge = Interval.zero
    /// The last quote of each market since something is at stake.
    private var quotes: [PaperQuote?] = []
    /// Sent, and not yet taken by the venue; in the order of arrival.
    private var waiting: [Waiting] = []
    /// What the venue said and the trader has not heard yet.
    private var said: [VenueEvent] = []
    /// What a journal heard from the venue that the venue, made again, does not say.
    public private(set) var unexplained: [VenueEvent] = []
    private var hasStarted = false

    private struct Waiting: Hashable, Sendable {
        let command: VenueCommand
        let arrival: Timestamp
    }

    /// - Parameter surface: whose contract terms and prices are traded on.
    public init(_ configuration: Configuration, surface: Surface) {
        self.configuration = configuration
        capabilities = Capabilities(surface)
    }

    // MARK: What stands

    /// The account at the venue; nil before contract terms are known.
    public var account: AccountReport? { venue?.account }
    /// Live orders in order of acceptance, each with what is left of it.
    public var openOrders: [Order] { venue?.openOrders ?? [] }
    /// Every open position, in the order of the markets.
    public var positions: [PositionReport] {
        guard let venue else { return [] }
        return instruments.indices.map { venue.position($0) }.filter(\.quantity.isPositive)
    }
    /// What was realised, paid and charged so far.
    public var totals: ExchangeTotals { venue?.totals ?? ExchangeTotals() }
    /// Commands that have not been taken yet.
    public var commandsUnderWay: [VenueCommand] { waiting.map(\.command) }

    // MARK: Gateway

    public mutating func listed(_ terms: [Instrument], at now: Timestamp) {
        guard venue != nil else {
            instruments = terms
            quotes = terms.map { _ in nil }
            depths = terms.map { _ in nil }
            venue = SimulatedExchange(
                configuration: configuration.exchange, instruments: terms, balance: configuration.equity,
                start: Timestamp(seconds: 0))
            return
        }
        for instrument in terms { venue?.list(instrument) }
    }

    /// Everything came back with the journal.
    public mutating func resume(
        _ orders: [Order], setups: [UInt64], bookedFills: [UInt64], fundingSince: Timestamp
    ) {}

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        hasStarted = true
        if let first = unexplained.first {
            let detail =
                "\(unexplained.count) answers in the journal that the venue does not give again, first \(first)"
            outbox.news.append(.alarm(DataAlarm(.sourcesDiffer, detail)))
        }
        outbox.news.append(.health(.healthy))
        reconcile(at: now, into: &outbox)
    }

    public mutating func observe(_ tick: Tick, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        advance(to: now)
        if let quote = PaperQuote(tick), let index = instruments.firstIndex(where: { $0.id == tick.instrument }),
            !isAtRest
        {
            quotes[index] = quote
            meet(quote, index, at: now)
        }
        tell(into: &outbox)
    }

    public mutating func observe(_ depth: Depth, at now: Timestamp) -> Depth? {
        guard let index = instruments.firstIndex(where: { $0.id == depth.instrument }), let stake = stake(in: index)
        else { return nil }
        if let last = depths[index], now - last.at < Self.depthPause { return nil }
        let kept = depth.top(holding: stake + stake, atMost: Self.depthLevels)
        remember(kept, at: now)
        return kept
    }

    public mutating func observe(age: Interval, at now: Timestamp) -> Bool {
        remember(age: age)
        return true
    }

    public mutating func submit(
        _ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        advance(to: now)
        // A quote from before the order is no market for it.
        if isAtRest { quotes = instruments.map { _ in nil } }
        let new = Waiting(command: command, arrival: now + latency)
        // What was sent at one instant has one order, however it was handed over.
        let place = waiting.firstIndex { ($0.arrival, $0.command.rank) > (new.arrival, command.rank) }
        waiting.insert(new, at: place ?? waiting.endIndex)
        tell(into: &outbox)
    }

    public mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        let orders = openOrders.map { VenueCommand.cancel($0.id, $0.instrument) }
        let underWay = waiting.compactMap { item -> VenueCommand? in
            guard case .place(let order) = item.command else { return nil }
            return .cancel(order.id, order.instrument)
        }
        for cancel in orders + underWay { submit(cancel, at: now, into: &outbox) }
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
        guard let account else { return }
        outbox.news.append(
            .reconciled(
                AccountTruth(
                    orders: openOrders.map(\.id), foreignOrders: [], positions: positions.map { $0.stamped(now) },
                    account: account.stamped(now), at: now)))
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        advance(to: now)
        tell(into: &outbox)
    }

    public var nextWake: Timestamp? {
        said.isEmpty ? waiting.indices.lazy.filter(goesWithoutQuote).map { waiting[$0].arrival }.min() : .distantPast
    }

    // MARK: Recovery

    /// Takes what a journal says the session did at `now`: prices in, commands out. What the venue answers is kept until
    /// `heard` says which of it the journal has.
    public mutating func remember(_ tick: Tick?, _ commands: [VenueCommand], at now: Timestamp) {
        var nobody = SessionOutbox<GatewayNews>()
        if let tick { observe(tick, at: now, into: &nobody) }
        for command in commands { submit(command, at: now, into: &nobody) }
    }

    /// What a journal says was kept of a book at `now`.
    public mutating func remember(_ depth: Depth, at now: Timestamp) {
        guard let index = instruments.firstIndex(where: { $0.id == depth.instrument }) else { return }
        depths[index] = (depth, now)
    }

    /// What a journal says of the age of news.
    public mutating func remember(age: Interval) { newsAge = age }

    /// The journal holds this answer of the venue: it need not be told again.
    public mutating func heard(_ event: VenueEvent, at now: Timestamp) {
        advance(to: now)
        if let place = said.firstIndex(where: { $0.isSameNews(as: event) }) {
            said.removeFirst(place + 1)
        } else if event.isNews {
            unexplained.append(event)
        }
    }

    // MARK: The book and the way to it

    /// From sending a command to the quote that it meets: the way there, and the quote's way here.
    private var latency: Interval { max(configuration.latency, newsAge + newsAge) }

    /// Between two books that are kept.
    private static let depthPause = Interval.milliseconds(500)
    /// An older book is none.
    private static let depthLife = Interval.seconds(5)
    private static let depthLevels = 25
    /// A trigger this close to what it watches may fire any moment.
    private static let nearTrigger = Rate.basisPoints(25)

    /// The largest order that may soon take from the book; nil when none may.
    private func stake(in index: Int) -> Quantity? {
        let id = instruments[index].id
        var orders: [Order] = []
        for item in waiting {
            if case .place(let order) = item.command, order.instrument == id { orders.append(order) }
        }
        if let quote = quotes[index] {
            orders += openOrders.filter { $0.instrument == id && quote.isNear($0.kind, within: Self.nearTrigger) }
        }
        return orders.map(\.quantity).max()
    }

    /// Lets takers meet the book that was seen last; false when that was too long ago.
    private mutating func showDepth(_ index: Int, at now: Timestamp) -> Bool {
        let fresh = depths[index].flatMap { now - $0.at <= Self.depthLife ? $0.depth : nil }
        venue?.show(fresh, for: instruments[index].id)
        return fresh != nil
    }

    // MARK: The venue's time

    private var isAtRest: Bool { waiting.isEmpty && venue?.isIdle != false }

    private mutating func tell(into outbox: inout SessionOutbox<GatewayNews>) {
        guard hasStarted else { return }
        for event in said { outbox.news.append(.event(event)) }
        said.removeAll(keepingCapacity: true)
    }

    /// How long the venue's market stands at a quote: as good as nothing, with room for the points of a bar.
    private static let moment = Interval(nanoseconds: 30)

    /// A quote comes: what rests meets it, then what has arrived meanwhile.
    private mutating func meet(_ quote: PaperQuote, _ index: Int, at now: Timestamp) {
        guard let clock = venue?.time else { return }
        let start = max(now, clock)
        // Hours that ended meanwhile.
        run(until: start)
        let slippage = showDepth(index, at: now) ? .zero : configuration.slippage
        let bar = quote.bar(from: start, Self.moment, slippage: slippage)
        venue?.open(bar, for: index)
        run(until: start + Self.moment)
        let id = instruments[index].id
        while let place = waiting.firstIndex(where: { $0.command.instrument == id && $0.arrival <= now }) {
            take(waiting.remove(at: place).command)
        }
    }

    /// Takes what has arrived by `now` and needs no quote.
    private mutating func advance(to now: Timestamp) {
        while let place = waiting.indices.first(where: { waiting[$0].arrival <= now && goesWithoutQuote($0) }) {
            let item = waiting.remove(at: place)
            run(until: item.arrival)
            take(item.command)
        }
    }

    /// Commands for one order go in their order; those for other orders may overtake.
    private func goesWithoutQuote(_ place: Int) -> Bool {
        let command = waiting[place].command
        guard !waiting[..<place].contains(where: { $0.command.order == command.order }) else { return false }
        // An unknown contract has no quotes: the refusal needs none.
        guard let index = instruments.firstIndex(where: { $0.id == command.instrument }) else { return true }
        switch command {
        case .cancel: return true
        case .place(let order): return quotes[index].map { !$0.reaches(order.kind, order.side) } ?? false
        case .amend(let id, _, _, let price):
            guard let order = openOrders.first(where: { $0.id == id }) else { return true }
            guard let quote = quotes[index] else { return false }
            return !quote.reaches(price.map { order.kind.moved(to: $0) } ?? order.kind, order.side)
        }
    }

    private mutating func take(_ command: VenueCommand) {
        guard let clock = venue?.time else { return }
        venue?.submit(command, at: clock)
        run(until: clock + Interval(nanoseconds: 1))
    }

    private mutating func run(until end: Timestamp) {
        let before = said.count
        while let delivery = venue?.next(until: end) {
            switch delivery.message {
            case .tick: break
            case .venue(let event): said.append(event)
            }
        }
        // Equity at every quote is more than anybody needs: a look at the account tells it.
        if said.count == before + 1, case .account = said[before] { said.removeLast() }
    }
}

extension VenueCommand {
    fileprivate var order: OrderID {
        switch self {
        case .place(let order): order.id
        case .amend(let id, _, _, _), .cancel(let id, _): id
        }
    }

    fileprivate var instrument: InstrumentID {
        switch self {
        case .place(let order): order.instrument
        case .amend(_, let instrument, _, _), .cancel(_, let instrument): instrument
        }
    }

    /// What protects before what adds risk; changes behind what they change.
    fileprivate var rank: Int {
        switch self {
        case .place(let order): order.reduceOnly ? 0 : 1
        case .amend: 2
        case .cancel: 3
        }
    }

    var addsExposure: Bool {
        switch self {
        case .place(let order): !order.reduceOnly
        case .amend, .cancel: false
        }
    }
}

extension OrderKind {
    fileprivate func moved(to price: Price) -> OrderKind {
        switch self {
        case .limit: .limit(price)
        case .postOnly: .postOnly(price)
        case .market: .market
        case .stopMarket(_, let source): .stopMarket(trigger: price, source)
        case .takeProfitMarket(_, let source): .takeProfitMarket(trigger: price, source)
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

extension AccountReport {
    fileprivate func stamped(_ time: Timestamp) -> AccountReport {
        AccountReport(
            balance: balance, unrealised: unrealised, initialMargin: initialMargin,
            maintenanceMargin: maintenanceMargin, time: time)
    }
}

extension VenueEvent {
    /// Reports of account and positions are told again by every look.
    fileprivate var isNews: Bool {
        switch self {
        case .position, .account: false
        case .accepted, .rejected, .triggered, .filled, .cancelled, .amended, .notFound, .found, .funding: true
        }
    }

    /// Whether both tell of one thing.
    fileprivate func isSameNews(as other: VenueEvent) -> Bool { isNews && self == other }
}
