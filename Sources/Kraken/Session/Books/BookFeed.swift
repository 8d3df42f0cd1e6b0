public import Market

/// The way of order books to whoever looks at them, the same in front of every surface. A book of which a message was
/// lost is dropped at once, and nothing of it is shown until a new snapshot has come.
public protocol BookFeed: Sendable {
    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>)
    mutating func receive(_ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>)
    /// When to say `.woke`; nil when there is nothing to wait for.
    var nextWake: Timestamp? { get }
    /// The best prices; nil while the book is not the exchange's.
    func top(of symbol: Symbol) -> BookTop?
}

/// What a book feed tells.
public enum BookNews: Hashable, Sendable {
    /// The book is sound and has changed.
    case changed(Symbol)
    /// The book is not the exchange's any more, until it is told as changed.
    case dropped(Symbol)
    /// Healthy only while every book is sound.
    case health(FeedWatch.Health)
    case alarm(DataAlarm)
}

/// The best prices of a book.
public struct BookTop: Hashable, Sendable {
    public let bid: Price
    public let ask: Price

    public init(bid: Price, ask: Price) {
        self.bid = bid
        self.ask = ask
    }
}

/// Where one book stands, and how soon it may be asked for again: at once after a loss, later when it is lost time and
/// again.
struct BookStanding: Hashable, Sendable {
    enum Stage: Hashable, Sendable {
        /// Asked for; no snapshot yet.
        case awaited(since: Timestamp)
        case sound(since: Timestamp)
        /// Lost; to be asked for at this time.
        case lost(until: Timestamp)
        /// The old subscription is being ended.
        case ending(since: Timestamp)
    }

    /// A snapshot that takes longer ends with the connection.
    static let patience = Interval.seconds(10)
    /// A book that was sound for so long counts as recovered.
    private static let recovery = Interval.minutes(1)

    private(set) var stage: Stage
    private(set) var lossesInARow = 0

    init(awaitedSince now: Timestamp) { stage = .awaited(since: now) }

    var isSound: Bool {
        if case .sound = stage { true } else { false }
    }

    mutating func asked(at now: Timestamp) { stage = .awaited(since: now) }
    mutating func ending(at now: Timestamp) { stage = .ending(since: now) }
    mutating func sounded(at now: Timestamp) { if !isSound { stage = .sound(since: now) } }

    mutating func lost(at now: Timestamp) {
        if case .sound(let since) = stage, now - since >= Self.recovery { lossesInARow = 0 }
        lossesInARow += 1
        let pause = lossesInARow == 1 ? Interval.zero : .seconds(1 << Int64(min(lossesInARow - 2, 5)))
        stage = .lost(until: now + pause)
    }

    /// When time alone makes something due.
    var deadline: Timestamp? {
        switch stage {
        case .awaited(let since), .ending(let since): since + Self.patience
        case .lost(let until): until
        case .sound: nil
        }
    }
}
