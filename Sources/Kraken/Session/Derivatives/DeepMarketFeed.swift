public import Market
public import Venue

/// Prices and books of perpetuals from WebSocket v1, each on a connection of its own. A book that is lost keeps nobody from
/// trading: its feed tells of depth while it has it, and raises an alarm when it has not.
public struct DeepMarketFeed: MarketFeed {
    private var prices: DerivativesMarketFeed
    private var books: SequencedBookFeed
    /// By instrument; looked up, never listed.
    private var nextDepth: [Symbol: Timestamp] = [:]
    private let pause: Interval

    /// Levels of each side that are told.
    private static let levels = 25

    public init(_ instruments: [InstrumentID], hurry: Int64 = 1, seed: UInt64 = 2) {
        prices = DerivativesMarketFeed(instruments, hurry: hurry, seed: seed)
        books = SequencedBookFeed(instruments, hurry: hurry, seed: seed ^ 0x2b)
        pause = Interval(nanoseconds: Interval.milliseconds(200).nanoseconds * hurry)
    }

    public var nextWake: Timestamp? { [prices.nextWake, books.nextWake].compactMap { $0 }.min() }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        prices.start(at: now, into: &outbox)
        var other = SessionOutbox<BookNews>()
        books.start(at: now, into: &other)
        take(other, at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        // Each passes over what belongs to the other's connection.
        prices.receive(input, at: now, into: &outbox)
        var other = SessionOutbox<BookNews>()
        books.receive(input, at: now, into: &other)
        take(other, at: now, into: &outbox)
    }

    private mutating func take(
        _ other: SessionOutbox<BookNews>, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        outbox.actions += other.actions
        for news in other.news {
            switch news {
            case .changed(let symbol): tell(symbol, at: now, into: &outbox)
            case .alarm(let alarm): outbox.news.append(.alarm(alarm))
            case .dropped, .health: break
            }
        }
    }

    private mutating func tell(_ symbol: Symbol, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        guard now >= nextDepth[symbol] ?? .distantPast, let book = books.book(of: symbol) else { return }
        nextDepth[symbol] = now + pause
        func levels(_ side: some Collection<Derivatives.BookLevel>) -> [Depth.Level] {
            side.prefix(Self.levels).map { Depth.Level($0.price, $0.quantity) }
        }
        // None is told of a book that contradicts itself.
        guard let depth = Depth(InstrumentID(symbol), bids: levels(book.bids), asks: levels(book.asks)) else { return }
        outbox.news.append(.depth(depth))
    }
}
