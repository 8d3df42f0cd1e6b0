import Exchange
public import Market
public import Research

/// A Kraken in the box, as a value: bytes in, bytes out, time given. It owns the market, the accounts and every
/// connection's subscriptions; whoever holds it owns the sockets and the clock.
///
/// Time is the market's. It moves by `advance(to:)` and by the time that comes with each request and frame; what is
/// due before that happens first. Nothing in it depends on anything else, so the same calls give the same bytes.
public struct LocalExchange: Sendable {
    public let configuration: LocalExchangeConfiguration
    /// Who may trade, in the order given.
    public let setups: [AccountSetup]
    var tape: Tape
    var accounts: [Account]
    var clock: Timestamp
    var outbox: [Outgoing] = []
    /// The number of accounts by key; looked up, never listed.
    var accountByFuturesKey: [String: Int] = [:]
    var accountBySpotKey: [String: Int] = [:]
    /// Open connections, in the order of opening.
    var connections: [ConnectionID] = []
    /// Looked up, never listed.
    var sessions: [ConnectionID: Session] = [:]
    var legacy: LegacyFeeds
    var stream = StreamFeeds()
    var unified = UnifiedFeeds()
    var faults: FaultState
    /// When figures that move with the mark were told last.
    var reportedAt = Timestamp.distantPast
    /// When feeds were told of the market last.
    var shownAt = Timestamp.distantPast
    /// WebSocket tokens that have not expired, oldest first.
    var tokens: [StreamToken] = []

    public init(
        configuration: LocalExchangeConfiguration, markets: [MarketHistory], accounts setups: [AccountSetup],
        start: Timestamp
    ) {
        self.configuration = configuration
        self.setups = setups
        clock = start
        tape = Tape(markets, configuration: configuration, start: start)
        accounts = []
        faults = FaultState(configuration.faults)
        legacy = LegacyFeeds(markets: markets.count, seed: configuration.seed)
        for (number, setup) in setups.enumerated() {
            accounts.append(
                Account(setup, number: number, markets: tape.markets, configuration: configuration, start: start))
            accountByFuturesKey[setup.keys.futuresKey] = number
            accountBySpotKey[setup.keys.spotKey] = number
        }
        advance(to: start)
    }

    /// When `advance` has something to do; nil when nothing will ever happen by itself.
    public var nextEvent: Timestamp? {
        let times = [tape.next, nextDeadMan, nextLegacyBeat, nextStreamBeat, faults.next].compactMap { $0 }
        return times.min()
    }

    /// Moves the market to `time` and writes what the feeds say of it. An earlier time changes nothing.
    public mutating func advance(to time: Timestamp) {
        while let next = nextEvent, next <= time {
            clock = max(clock, next)
            if let due = tape.next, due <= next { moveMarket() }
            strike()
            fireDeadMen()
            beatLegacy()
            beatStream()
        }
        clock = max(clock, time)
        for account in accounts.indices { accounts[account].run(until: clock, tape.markets) }
        deliverNews()
    }

    /// What the connections are to be told, in order.
    public mutating func takeOutbox() -> [Outgoing] {
        guard !outbox.isEmpty || faults.hasReleased else { return [] }
        defer { outbox.removeAll(keepingCapacity: true) }
        return faults.pass(outbox, at: clock)
    }

    private mutating func moveMarket() {
        guard let move = tape.move() else { return }
        for account in accounts.indices {
            accounts[account].run(until: move.time, tape.markets)
            for opened in move.opened { accounts[account].venue.open(opened.bar, for: opened.market) }
        }
        deliverNews()
        let isShown = clock - shownAt >= configuration.showing
        if isShown {
            shownAt = clock
            tellLegacy(move)
        }
        tellStream(move, isShown: isShown)
        report()
    }

    /// The contract that a request names, in any case; nil when it is not listed.
    func market(_ symbol: String) -> Int? {
        let wanted = symbol.uppercased()
        return tape.markets.firstIndex { $0.names.contract == wanted && !$0.state.isDelisted }
    }

    /// Tells the feeds what happened to accounts.
    mutating func deliverNews() {
        for account in accounts.indices {
            let news = accounts[account].takeNews()
            guard !news.isEmpty else { continue }
            tellLegacy(news, of: account)
            tellUnified(news, of: account)
        }
    }

    /// What moves with the mark is told again now and then.
    private mutating func report() {
        guard clock - reportedAt >= configuration.heartbeat else { return }
        reportedAt = clock
        reportLegacy()
        reportUnified()
    }

    // MARK: Dead man's switch

    private var nextDeadMan: Timestamp? { accounts.compactMap(\.deadMan).min() }

    private mutating func fireDeadMen() {
        for account in accounts.indices {
            guard let due = accounts[account].deadMan, due <= clock else { continue }
            accounts[account].deadMan = nil
            for order in accounts[account].open {
                accounts[account].cancel(order.number, .deadMan, at: clock, tape.markets)
            }
        }
        deliverNews()
    }
}
