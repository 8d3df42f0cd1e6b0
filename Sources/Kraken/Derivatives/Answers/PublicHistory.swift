public import Market
public import Wire

extension Derivatives {
    /// `orderbook`: both sides, best first, without a sequence number; no seed for a WebSocket book.
    public struct OrderBook: WireObject {
        public let bids: [BookLevel]
        public let asks: [BookLevel]

        public init(bids: [BookLevel], asks: [BookLevel]) {
            self.bids = bids
            self.asks = asks
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(try Fields(value).required("orderBook"))
            bids = try Self.side(fields, "bids")
            asks = try Self.side(fields, "asks")
        }

        private static func side(_ fields: Fields, _ name: String) throws(WireError) -> [BookLevel] {
            guard let rows = try fields.required(name).array else {
                throw WireError(.expected("an array"), field: "orderBook." + name)
            }
            return try rows.map { row throws(WireError) in
                guard let pair = row.array, pair.count >= 2 else {
                    throw WireError(.expected("[price, size]"), field: "orderBook." + name)
                }
                return BookLevel(
                    price: try Fields.amount(pair[0], name), quantity: try Fields.amount(pair[1], name))
            }
        }

        public func members(into writer: inout JSONWriter) {
            func put(_ name: StaticString, _ levels: [BookLevel], _ writer: inout JSONWriter) {
                writer.name(name)
                writer.array { writer in
                    for level in levels {
                        writer.array { writer in
                            writer.number(level.price)
                            writer.number(level.quantity)
                        }
                    }
                }
            }
            writer.name("orderBook")
            writer.object { writer in
                put("bids", bids, &writer)
                put("asks", asks, &writer)
            }
        }
    }

    /// All that rests at one price.
    @frozen public struct BookLevel: Hashable, Sendable {
        public let price: Price
        public let quantity: Quantity

        @inlinable public init(price: Price, quantity: Quantity) {
            self.price = price
            self.quantity = quantity
        }
    }

    /// `history`: public trades.
    public struct PublicTrades: WireObject {
        public let trades: [PublicTrade]

        public init(_ trades: [PublicTrade]) { self.trades = trades }
        public init(_ value: JSONValue) throws(WireError) { trades = try Fields(value).list("history") }
        public func members(into writer: inout JSONWriter) { writer.put("history", trades) }
    }

    /// `uid` is the trade's identity; `trade_id` is only a place in the answer and is not read.
    public struct PublicTrade: WireObject {
        public let uid: String?
        public let time: Timestamp
        public let price: Price
        public let size: Quantity
        /// Of the taker.
        public let side: Side?
        public let type: Open<TradeType>?

        public init(uid: String?, time: Timestamp, price: Price, size: Quantity, side: Side?, type: Open<TradeType>?) {
            self.uid = uid
            self.time = time
            self.price = price
            self.size = size
            self.side = side
            self.type = type
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            uid = try fields.filledText("uid")
            time = try fields.instant("time")
            price = try fields.amount("price")
            size = try fields.amount("size")
            side = try fields.filledText("side").flatMap { Side(wire: $0) }
            type = try fields.optionalWord("type")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("time", instant: time)
            writer.put("price", price)
            writer.put("size", size)
            writer.put("side", side?.order)
            writer.put("type", type)
            writer.put("uid", uid)
        }
    }

    /// `historical-funding-rates`, oldest first, one row per hour; hours can be missing.
    public struct FundingRates: WireObject {
        public let rates: [FundingRow]

        public init(_ rates: [FundingRow]) { self.rates = rates }
        public init(_ value: JSONValue) throws(WireError) { rates = try Fields(value).list("rates") }
        public func members(into writer: inout JSONWriter) { writer.put("rates", rates) }
    }

    public struct FundingRow: WireObject {
        /// The start of the hour that the rate applies to.
        public let time: Timestamp
        /// Dollars per coin and hour (linear contracts).
        public let absolute: Rate
        /// Fraction of notional per hour.
        public let relative: Rate

        public init(time: Timestamp, absolute: Rate, relative: Rate) {
            self.time = time
            self.absolute = absolute
            self.relative = relative
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            time = try fields.instant("timestamp")
            absolute = try fields.amount("fundingRate")
            relative = try fields.amount("relativeFundingRate")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("timestamp", instant: time)
            writer.put("fundingRate", absolute)
            writer.put("relativeFundingRate", relative)
        }
    }

    /// Candles of `/api/charts/v1`. The last one may still be forming.
    public struct Chart: WireObject {
        public let candles: [ChartCandle]
        /// The range was cut: go on from the last candle.
        public let hasMore: Bool

        public init(_ candles: [ChartCandle], hasMore: Bool) {
            self.candles = candles
            self.hasMore = hasMore
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            candles = try fields.list("candles")
            hasMore = try fields.flag("more_candles", default: false)
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("candles", candles)
            writer.put("more_candles", hasMore)
        }
    }

    public struct ChartCandle: WireObject {
        /// When it opens.
        public let time: Timestamp
        public let open: Price
        public let high: Price
        public let low: Price
        public let close: Price
        /// In contracts; zero for mark and index.
        public let volume: Double

        public init(time: Timestamp, open: Price, high: Price, low: Price, close: Price, volume: Double) {
            self.time = time
            self.open = open
            self.high = high
            self.low = low
            self.close = close
            self.volume = volume
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            time = try fields.instant("time")
            open = try fields.amount("open")
            high = try fields.amount("high")
            low = try fields.amount("low")
            close = try fields.amount("close")
            volume = try fields.optionalDouble("volume") ?? 0
        }

        /// Prices and volume travel as strings.
        public func members(into writer: inout JSONWriter) {
            writer.put("time", milliseconds: time)
            writer.put("open", open.description)
            writer.put("high", high.description)
            writer.put("low", low.description)
            writer.put("close", close.description)
            writer.put("volume", volume == 0 ? "0" : String(volume))
        }
    }
}
