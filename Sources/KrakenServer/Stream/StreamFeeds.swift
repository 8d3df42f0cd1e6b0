import Market

/// Who listens to what in the form of WebSocket v2, on Spot and on the Unified surface.
struct StreamFeeds: Sendable {
    enum Side: Hashable, Sendable {
        case spot
        case derivatives
    }

    /// One public feed: everybody on it gets the same bytes.
    enum Channel: Hashable, Sendable {
        case ticker(market: Int, onQuotes: Bool)
        case book(market: Int, depth: Int)
        case trade(market: Int)
        case ohlc(market: Int, minutes: Int64, tick: Tick)
        case instrument

        var market: Int? {
            switch self {
            case .ticker(let market, _), .book(let market, _), .trade(let market), .ohlc(let market, _, _): market
            case .instrument: nil
            }
        }
    }

    /// The price that candles are made of.
    enum Tick: String, Hashable, Sendable {
        case trade
        case mark
        case spot
    }

    struct Group: Sendable {
        let side: Side
        let channel: Channel
        var connections: [ConnectionID] = []
        /// What the listeners of a book hold.
        var book = Book()
        /// The candle that is forming.
        var candle: ChartCandle?
        /// It has changed since the listeners were told of it.
        var hasUntoldCandle = false
        var bid = Price.zero
        var ask = Price.zero
    }

    /// In the order of their first subscriptions.
    var groups: [Group] = []
    /// Connections with at least one subscription ever, which get heartbeats.
    private(set) var members: [ConnectionID] = []
    /// Members that were written to since the last heartbeat; looked up, never listed.
    var busy: Set<ConnectionID> = []
    var beatAt = Timestamp.distantPast

    func place(_ side: Side, _ channel: Channel) -> Int? {
        groups.firstIndex { $0.side == side && $0.channel == channel }
    }

    func hears(_ connection: ConnectionID, _ side: Side, _ channel: Channel) -> Bool {
        place(side, channel).map { groups[$0].connections.contains(connection) } ?? false
    }

    /// The place of the channel's group, made when there is none.
    mutating func group(_ side: Side, _ channel: Channel) -> Int {
        if let found = place(side, channel) { return found }
        groups.append(Group(side: side, channel: channel))
        return groups.count - 1
    }

    mutating func enrol(_ connection: ConnectionID, at now: Timestamp) {
        if members.isEmpty { beatAt = now }
        busy.insert(connection)
        if !members.contains(connection) { members.append(connection) }
    }

    mutating func remove(_ connection: ConnectionID, _ side: Side, _ channel: Channel) {
        guard let place = place(side, channel) else { return }
        groups[place].connections.removeAll { $0 == connection }
        if groups[place].connections.isEmpty { groups.remove(at: place) }
    }

    mutating func forget(_ connection: ConnectionID) {
        for place in groups.indices { groups[place].connections.removeAll { $0 == connection } }
        groups.removeAll { $0.connections.isEmpty }
        members.removeAll { $0 == connection }
        busy.remove(connection)
    }
}
