public import Market
public import Venue
public import Wire

extension Unified {
    /// The state of one market. Whether mark, index and funding are in it is unknown: they are guessed from what is there.
    public struct Ticker: WireObject {
        public var instrument: InstrumentID
        public var bid: Price?
        public var bidSize: Quantity?
        public var ask: Price?
        public var askSize: Quantity?
        public var last: Price?
        public var open: Price?
        public var high: Price?
        public var low: Price?
        public var vwap: Price?
        public var volume: Double?
        public var change: Double?
        public var changePercent: Double?
        public var time: Timestamp?
        /// Members that are not documented, as they came.
        public var extra: [JSONValue.Member]

        public init(_ instrument: InstrumentID) {
            self.instrument = instrument
            extra = []
        }

        private static let known: Set<String> = [
            "symbol", "bid", "bid_qty", "ask", "ask_qty", "last", "high", "low", "vwap", "volume", "change",
            "change_pct", "timestamp",
        ]

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("symbol")
            bid = try fields.optionalAmount("bid")
            bidSize = try fields.optionalAmount("bid_qty")
            ask = try fields.optionalAmount("ask")
            askSize = try fields.optionalAmount("ask_qty")
            last = try fields.optionalAmount("last")
            high = try fields.optionalAmount("high")
            low = try fields.optionalAmount("low")
            vwap = try fields.optionalAmount("vwap")
            volume = try fields.optionalDouble("volume")
            change = try fields.optionalDouble("change")
            changePercent = try fields.optionalDouble("change_pct")
            time = try fields.optionalInstant("timestamp")
            extra = fields.members(beside: Self.known)
        }

