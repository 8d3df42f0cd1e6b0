import Market
public import Wire

/// One frame that a client sends to the public side of Spot WebSocket v2.
public enum SpotCommand: Hashable, Sendable {
    case subscribe(SpotSubscription, requestID: Int64?)
    case unsubscribe(SpotSubscription, requestID: Int64?)
    case ping(requestID: Int64?)
    /// A method that this version does not know.
    case unrecognised(method: String, requestID: Int64?)
}

/// What to receive, and for which markets.
public struct SpotSubscription: Hashable, Sendable {
    public enum Channel: Hashable, Sendable {
        case ticker(Open<SpotTickerTrigger>)
        case trade
        /// Minutes of a candle.
        case ohlc(interval: Int64)
        /// Levels of each side: 10, 25, 100, 500 or 1000.
        case book(depth: Int64)
        case instrument
        case unrecognised(String)

        public var name: String {
            switch self {
            case .ticker: "ticker"
            case .trade: "trade"
            case .ohlc: "ohlc"
            case .book: "book"
            case .instrument: "instrument"
            case .unrecognised(let text): text
            }
        }
    }

    public var channel: Channel
    /// As sent: the side that receives them refuses what it does not list. Empty for `instrument`.
    public var symbols: [String]
    /// Nil leaves it to the exchange: no snapshot of trades, one of everything else.
    public var snapshot: Bool?

    public init(_ channel: Channel, symbols: [String] = [], snapshot: Bool? = nil) {
        self.channel = channel
        self.symbols = symbols
        self.snapshot = snapshot
    }
}

/// When a ticker is sent.
public enum SpotTickerTrigger: String, WireWord {
    case trades
    /// On every change of the best prices.
    case bestPrices = "bbo"
}

extension SpotCommand {
    public init(_ bytes: [UInt8]) throws(WireError) {
        self = try JSONReader.read(bytes) { reader throws(WireError) in try SpotCommand(&reader) }
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var method: String?
        var requestID: Int64?
        var subscription: SpotSubscription?
        var unreadParameters: JSONReader?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "method": method = try reader.text()
            case "req_id": requestID = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "params":
                unreadParameters = reader
                try reader.skip()
            default: try reader.skip()
            }
        }
        let word = Open<SpotMethod>(try required(method, "method"))
        if word.word == .subscribe || word.word == .unsubscribe, var parameters = unreadParameters {
            do throws(WireError) {
                subscription = try SpotSubscription(&parameters)
            } catch {
                throw error.within("params")
            }
        }
        switch word {
        case .known(.subscribe): self = .subscribe(try required(subscription, "params"), requestID: requestID)
        case .known(.unsubscribe): self = .unsubscribe(try required(subscription, "params"), requestID: requestID)
        case .known(.ping): self = .ping(requestID: requestID)
        case .unrecognised(let text): self = .unrecognised(method: text, requestID: requestID)
        }
    }

    public var bytes: [UInt8] {
        var writer = JSONWriter()
        func write(
            _ method: String, _ subscription: SpotSubscription?, _ requestID: Int64?, _ writer: inout JSONWriter
        ) {
            writer.object { writer in
                writer.name("method")
                writer.string(method)
                if let subscription {
                    writer.name("params")
                    subscription.write(to: &writer)
                }
                if let requestID {
                    writer.name("req_id")
                    writer.integer(requestID)
                }
            }
        }
        switch self {
        case .subscribe(let subscription, let id): write("subscribe", subscription, id, &writer)
        case .unsubscribe(let subscription, let id): write("unsubscribe", subscription, id, &writer)
        case .ping(let id): write("ping", nil, id, &writer)
        case .unrecognised(let method, let id): write(method, nil, id, &writer)
        }
        return writer.bytes
    }
}

extension SpotSubscription {
    init(_ reader: inout JSONReader) throws(WireError) {
        var channel: String?
        var symbols: [String] = []
        var snapshot: Bool?
        var trigger = Open(SpotTickerTrigger.trades)
        var interval: Int64?
        var depth: Int64?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "channel": channel = try reader.text()
            case "symbol": symbols = try reader.list { reader throws(WireError) in try reader.text() }
            case "snapshot": snapshot = try reader.optional { reader throws(WireError) in try reader.bool() }
            case "event_trigger": trigger = try reader.word()
            case "interval": interval = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "depth": depth = try reader.optional { reader throws(WireError) in try reader.integer() }
            default: try reader.skip()
            }
        }
        let name = try required(channel, "channel")
        let known: Channel =
            switch name {
            case "ticker": .ticker(trigger)
            case "trade": .trade
            case "ohlc": .ohlc(interval: interval ?? 1)
            case "book": .book(depth: depth ?? 10)
            case "instrument": .instrument
            default: .unrecognised(name)
            }
        self.init(known, symbols: symbols, snapshot: snapshot)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("channel")
            writer.string(channel.name)
            if !symbols.isEmpty {
                writer.name("symbol")
                writer.array { writer in for symbol in symbols { writer.string(symbol) } }
            }
            switch channel {
            case .ticker(let trigger):
                writer.name("event_trigger")
                writer.string(trigger.text)
            case .ohlc(let interval):
                writer.name("interval")
                writer.integer(interval)
            case .book(let depth):
                writer.name("depth")
                writer.integer(depth)
            case .trade, .instrument, .unrecognised: break
            }
            if let snapshot {
                writer.name("snapshot")
                writer.bool(snapshot)
            }
        }
    }
}
