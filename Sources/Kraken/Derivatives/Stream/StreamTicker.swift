public import Market
public import Venue
public import Wire

extension Derivatives {
    /// The state of one market, complete in each frame; at most about one per second.
    public struct StreamTicker: Hashable, Sendable {
        public var instrument: InstrumentID
        public var time: Timestamp
        /// Missing while that side of the book is empty.
        public var bid: Price?
        public var bidSize: Quantity?
        public var ask: Price?
        public var askSize: Quantity?
        public var last: Price?
        public var mark: Price?
        public var index: Price?
        /// In dollars per coin and hour (linear contracts): no rate. Left out when zero.
        public var absoluteFunding: Rate?
        public var absoluteFundingPrediction: Rate?
        /// Fraction of notional for the running hour. Left out when zero.
        public var relativeFunding: Rate?
        public var relativeFundingPrediction: Rate?
        public var nextFunding: Timestamp?
        public var isSuspended: Bool
        public var isPostOnly: Bool
        /// `perpetual`, `month`, `quarter`, `semiannual`.
        public var tag: String?
        public var pair: String?
        /// `100x`
        public var leverage: String?
        public var open: Price?
        public var high: Price?
        public var low: Price?
        public var volume: Double?
        public var quoteVolume: Double?
        public var openInterest: Double?
        public var change: Double?
        public var premium: Double?
        /// When a dated contract ends; nil for a perpetual.
        public var maturity: Timestamp?

        public init(_ instrument: InstrumentID, time: Timestamp) {
            self.instrument = instrument
            self.time = time
            isSuspended = false
            isPostOnly = false
        }
    }
}

extension Derivatives.StreamTicker {
    /// The funding rate of the running hour; nil for contracts without funding. A rate of zero is not sent.
    public var funding: HourlyFunding? {
        if let relativeFunding { return HourlyFunding(relativeFunding) }
        return tag == "perpetual" ? .zero : nil
    }

    /// What the core wants to know of the market; nil while a price is missing.
    public var tick: Tick? {
        guard let mark, let index, let last, let bid, let ask, let funding else { return nil }
        return Tick(
            instrument: instrument, mark: mark, index: index, last: last, bid: bid, ask: ask, funding: funding,
            time: time)
    }

    /// Reads a ticker; nil when the frame is of another feed.
    static func read(_ reader: inout JSONReader) throws(WireError) -> Self? {
        guard let placeholder else { throw .missing("product_id") }
        var ticker = Self(placeholder, time: Timestamp(nanoseconds: 0))
        var isTicker = false
        var hasTime = false
        var hasProduct = false
        try reader.namedFields { name, reader throws(WireError) in
            // Grouped by length: most names are told apart by it.
            switch name.bytes.count {
            case 3: try ticker.short(name, &reader)
            case 4:
                if name == "time" {
                    ticker.time = try reader.milliseconds()
                    hasTime = true
                } else if name == "feed" {
                    isTicker = try reader.string() == "ticker"
                } else {
                    try ticker.four(name, &reader)
                }
            case 10:
                if name == "product_id" {
                    ticker.instrument = try reader.instrument()
                    hasProduct = true
                } else {
                    try reader.skip()
                }
            case 5, 6, 7: try ticker.medium(name, &reader)
            case 8, 9, 11, 12: try ticker.long(name, &reader)
            default: try ticker.longest(name, &reader)
            }
        }
        guard isTicker else { return nil }
        guard hasTime else { throw .missing("time") }
        guard hasProduct else { throw .missing("product_id") }
        return ticker
    }

    /// Stands in until the frame says which instrument it is about.
    private static let placeholder = InstrumentID("-")

