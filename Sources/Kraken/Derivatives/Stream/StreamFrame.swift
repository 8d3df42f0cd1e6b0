public import Market
public import Venue
public import Wire

extension Derivatives {
    /// A frame that the exchange sends.
    public enum StreamFrame: Hashable, Sendable {
        /// The first frame of a connection.
        case info(version: Int64)
        /// To be signed for private feeds, on this connection only.
        case challenge(String)
        case subscribed(Open<Feed>, [InstrumentID])
        case unsubscribed(Open<Feed>, [InstrumentID])
        case subscribeFailed(Open<Feed>, [InstrumentID])
        case unsubscribeFailed(Open<Feed>, [InstrumentID])
        case alert(StreamAlert)
        case heartbeat(Timestamp)
        case ticker(StreamTicker)
        case tickerLite(StreamTickerLite)
        case trade(StreamTrade)
        /// Newest first.
        case tradeSnapshot(InstrumentID, [StreamTrade])
        case book(BookDelta)
        case bookSnapshot(BookSnapshot)
        case order(StreamOrderChange)
        case orderSnapshot([StreamOrder], isVerbose: Bool)
        case fills([StreamFill], isSnapshot: Bool)
        case positions(StreamPositions)
        case balances(StreamBalances)
        case accountLog(AccountLogEntry)
        case accountLogSnapshot([AccountLogEntry])
        case notifications([Notification])
        /// A feed or an event that is not known, by its name.
        case unrecognised(String)
    }
}

extension Derivatives.StreamFrame {
    /// Reads one frame.
    public init(_ bytes: [UInt8]) throws(WireError) {
        // Tickers are most of the traffic, and the only frames that begin so.
        if let ticker = try Self.tickerAtOnce(bytes) {
            self = .ticker(ticker)
            return
        }
        switch try Self.kind(of: bytes) {
        case .event: self = try Self.event(try JSONValue(bytes))
        case .feed(let feed):
            do throws(WireError) {
                self = try Self.content(of: feed, bytes)
            } catch {
                // An acknowledgement names its feed too; its event may stand behind.
                guard let value = try? JSONValue(bytes), value["event"] != nil else { throw error }
                self = try Self.event(value)
            }
        case .other: self = .unrecognised("")
        }
    }

    private enum Kind {
        case event
        case feed(String)
        case other
    }

    private static func tickerAtOnce(_ bytes: [UInt8]) throws(WireError) -> Derivatives.StreamTicker? {
        guard bytes.starts(with: "{\"time\":".utf8) else { return nil }
        return try JSONReader.read(bytes) { reader throws(WireError) in
            try Derivatives.StreamTicker.read(&reader)
        }
    }

    /// Looks for the first name that tells, and no further.
    private static func kind(of bytes: [UInt8]) throws(WireError) -> Kind {
        var kind = Kind.other
        do throws(WireError) {
            try JSONReader.read(bytes) { reader throws(WireError) in
                try reader.object { name, reader throws(WireError) in
                    switch name {
                    case "event": kind = .event
                    case "feed": kind = .feed(try reader.string().string)
                    default:
                        try reader.skip()
                        return
                    }
                    throw WireError(.syntax)
                }
            }
        } catch {
            if case .other = kind { throw error }
        }
        return kind
    }

