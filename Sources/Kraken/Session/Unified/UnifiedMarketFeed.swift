public import Market
public import Venue
import Wire

/// Ticks of perpetuals from the public Unified WebSocket.
///
/// Whether the ticker tells mark, index and funding is not documented. Where it does not, the mark comes from candles of
/// the mark price and the index from those of the index, on a connection of its own, because candles may not say of which
/// price they are. Funding is then not to be had: `assumedFunding` stands for it, and an alarm says so once.
public struct UnifiedMarketFeed: MarketFeed {
    public let instruments: [InstrumentID]
    private let assumedFunding: HourlyFunding
    private var prices: PublicLine
    private var indices: PublicLine
    /// By instrument; looked up, never listed.
    private var quotes: [InstrumentID: Quote] = [:]
    private var statuses: [InstrumentID: MarketNews.MarketState] = [:]
    private var told: [InstrumentID: MarketNews.MarketState] = [:]
    private var system = MarketNews.MarketState.open
    private var health = (prices: FeedWatch.Health.recovering, indices: FeedWatch.Health.recovering)
    private var toldHealth = FeedWatch.Health.recovering
    private var reported: Set<String> = []

    /// What is known of one market; nothing of it outlives the connection that it came by.
    private struct Quote: Sendable {
        var bid: Price?
        var ask: Price?
        var last: Price?
        var mark: Price?
        var index: Price?
        var funding: HourlyFunding?
    }

    /// - Parameters:
    ///   - assumedFunding: the rate in ticks as long as none is told.
    ///   - seed: for the random part of the pauses between connections.
    public init(
        _ instruments: [InstrumentID], assumedFunding: HourlyFunding = .zero, hurry: Int64 = 1, seed: UInt64 = 7
    ) {
        self.instruments = instruments
        self.assumedFunding = assumedFunding
        let watch = FeedWatch(silence: .seconds(10), staleness: .seconds(30), hurry: hurry)
        prices = PublicLine(
            .unifiedPublic, firstSocket: 0, watch: watch, seed: seed,
            wishes: [
                Self.wish(Unified.Subscription(.ticker, instruments, snapshot: true)),
                Self.wish(.candles(instruments, minutes: 1, .mark)),
                Self.wish(Unified.Subscription(.instrument, snapshot: true)),
            ])
        indices = PublicLine(
            .unifiedPublic, firstSocket: 1_000_000, watch: watch, seed: seed ^ 0x1d,
            wishes: [Self.wish(.candles(instruments, minutes: 1, .spot))])
    }

    static func wish(_ subscription: Unified.Subscription) -> PublicLine.Wish {
        .init(symbols: subscription.instruments.map(\.description)) { id in
            Unified.Request(.subscribe(subscription), id: id).bytes
        }
    }

    public var nextWake: Timestamp? { [prices.nextWake, indices.nextWake].compactMap { $0 }.min() }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        prices.start(at: now, into: &outbox)
        indices.start(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        for event in prices.receive(input, at: now, into: &outbox) {
            switch event {
            case .opened, .lost: for id in instruments { forgetPrices(of: id) }
            case .frame(let frame): take(frame, at: now, into: &outbox)
            case .answered: break
            case .alarm(let alarm): outbox.news.append(.alarm(alarm))
            }
        }
        for event in indices.receive(input, at: now, into: &outbox) {
            switch event {
            case .opened, .lost: for id in instruments { quotes[id]?.index = nil }
            case .frame(let frame): takeIndex(frame, at: now)
            case .answered: break
            case .alarm(let alarm): outbox.news.append(.alarm(alarm))
            }
        }
        tellHealth(at: now, into: &outbox)
    }

    private mutating func forgetPrices(of id: InstrumentID) { quotes[id] = Quote(index: quotes[id]?.index) }

    /// The worse of both lines.
    private mutating func tellHealth(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        if let changed = prices.changedHealth(at: now) { health.prices = changed }
        if let changed = indices.changedHealth(at: now) { health.indices = changed }
        let worse = health.prices == .healthy ? health.indices : health.prices
        guard worse != toldHealth else { return }
        toldHealth = worse
        outbox.news.append(.health(worse))
    }

    // MARK: Prices

