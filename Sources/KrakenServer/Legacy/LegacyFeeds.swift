import Market

/// Who listens to what on WebSocket v1, and how far each feed has got.
struct LegacyFeeds: Sendable {
    /// A feed of one product.
    enum Product: Int, Hashable, Sendable, CaseIterable {
        case ticker
        case tickerLite
        case trade
        case book

        init?(name: String) {
            guard let found = Product.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }

        var name: String {
            switch self {
            case .ticker: "ticker"
            case .tickerLite: "ticker_lite"
            case .trade: "trade"
            case .book: "book"
            }
        }
    }

    /// A feed of one account.
    enum Private: String, Hashable, Sendable, CaseIterable {
        case openOrders = "open_orders"
        case openOrdersVerbose = "open_orders_verbose"
        case fills
        case openPositions = "open_positions"
        case balances
        case accountLog = "account_log"
        case notifications = "notifications_auth"
    }

    struct Subscription: Sendable {
        let connection: ConnectionID
        let account: Int
        let feed: Private
        /// Frames, or fills, written in this subscription.
        var sequence: Int64 = 0
    }

    /// What the listeners of a book have been told.
    struct BookState: Sendable {
        var book = Book()
        var sequence: Int64
    }

    /// By market, then by feed.
    private var listeners: [[[ConnectionID]]]
    private(set) var heartbeat: [ConnectionID] = []
    var subscriptions: [Subscription] = []
    var books: [BookState]
    var tickedAt: [Timestamp]
    var beatAt = Timestamp.distantPast

    init(markets: Int, seed: UInt64) {
        listeners = (0..<markets).map { _ in Product.allCases.map { _ in [] } }
        books = (0..<markets).map { BookState(sequence: Int64(Mixer.mix(seed, UInt64($0)) % 1_000_000_000)) }
        tickedAt = Array(repeating: .distantPast, count: markets)
    }

    func listeners(_ feed: Product, _ market: Int) -> [ConnectionID] { listeners[market][feed.rawValue] }

    mutating func add(_ connection: ConnectionID, _ feed: Product, _ market: Int) {
        guard !listeners[market][feed.rawValue].contains(connection) else { return }
        listeners[market][feed.rawValue].append(connection)
    }

    mutating func remove(_ connection: ConnectionID, _ feed: Product, _ market: Int) {
        listeners[market][feed.rawValue].removeAll { $0 == connection }
    }

    mutating func add(heartbeat connection: ConnectionID) {
        if !heartbeat.contains(connection) { heartbeat.append(connection) }
    }

    mutating func remove(heartbeat connection: ConnectionID) { heartbeat.removeAll { $0 == connection } }

    mutating func add(_ subscription: Subscription) {
        remove(subscription.connection, subscription.feed)
        subscriptions.append(subscription)
    }

    mutating func remove(_ connection: ConnectionID, _ feed: Private) {
        subscriptions.removeAll { $0.connection == connection && $0.feed == feed }
    }

    mutating func forget(_ connection: ConnectionID) {
        for market in listeners.indices {
            for feed in Product.allCases { remove(connection, feed, market) }
        }
        remove(heartbeat: connection)
        subscriptions.removeAll { $0.connection == connection }
    }
}