        private var guesses: Fields { Fields(members: extra) }
        public var mark: Price? { guesses.guess("mark_price", "markPrice", "mark") }
        public var index: Price? { guesses.guess("index_price", "indexPrice", "index") }
        /// Fraction of notional per hour.
        public var relativeFunding: Rate? { guesses.guess("relative_funding_rate", "relativeFundingRate") }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", instrument)
            writer.put("bid", bid)
            writer.put("bid_qty", bidSize)
            writer.put("ask", ask)
            writer.put("ask_qty", askSize)
            writer.put("last", last)
            writer.put("volume", volume)
            writer.put("vwap", vwap)
            writer.put("low", low)
            writer.put("high", high)
            writer.put("change", change)
            writer.put("change_pct", changePercent)
            writer.put("timestamp", instant: time)
            writer.put(extra)
        }
    }

    /// A public trade.
    public struct Trade: WireObject {
        public var instrument: InstrumentID
        /// Sequential.
        public var id: Int64
        /// Of the taker.
        public var side: Side
        public var price: Price
        public var quantity: Quantity
        public var orderType: String?
        public var time: Timestamp
        public var extra: [JSONValue.Member]

        public init(
            _ instrument: InstrumentID, id: Int64, side: Side, price: Price, quantity: Quantity, orderType: String?,
            time: Timestamp
        ) {
            self.instrument = instrument
            self.id = id
            self.side = side
            self.price = price
            self.quantity = quantity
            self.orderType = orderType
            self.time = time
            extra = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("symbol")
            id = try fields.integer("trade_id")
            side = try fields.side("side")
            price = try fields.amount("price")
            quantity = try fields.amount("qty")
            orderType = try fields.filledText("ord_type")
            time = try fields.instant("timestamp")
            extra = fields.members(beside: ["symbol", "trade_id", "side", "price", "qty", "ord_type", "timestamp"])
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", instrument)
            writer.put("side", side.order)
            writer.put("price", price)
            writer.put("qty", quantity)
            writer.put("ord_type", orderType)
            writer.put("trade_id", id)
            writer.put("timestamp", instant: time)
            writer.put(extra)
        }
    }

    /// The state of one candle. Nothing says that it is closed. Whether `tickType` is repeated is unknown: without it, one
    /// connection per tick type.
    public struct Candle: WireObject {
        public var instrument: InstrumentID
        public var openTime: Timestamp
        /// Minutes.
        public var interval: Int64
        public var tickType: Open<TickType>?
        public var open: Price
        public var high: Price
        public var low: Price
        public var close: Price
        public var vwap: Price?
        public var volume: Double?
        public var trades: Int64?

        public init(
            _ instrument: InstrumentID, openTime: Timestamp, interval: Int64, open: Price, high: Price, low: Price,
            close: Price
        ) {
            self.instrument = instrument
            self.openTime = openTime
            self.interval = interval
            self.open = open
            self.high = high
            self.low = low
            self.close = close
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("symbol")
            openTime = try fields.instant("interval_begin")
            interval = try fields.integer("interval")
            tickType = try fields.optionalWord("tick_type")
            open = try fields.amount("open")
            high = try fields.amount("high")
            low = try fields.amount("low")
            close = try fields.amount("close")
            vwap = try fields.optionalAmount("vwap")
            volume = try fields.optionalDouble("volume")
            trades = try fields.optionalInteger("trades")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", instrument)
            writer.put("open", open)
            writer.put("high", high)
            writer.put("low", low)
            writer.put("close", close)
            writer.put("trades", trades)
            writer.put("volume", volume)
            writer.put("vwap", vwap)
            writer.put("interval_begin", instant: openTime)
            writer.put("interval", interval)
            writer.put("tick_type", tickType)
        }
    }

    /// One contract of the instrument channel. Margin levels, position limits and funding are not documented.
    public struct Instrument: WireObject {
        public var symbol: InstrumentID
        public var base: String?
        public var quote: String?
        public var status: String?
        /// The tick: round to it, never to a number of decimals.
        public var priceIncrement: Price
        public var quantityIncrement: Quantity
        public var minimum: Quantity
        public var pricePrecision: Int64?
        public var quantityPrecision: Int64?
        public var extra: [JSONValue.Member]

        private static let known: Set<String> = [
            "symbol", "base", "quote", "status", "price_increment", "qty_increment", "qty_min", "price_precision",
            "qty_precision",
        ]

        public init(_ symbol: InstrumentID, tick: Price, lot: Quantity, minimum: Quantity) {
            self.symbol = symbol
            priceIncrement = tick
            quantityIncrement = lot
            self.minimum = minimum
            extra = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            symbol = try fields.instrument("symbol")
            base = try fields.filledText("base")
            quote = try fields.filledText("quote")
            status = try fields.filledText("status")
            priceIncrement = try fields.amount("price_increment")
            quantityIncrement = try fields.amount("qty_increment")
            minimum = try fields.optionalAmount("qty_min") ?? quantityIncrement
            pricePrecision = try fields.optionalInteger("price_precision")
            quantityPrecision = try fields.optionalInteger("qty_precision")
            extra = fields.members(beside: Self.known)
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", symbol)
            writer.put("base", base)
            writer.put("quote", quote)
            writer.put("status", status)
            writer.put("qty_precision", quantityPrecision)
            writer.put("qty_increment", quantityIncrement)
            writer.put("price_precision", pricePrecision)
            writer.put("price_increment", priceIncrement)
            writer.put("qty_min", minimum)
            writer.put(extra)
        }
    }

    /// What the exchange says of itself, on connecting and at each change.
    public struct Status: WireObject {
        public var system: Open<SpotSystem>
        /// May exceed a signed number.
        public var connectionID: String?
        /// As they came: the names inside are not documented.
        public var maintenance: [JSONValue]
        public var emergency: [JSONValue]

        public init(_ system: SpotSystem) {
            self.system = .known(system)
            maintenance = []
            emergency = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            system = try fields.word("system")
            connectionID = try fields.filledText("connection_id")
            maintenance = fields["upcoming_maintenance"]?.array ?? []
            emergency = fields["emergency"]?.array ?? []
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("system", system.text)
            writer.put("api_version", "v2")
            if let connectionID {
                writer.name("connection_id")
                if UInt64(connectionID) == nil { writer.string(connectionID) } else { writer.number(connectionID) }
            }
            writer.name("upcoming_maintenance")
            writer.value(.array(maintenance))
            writer.name("emergency")
            writer.value(.array(emergency))
        }

        /// Whether any notice says this, such as `final_warning_30s` or `futures_trading`, in whatever member.
        public func mentions(_ word: String) -> Bool {
            (maintenance + emergency).contains { Self.mentions(word, in: $0) }
        }

        private static func mentions(_ word: String, in value: JSONValue) -> Bool {
            switch value {
            case .string(let text): text == word
            case .array(let elements): elements.contains { mentions(word, in: $0) }
            case .object(let members): members.contains { mentions(word, in: $0.value) }
            case .null, .bool, .number: false
            }
        }
    }
}

extension JSONWriter {
    mutating func put(_ members: [JSONValue.Member]) {
        for member in members {
            name(member.name)
            value(member.value)
        }
    }
}
