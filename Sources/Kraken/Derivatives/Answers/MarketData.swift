public import Market
public import Venue
public import Wire

extension Derivatives {
    /// `instruments/status`, and the object of one instrument.
    public struct InstrumentStatus: WireObject {
        public var instrument: InstrumentID
        public var isDislocated: Bool
        public var direction: Open<DislocationDirection>?
        public var isExtremelyVolatile: Bool
        /// Scales initial margin while volatility is extreme.
        public var initialMarginMultiplier: Rate

        public enum DislocationDirection: String, WireWord {
            case above = "ABOVE_UPPER_BOUND"
            case below = "BELOW_LOWER_BOUND"
        }

        public init(_ instrument: InstrumentID) {
            self.instrument = instrument
            isDislocated = false
            direction = nil
            isExtremelyVolatile = false
            initialMarginMultiplier = .one
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("tradeable")
            isDislocated = try fields.flag("experiencingDislocation", default: false)
            direction = try fields.optionalWord("priceDislocationDirection")
            isExtremelyVolatile = try fields.flag("experiencingExtremeVolatility", default: false)
            initialMarginMultiplier = try fields.optionalAmount("extremeVolatilityInitialMarginMultiplier") ?? .one
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("tradeable", instrument)
            writer.put("experiencingDislocation", isDislocated)
            if let direction {
                writer.put("priceDislocationDirection", direction)
            } else {
                writer.putNull("priceDislocationDirection")
            }
            writer.put("experiencingExtremeVolatility", isExtremelyVolatile)
            writer.put("extremeVolatilityInitialMarginMultiplier", initialMarginMultiplier)
        }
    }

    public struct InstrumentStatuses: WireObject {
        public let statuses: [InstrumentStatus]

        public init(_ statuses: [InstrumentStatus]) { self.statuses = statuses }
        public init(_ value: JSONValue) throws(WireError) { statuses = try Fields(value).list("instrumentStatus") }
        public func members(into writer: inout JSONWriter) { writer.put("instrumentStatus", statuses) }
    }

    /// `tickers`. A row that cannot be read does not hide the others.
    public struct Tickers: WireObject {
        public let tickers: [Ticker]
        public let unreadable: [Instruments.Unreadable]

        public init(_ tickers: [Ticker]) {
            self.tickers = tickers
            unreadable = []
        }
        public init(_ value: JSONValue) throws(WireError) { (tickers, unreadable) = try readable(value, "tickers") }
        public func members(into writer: inout JSONWriter) { writer.put("tickers", tickers) }
    }

    /// `tickers/{symbol}`.
    public struct SingleTicker: WireObject {
        public let ticker: Ticker

        public init(_ ticker: Ticker) { self.ticker = ticker }
        public init(_ value: JSONValue) throws(WireError) { ticker = try Fields(value).object("ticker") }
        public func members(into writer: inout JSONWriter) { writer.put("ticker", ticker) }
    }

    /// One row of the REST tickers. Rows of indices have nothing but `last`.
    public struct Ticker: WireObject {
        public var instrument: InstrumentID
        public var tag: String?
        public var pair: String?
        public var mark: Price?
        public var index: Price?
        /// Missing while nothing has traded.
        public var last: Price?
        public var lastTime: Timestamp?
        public var lastSize: Quantity?
        /// Missing while that side of the book is empty.
        public var bid: Price?
        public var bidSize: Quantity?
        public var ask: Price?
        public var askSize: Quantity?
        public var open24h: Price?
        public var high24h: Price?
        public var low24h: Price?
        public var volume24h: Double?
        public var quoteVolume24h: Double?
        public var openInterest: Double?
        public var change24h: Double?
        /// In dollars per coin and hour, not a rate: divide by the index for one.
        public var absoluteFunding: Rate?
        public var absoluteFundingPrediction: Rate?
        public var isSuspended: Bool
        public var isPostOnly: Bool

        public init(_ instrument: InstrumentID) {
            self.instrument = instrument
            isSuspended = false
            isPostOnly = false
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("symbol")
            tag = try fields.optionalText("tag")
            pair = try fields.optionalText("pair")
            mark = try fields.optionalAmount("markPrice")
            index = try fields.optionalAmount("indexPrice")
            last = try fields.optionalAmount("last")
            lastTime = try fields.optionalInstant("lastTime")
            lastSize = try fields.optionalAmount("lastSize")
            bid = try fields.optionalAmount("bid")
            bidSize = try fields.optionalAmount("bidSize")
            ask = try fields.optionalAmount("ask")
            askSize = try fields.optionalAmount("askSize")
            open24h = try fields.optionalAmount("open24h")
            high24h = try fields.optionalAmount("high24h")
            low24h = try fields.optionalAmount("low24h")
            volume24h = try fields.optionalDouble("vol24h")
            quoteVolume24h = try fields.optionalDouble("volumeQuote")
            openInterest = try fields.optionalDouble("openInterest")
            change24h = try fields.optionalDouble("change24h")
            absoluteFunding = try fields.optionalAmount("fundingRate")
            absoluteFundingPrediction = try fields.optionalAmount("fundingRatePrediction")
            isSuspended = try fields.flag("suspended", default: false)
            isPostOnly = try fields.flag("postOnly", default: false)
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", instrument)
            writer.put("last", last)
            writer.put("lastTime", instant: lastTime)
            writer.put("tag", tag)
            writer.put("pair", pair)
            writer.put("markPrice", mark)
            writer.put("bid", bid)
            writer.put("bidSize", bidSize)
            writer.put("ask", ask)
            writer.put("askSize", askSize)
            writer.put("vol24h", volume24h)
            writer.put("volumeQuote", quoteVolume24h)
            writer.put("openInterest", openInterest)
            writer.put("open24h", open24h)
            writer.put("high24h", high24h)
            writer.put("low24h", low24h)
            writer.put("lastSize", lastSize)
            writer.put("fundingRate", absoluteFunding)
            writer.put("fundingRatePrediction", absoluteFundingPrediction)
            writer.put("suspended", isSuspended)
            writer.put("indexPrice", index)
            writer.put("postOnly", isPostOnly)
            writer.put("change24h", change24h)
        }
    }
}
