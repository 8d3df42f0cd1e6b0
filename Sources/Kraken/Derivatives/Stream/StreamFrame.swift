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
        indirect case ticker(StreamTicker)
        indirect case tickerLite(StreamTickerLite)
        case trade(StreamTrade)
        /// Newest first.
        case tradeSnapshot(InstrumentID, [StreamTrade])
        case book(BookDelta)
        case bookSnapshot(BookSnapshot)
        indirect case order(StreamOrderChange)
        case orderSnapshot([StreamOrder], isVerbose: Bool)
        case fills([StreamFill], isSnapshot: Bool)
        indirect case positions(StreamPositions)
        indirect case balances(StreamBalances)
        indirect case accountLog(AccountLogEntry)
        case accountLogSnapshot([AccountLogEntry])
        case notifications([Notification])
        /// A feed or an event that is not known, by its name.
        case unrecognised(String)
    }
}

extension Derivatives.StreamFrame {
    /// Reads one frame.
    public init(_ bytes: [UInt8]) throws(WireError) {
        self = try bytes.withUnsafeBufferPointer { text throws(WireError) in try Self.read(JSONReader(text), bytes) }
    }

    private static func read(_ start: JSONReader, _ bytes: [UInt8]) throws(WireError) -> Self {
        // Tickers are most of the traffic, and the only frames that begin so.
        if start.begins(with: "{\"time\":") {
            var reader = start
            if let ticker = try Derivatives.StreamTicker.read(&reader) {
                try reader.end()
                return .ticker(ticker)
            }
        }
        switch try kind(start) {
        case .event: return try event(try JSONValue(bytes))
        case .feed(let feed):
            do throws(WireError) {
                return try content(of: feed, start, bytes)
            } catch {
                // An acknowledgement names its feed too; its event may stand behind.
                guard let value = try? JSONValue(bytes), value["event"] != nil else { throw error }
                return try event(value)
            }
        case .other: return .unrecognised("")
        }
    }

    private enum Kind {
        case event
        case feed(JSONText)
        case other
    }

    /// Looks for the first name that tells, and no further.
    private static func kind(_ start: JSONReader) throws(WireError) -> Kind {
        var kind = Kind.other
        var reader = start
        try reader.find { name, reader throws(WireError) in
            switch name {
            case "event": kind = .event
            case "feed": kind = .feed(try reader.string())
            default:
                try reader.skip()
                return false
            }
            return true
        }
        if case .other = kind { try reader.end() }
        return kind
    }

    private static func content(
        of feed: JSONText, _ start: JSONReader, _ bytes: [UInt8]
    ) throws(WireError) -> Self {
        switch feed {
        case "book": return .book(try whole(start) { reader throws(WireError) in try .init(&reader) })
        case "ticker":
            let ticker = try whole(start) { reader throws(WireError) in try Derivatives.StreamTicker.read(&reader) }
            guard let ticker else { throw .missing("feed") }
            return .ticker(ticker)
        case "trade": return .trade(try whole(start) { reader throws(WireError) in try .init(&reader) })
        case "trade_snapshot": return try trades(start)
        case "book_snapshot":
            return .bookSnapshot(try whole(start) { reader throws(WireError) in try .init(&reader) })
        case "open_orders", "open_orders_verbose":
            return .order(try whole(start) { reader throws(WireError) in try .init(&reader) })
        case "open_orders_snapshot", "open_orders_verbose_snapshot":
            return .orderSnapshot(
                try list(start, "orders") { reader throws(WireError) in try .init(&reader) },
                isVerbose: feed == "open_orders_verbose_snapshot")
        case "fills", "fills_snapshot":
            return .fills(
                try list(start, "fills") { reader throws(WireError) in try .init(&reader) },
                isSnapshot: feed == "fills_snapshot")
        default: return try rare(feed.string, try JSONValue(bytes))
        }
    }

    /// Reads all of the text.
    @inline(__always)
    private static func whole<Value>(
        _ start: JSONReader, _ read: (inout JSONReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        var reader = start
        let value = try read(&reader)
        try reader.end()
        return value
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

    private static func trades(_ start: JSONReader) throws(WireError) -> Self {
        let trades: [Derivatives.StreamTrade] = try list(start, "trades") { reader throws(WireError) in
            try .init(&reader)
        }
        var product: InstrumentID?
        var reader = start
        try reader.object { name, reader throws(WireError) in
            if name == "product_id" { product = try reader.instrument() } else { try reader.skip() }
        }
        guard let product = product ?? trades.first?.instrument else { throw .missing("product_id") }
        return .tradeSnapshot(product, trades)
    }

    /// The elements of the array `name` of the frame.
    private static func list<Element>(
        _ start: JSONReader, _ wanted: StaticString, _ read: (inout JSONReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var elements: [Element] = []
        var isThere = false
        var reader = start
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
        try reader.end()
        guard isThere else { throw .missing("\(wanted)") }
        return elements
    }
}