    private mutating func take(
        _ frame: Unified.Frame, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        switch frame {
        case .ticker(_, let tickers):
            for ticker in tickers { take(ticker, at: now, into: &outbox) }
        case .candles(_, let candles):
            for (id, close) in latest(candles, of: .mark) {
                quotes[id, default: Quote()].mark = close
                prices.heardContent(at: now)
                tell(id, at: now, into: &outbox)
            }
            if instruments.allSatisfy({ quotes[$0]?.mark != nil }) { prices.recovered() }
        case .instruments(_, let list):
            for instrument in list where instruments.contains(instrument.symbol) {
                statuses[instrument.symbol] = state(of: instrument.status, into: &outbox)
            }
            tellStates(into: &outbox)
        case .status(let status):
            system = state(of: status.system.text, into: &outbox)
            tellStates(into: &outbox)
        case .heartbeat, .pong, .reply, .book, .trades, .executions, .positions, .margin, .balances, .ledgers,
            .unrecognised:
            break
        }
    }

    private mutating func take(
        _ ticker: Unified.Ticker, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        let id = ticker.instrument
        guard instruments.contains(id) else { return }
        var quote = quotes[id] ?? Quote()
        quote.bid = ticker.bid ?? quote.bid
        quote.ask = ticker.ask ?? quote.ask
        quote.last = ticker.last ?? quote.last
        quote.index = ticker.index ?? quote.index
        quote.funding = ticker.relativeFunding.map { HourlyFunding($0) } ?? quote.funding
        if let mark = ticker.mark {
            quote.mark = mark
            prices.heardContent(at: now)
        }
        quotes[id] = quote
        tell(id, at: now, into: &outbox)
    }

    private mutating func takeIndex(_ frame: Unified.Frame, at now: Timestamp) {
        guard case .candles(_, let candles) = frame else { return }
        for (id, close) in latest(candles, of: .spot) {
            quotes[id, default: Quote()].index = close
            indices.heardContent(at: now)
        }
        if instruments.allSatisfy({ quotes[$0]?.index != nil }) { indices.recovered() }
    }

    /// The close of each market's newest candle; those that say that they are of another price are left out.
    private func latest(_ candles: [Unified.Candle], of type: Unified.TickType) -> [(InstrumentID, Price)] {
        instruments.compactMap { id in
            candles.filter { $0.instrument == id && ($0.tickType ?? .known(type)) == .known(type) }
                .max { $0.openTime < $1.openTime }.map { (id, $0.close) }
        }
    }

    /// A tick once all of its prices are known. Candles do not say when they changed: the time is that of hearing it.
    private mutating func tell(
        _ id: InstrumentID, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        guard let quote = quotes[id], let bid = quote.bid, let ask = quote.ask, let last = quote.last,
            let mark = quote.mark, let index = quote.index
        else { return }
        if quote.funding == nil {
            let text = "no funding rate is told on this surface: \(assumedFunding.rate) an hour stands for it"
            report(.unsupported, text, into: &outbox)
        }
        let tick = Tick(
            instrument: id, mark: mark, index: index, last: last, bid: bid, ask: ask,
            funding: quote.funding ?? assumedFunding, time: now)
        outbox.news.append(.tick(tick))
    }

    // MARK: States

    private mutating func state(
        of word: String?, into outbox: inout SessionOutbox<MarketNews>
    ) -> MarketNews.MarketState {
        switch word {
        case "online": return .open
        case "post_only": return .postOnly
        case "cancel_only", "limit_only", "reduce_only", "maintenance", "delisted", "work_in_progress":
            return .suspended
        case nil:
            report(.unrecognisedValue, "a market without a state", into: &outbox)
            return .suspended
        case let other?:
            report(.unrecognisedValue, "market state '\(other)'", into: &outbox)
            return .suspended
        }
    }

    /// A market is as restricted as itself or the whole exchange.
    private mutating func tellStates(into outbox: inout SessionOutbox<MarketNews>) {
        for id in instruments {
            guard let own = statuses[id] else { continue }
            let state = own.rawValue > system.rawValue ? own : system
            guard told[id] != state else { continue }
            told[id] = state
            outbox.news.append(.state(id, state))
        }
    }

    private mutating func report(
        _ kind: DataAlarm.Kind, _ text: String, into outbox: inout SessionOutbox<MarketNews>
    ) {
        if reported.insert(text).inserted { outbox.news.append(.alarm(DataAlarm(kind, text))) }
    }
}