    private static func content(of feed: String, _ bytes: [UInt8]) throws(WireError) -> Self {
        switch feed {
        case "book":
            return .book(try JSONReader.read(bytes) { reader throws(WireError) in try .init(&reader) })
        case "ticker":
            let ticker = try JSONReader.read(bytes) { reader throws(WireError) in
                try Derivatives.StreamTicker.read(&reader)
            }
            guard let ticker else { throw .missing("feed") }
            return .ticker(ticker)
        case "trade":
            return .trade(try JSONReader.read(bytes) { reader throws(WireError) in try .init(&reader) })
        case "trade_snapshot": return try trades(bytes)
        case "book_snapshot":
            return .bookSnapshot(try JSONReader.read(bytes) { reader throws(WireError) in try .init(&reader) })
        case "open_orders", "open_orders_verbose":
            return .order(try JSONReader.read(bytes) { reader throws(WireError) in try .init(&reader) })
        case "open_orders_snapshot", "open_orders_verbose_snapshot":
            return .orderSnapshot(
                try list(bytes, "orders") { reader throws(WireError) in try .init(&reader) },
                isVerbose: feed == "open_orders_verbose_snapshot")
        case "fills", "fills_snapshot":
            return .fills(
                try list(bytes, "fills") { reader throws(WireError) in try .init(&reader) },
                isSnapshot: feed == "fills_snapshot")
        default: return try rare(feed, try JSONValue(bytes))
        }
    }

    private static func rare(_ feed: String, _ value: JSONValue) throws(WireError) -> Self {
        let fields = try Fields(value)
        switch feed {
        case "heartbeat": return .heartbeat(try fields.instant("time"))
        case "ticker_lite": return .tickerLite(try .init(value))
        case "open_positions": return .positions(try .init(value))
        case "balances", "balances_snapshot": return .balances(try .init(value))
        case "account_log": return .accountLog(try fields.object("new_entry"))
        case "account_log_snapshot": return .accountLogSnapshot(try fields.list("logs"))
        case "notifications_auth": return .notifications(try fields.list("notifications"))
        default: return .unrecognised(feed)
        }
    }

    private static func event(_ value: JSONValue) throws(WireError) -> Self {
        let fields = try Fields(value)
        // Samples of the documentation have blanks behind the word.
        let event = try fields.text("event").filter { $0 != " " }
        switch event {
        case "info": return .info(version: try fields.integer("version"))
        case "challenge": return .challenge(try fields.text("message"))
        case "alert", "error": return .alert(.init(try fields.text("message")))
        case "subscribed": return .subscribed(try fields.word("feed"), try products(fields))
        case "unsubscribed": return .unsubscribed(try fields.word("feed"), try products(fields))
        case "subscribed_failed": return .subscribeFailed(try fields.word("feed"), try products(fields))
        case "unsubscribed_failed": return .unsubscribeFailed(try fields.word("feed"), try products(fields))
        default: return .unrecognised(event)
        }
    }

    private static func products(_ fields: Fields) throws(WireError) -> [InstrumentID] {
        try fields.texts("product_ids").map { name throws(WireError) in
            guard let id = InstrumentID(wire: name) else {
                throw WireError(.expected("a symbol"), field: "product_ids")
            }
            return id
        }
    }

    private static func trades(_ bytes: [UInt8]) throws(WireError) -> Self {
        let trades: [Derivatives.StreamTrade] = try list(bytes, "trades") { reader throws(WireError) in
            try .init(&reader)
        }
        var product: InstrumentID?
        try JSONReader.read(bytes) { reader throws(WireError) in
            try reader.object { name, reader throws(WireError) in
                if name == "product_id" { product = try reader.instrument() } else { try reader.skip() }
            }
        }
        guard let product = product ?? trades.first?.instrument else { throw .missing("product_id") }
        return .tradeSnapshot(product, trades)
    }

    /// The elements of the array `name` of the frame.
    private static func list<Element>(
        _ bytes: [UInt8], _ wanted: StaticString, _ read: (inout JSONReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var elements: [Element] = []
        var isThere = false
        try JSONReader.read(bytes) { reader throws(WireError) in
            try reader.object { name, reader throws(WireError) in
                guard name == wanted else {
                    try reader.skip()
                    return
                }
                isThere = true
                do throws(WireError) {
                    try reader.array { reader throws(WireError) in elements.append(try read(&reader)) }
                } catch {
                    throw error.within("\(wanted)")
                }
            }
        }
        guard isThere else { throw .missing("\(wanted)") }
        return elements
    }
}
