public import Market
public import Wire

/// Who took the liquidity.
public enum SpotTaker: Hashable, Sendable {
    case buyer
    case seller
    case unrecognised(String)
}

/// What kind of order took it.
public enum SpotTradeKind: Hashable, Sendable {
    case limit
    case market
    case unrecognised(String)
}

/// One trade of a spot market.
public struct SpotTrade: Hashable, Sendable {
    /// Counts up by one within a market, over REST and WebSocket alike.
    public var id: Int64
    public var time: Timestamp
    public var price: Price
    public var quantity: SpotQuantity
    public var taker: SpotTaker
    public var kind: SpotTradeKind

    public init(
        id: Int64, time: Timestamp, price: Price, quantity: SpotQuantity, taker: SpotTaker, kind: SpotTradeKind
    ) {
        self.id = id
        self.time = time
        self.price = price
        self.quantity = quantity
        self.taker = taker
        self.kind = kind
    }
}

/// A page of past trades, oldest first.
public struct SpotTradesRequest: SpotRequest, Hashable {
    public static let path = "/0/public/Trades"
    /// Rows of a full page.
    public static let pageSize = 1000

    public var pair: String
    /// The `last` of the page before, in nanoseconds; zero starts with the first trade ever.
    public var since: Timestamp?
    public var count: Int

    public init(pair: String, since: Timestamp?, count: Int = pageSize) {
        self.pair = pair
        self.since = since
        self.count = count
    }

    /// Reads `since` in seconds or nanoseconds, as the exchange does. Nil when an argument is missing or impossible.
    public init?(query: FormText) {
        guard let pair = query["pair"], let count = Int(query["count"] ?? "\(Self.pageSize)"),
            (1...Self.pageSize).contains(count)
        else { return nil }
        self.init(pair: pair, since: nil, count: count)
        if let text = query["since"], !text.isEmpty {
            guard let value = Int64(text), value >= 0 else { return nil }
            since = value < 9_000_000_000 ? Timestamp(seconds: value) : Timestamp(nanoseconds: value)
        }
    }

    public var http: HTTPRequest {
        var query = FormText([FormText.Pair("pair", pair)])
        if let since { query.append("since", "\(since.nanoseconds)") }
        if count != Self.pageSize { query.append("count", "\(count)") }
        return HTTPRequest(.get, Self.path, query: query.encoded)
    }

    public struct Answer: SpotResult {
        public var pair: String
        public var trades: [SpotTrade]
        /// What the next page starts after. Finer than the times of the trades: never computed from them.
        public var last: Timestamp

        public init(pair: String, trades: [SpotTrade], last: Timestamp) {
            self.pair = pair
            self.trades = trades
            self.last = last
        }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var pair: String?
            var trades: [SpotTrade] = []
            var last: Int64?
            try reader.namedFields { name, reader throws(WireError) in
                if name == "last" {
                    last = try reader.integer()
                } else {
                    pair = name.string
                    trades = try reader.list { reader throws(WireError) in try SpotTrade(row: &reader) }
                }
            }
            self.pair = try required(pair, "pair")
            self.trades = trades
            self.last = Timestamp(nanoseconds: try required(last, "last"))
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name(pair)
                writer.array { writer in for trade in trades { trade.write(row: &writer) } }
                writer.name("last")
                writer.string("\(last.nanoseconds)")
            }
        }
    }
}

extension SpotTrade {
    /// `[price, volume, time, b/s, m/l, misc, trade_id]`
    init(row reader: inout JSONReader) throws(WireError) {
        var column = 0
        var price: Price?
        var quantity: SpotQuantity?
        var time: Timestamp?
        var taker: SpotTaker?
        var kind: SpotTradeKind?
        var id: Int64?
        try reader.array { reader throws(WireError) in
            switch column {
            case 0: price = try reader.amount()
            case 1: quantity = try reader.amount()
            case 2: time = try reader.fractionalSeconds()
            case 3:
                let word = try reader.string()
                taker = word == "b" ? .buyer : word == "s" ? .seller : .unrecognised(word.string)
            case 4:
                let word = try reader.string()
                kind = word == "l" ? .limit : word == "m" ? .market : .unrecognised(word.string)
            case 6: id = try reader.integer()
            default: try reader.skip()
            }
            column += 1
        }
        self.init(
            id: try required(id, "trade_id"), time: try required(time, "time"),
            price: try required(price, "price"), quantity: try required(quantity, "volume"),
            taker: try required(taker, "side"), kind: try required(kind, "ordertype"))
    }

    func write(row writer: inout JSONWriter) {
        writer.array { writer in
            writer.string(price.formatted(price.decimalsNeeded(atLeast: 5)))
            writer.string(quantity.formatted(SpotQuantity.decimals))
            writer.number(FractionalSeconds(raw: time.nanoseconds))
            switch taker {
            case .buyer: writer.string("b")
            case .seller: writer.string("s")
            case .unrecognised(let text): writer.string(text)
            }
            switch kind {
            case .limit: writer.string("l")
            case .market: writer.string("m")
            case .unrecognised(let text): writer.string(text)
            }
            writer.string("")
            writer.integer(id)
        }
    }
}

extension JSONReader {
    /// Reads an instant from 1970 to 2255 as seconds with a fraction.
    mutating func fractionalSeconds() throws(WireError) -> Timestamp {
        let text = try number()
        let seconds: FractionalSeconds = try text.amount()
        guard (0..<9_000_000_000_000_000_000).contains(seconds.raw) else {
            throw WireError(.expected("seconds since 1970"), offset: text.offset)
        }
        return Timestamp(nanoseconds: seconds.raw)
    }
}

extension Price {
    /// The fewest decimals, from `least` on, that show this price exactly.
    func decimalsNeeded(atLeast least: Int) -> Int {
        var places = Price.decimals
        var rest = raw
        while places > least, rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        return places
    }
}