    private mutating func short(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "bid": bid = try reader.optionalAmount()
        case "ask": ask = try reader.optionalAmount()
        case "low": low = try reader.optionalAmount()
        case "tag": tag = try reader.filledText()
        default: try reader.skip()
        }
    }

    private mutating func four(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "last": last = try reader.optionalAmount()
        case "pair": pair = try reader.filledText()
        case "open": open = try reader.optionalAmount()
        case "high": high = try reader.optionalAmount()
        default: try reader.skip()
        }
    }

    private mutating func medium(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "index": index = try reader.optionalAmount()
        case "change": change = try reader.optionalDouble()
        case "volume": volume = try reader.optionalDouble()
        case "premium": premium = try reader.optionalDouble()
        default: try reader.skip()
        }
    }

    private mutating func long(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "bid_size": bidSize = try reader.optionalAmount()
        case "ask_size": askSize = try reader.optionalAmount()
        case "leverage": leverage = try reader.filledText()
        case "markPrice": mark = try reader.optionalAmount()
        case "suspended": isSuspended = try reader.bool()
        case "post_only": isPostOnly = try reader.bool()
        case "volumeQuote": quoteVolume = try reader.optionalDouble()
        case "openInterest": openInterest = try reader.optionalDouble()
        case "maturityTime":
            let time = try reader.milliseconds()
            maturity = time.nanoseconds == 0 ? nil : time
        case "funding_rate": absoluteFunding = try reader.optionalAmount()
        default: try reader.skip()
        }
    }

    private mutating func longest(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "relative_funding_rate": relativeFunding = try reader.optionalAmount()
        case "relative_funding_rate_prediction": relativeFundingPrediction = try reader.optionalAmount()
        case "funding_rate_prediction": absoluteFundingPrediction = try reader.optionalAmount()
        case "next_funding_rate_time": nextFunding = try reader.milliseconds()
        default: try reader.skip()
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("time", milliseconds: time)
            writer.put("product_id", instrument)
            writer.put("funding_rate", absoluteFunding)
            writer.put("funding_rate_prediction", absoluteFundingPrediction)
            writer.put("relative_funding_rate", relativeFunding)
            writer.put("relative_funding_rate_prediction", relativeFundingPrediction)
            writer.put("next_funding_rate_time", milliseconds: nextFunding)
            writer.put("leverage", leverage)
            writer.put("premium", premium)
            writer.put("feed", "ticker")
            writer.put("bid", bid)
            writer.put("ask", ask)
            writer.put("bid_size", bidSize)
            writer.put("ask_size", askSize)
            writer.put("volume", volume)
            writer.put("index", index)
            writer.put("last", last)
            writer.put("change", change)
            writer.put("suspended", isSuspended)
            writer.put("tag", tag)
            writer.put("pair", pair)
            writer.put("openInterest", openInterest)
            writer.put("markPrice", mark)
            writer.put("maturityTime", maturity?.milliseconds ?? 0)
            writer.put("post_only", isPostOnly)
            writer.put("volumeQuote", quoteVolume)
            writer.put("open", open)
            writer.put("high", high)
            writer.put("low", low)
        }
    }
}

extension JSONReader {
    mutating func optionalDouble() throws(WireError) -> Double? { null() ? nil : try double() }
}

extension Derivatives {
    /// The small ticker.
    public struct StreamTickerLite: WireObject {
        public var instrument: InstrumentID
        public var bid: Price?
        public var ask: Price?
        public var change: Double?
        public var premium: Double?
        public var volume: Double?
        public var quoteVolume: Double?
        public var tag: String?
        public var pair: String?
        public var maturity: Timestamp?

        public init(_ instrument: InstrumentID) { self.instrument = instrument }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("product_id")
            bid = try fields.optionalAmount("bid")
            ask = try fields.optionalAmount("ask")
            change = try fields.optionalDouble("change")
            premium = try fields.optionalDouble("premium")
            volume = try fields.optionalDouble("volume")
            quoteVolume = try fields.optionalDouble("volumeQuote")
            tag = try fields.filledText("tag")
            pair = try fields.filledText("pair")
            let end = try fields.optionalInstant("maturityTime")
            maturity = end?.nanoseconds == 0 ? nil : end
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("feed", "ticker_lite")
            writer.put("product_id", instrument)
            writer.put("bid", bid)
            writer.put("ask", ask)
            writer.put("change", change)
            writer.put("premium", premium)
            writer.put("volume", volume)
            writer.put("tag", tag)
            writer.put("pair", pair)
            writer.put("maturityTime", maturity?.milliseconds ?? 0)
            writer.put("volumeQuote", quoteVolume)
        }
    }
}
