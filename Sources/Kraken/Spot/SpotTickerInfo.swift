public import Market
public import Wire

/// Best prices and statistics of markets, over REST.
public struct SpotTickerRequest: SpotRequest, Hashable {
    public static let path = "/0/public/Ticker"
    /// Empty asks for all.
    public var pairs: [String]

    public init(pairs: [String]) { self.pairs = pairs }

    public init(query: FormText) { pairs = query["pair"].map(commaSeparated) ?? [] }

    public var http: HTTPRequest {
        let query = FormText(pairs.isEmpty ? [] : [FormText.Pair("pair", pairs.joined(separator: ","))])
        return HTTPRequest(.get, Self.path, query: query.encoded)
    }

    public struct Answer: SpotResult {
        public var tickers: [SpotTickerInfo]
        public init(_ tickers: [SpotTickerInfo]) { self.tickers = tickers }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var tickers: [SpotTickerInfo] = []
            try reader.namedFields { name, reader throws(WireError) in
                tickers.append(try SpotTickerInfo(pair: name.string, &reader))
            }
            self.tickers = tickers
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for ticker in tickers {
                    writer.name(ticker.pair)
                    ticker.write(to: &writer)
                }
            }
        }
    }
}

public struct SpotTickerInfo: Hashable, Sendable {
    /// A statistic of the running UTC day and of the last 24 hours.
    public struct Spans<Value: Hashable & Sendable>: Hashable, Sendable {
        public var today: Value
        public var day: Value

        public init(today: Value, day: Value) {
            self.today = today
            self.day = day
        }
    }

    public var pair: String
    public var ask: Price
    public var askQuantity: SpotQuantity
    public var bid: Price
    public var bidQuantity: SpotQuantity
    public var last: Price
    public var lastQuantity: SpotQuantity
    public var volume: Spans<Double>
    public var vwap: Spans<Price>
    public var trades: Spans<Int64>
    public var low: Spans<Price>
    public var high: Spans<Price>
    /// Of the UTC day.
    public var open: Price

    public init(
        pair: String, ask: Price, askQuantity: SpotQuantity, bid: Price, bidQuantity: SpotQuantity, last: Price,
        lastQuantity: SpotQuantity, volume: Spans<Double>, vwap: Spans<Price>, trades: Spans<Int64>,
        low: Spans<Price>, high: Spans<Price>, open: Price
    ) {
        self.pair = pair
        self.ask = ask
        self.askQuantity = askQuantity
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.last = last
        self.lastQuantity = lastQuantity
        self.volume = volume
        self.vwap = vwap
        self.trades = trades
        self.low = low
        self.high = high
        self.open = open
    }

    init(pair: String, _ reader: inout JSONReader) throws(WireError) {
        var ask: [JSONValue]?
        var bid: [JSONValue]?
        var last: [JSONValue]?
        var pairs: (v: [JSONValue]?, p: [JSONValue]?, t: [JSONValue]?, l: [JSONValue]?, h: [JSONValue]?)
        var open: Price?
        func cells(_ reader: inout JSONReader) throws(WireError) -> [JSONValue] {
            try reader.list { reader throws(WireError) in try JSONValue(&reader) }
        }
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "a": ask = try cells(&reader)
            case "b": bid = try cells(&reader)
            case "c": last = try cells(&reader)
            case "v": pairs.v = try cells(&reader)
            case "p": pairs.p = try cells(&reader)
            case "t": pairs.t = try cells(&reader)
            case "l": pairs.l = try cells(&reader)
            case "h": pairs.h = try cells(&reader)
            case "o": open = try reader.amount()
            default: try reader.skip()
            }
        }
        func cell<Value>(
            _ cells: [JSONValue]?, _ index: Int, _ name: StaticString, _ read: (JSONValue) -> Value?
        ) throws(WireError) -> Value {
            let cells = try required(cells, name)
            guard index < cells.count else { throw WireError(.expected("a longer list"), field: "\(name)") }
            guard let value = read(cells[index]) else { throw WireError(.expected("a number"), field: "\(name)") }
            return value
        }
        func spans<Value>(
            _ cells: [JSONValue]?, _ name: StaticString, _ read: (JSONValue) -> Value?
        ) throws(WireError) -> Spans<Value> {
            Spans(today: try cell(cells, 0, name, read), day: try cell(cells, 1, name, read))
        }
        let price: (JSONValue) -> Price? = { $0.amount() }
        let quantity: (JSONValue) -> SpotQuantity? = { $0.amount() }
        let volume: (JSONValue) -> Double? = { $0.digits.flatMap(Double.init) }
        self.init(
            pair: pair, ask: try cell(ask, 0, "a", price), askQuantity: try cell(ask, 2, "a", quantity),
            bid: try cell(bid, 0, "b", price), bidQuantity: try cell(bid, 2, "b", quantity),
            last: try cell(last, 0, "c", price), lastQuantity: try cell(last, 1, "c", quantity),
            volume: try spans(pairs.v, "v", volume), vwap: try spans(pairs.p, "p", price),
            trades: try spans(pairs.t, "t") { $0.integer }, low: try spans(pairs.l, "l", price),
            high: try spans(pairs.h, "h", price), open: try required(open, "o"))
    }

    func write(to writer: inout JSONWriter) {
        func strings(_ name: StaticString, _ texts: [String], _ writer: inout JSONWriter) {
            writer.name(name)
            writer.array { writer in for text in texts { writer.string(text) } }
        }
        /// Whole coins, rounded up, at least one: the second number of the best prices.
        func wholeLots(_ quantity: SpotQuantity) -> String {
            "\(max(SpotQuantity(1), quantity.rounded(to: SpotQuantity(1), .up)))"
        }
        func prices(_ spans: Spans<Price>) -> [String] {
            [spans.today, spans.day].map { $0.formatted($0.decimalsNeeded(atLeast: 5)) }
        }
        func price(_ price: Price) -> String { price.formatted(price.decimalsNeeded(atLeast: 5)) }
        writer.object { writer in
            strings("a", [price(ask), wholeLots(askQuantity), askQuantity.description], &writer)
            strings("b", [price(bid), wholeLots(bidQuantity), bidQuantity.description], &writer)
            strings("c", [price(last), lastQuantity.formatted(SpotQuantity.decimals)], &writer)
            strings("v", [volumeText(volume.today), volumeText(volume.day)], &writer)
            strings("p", prices(vwap), &writer)
            writer.name("t")
            writer.array { writer in
                writer.integer(trades.today)
                writer.integer(trades.day)
            }
            strings("l", prices(low), &writer)
            strings("h", prices(high), &writer)
            writer.name("o")
            writer.string(price(open))
        }
    }
}
