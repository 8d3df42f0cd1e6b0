import Market
import Venue
import Wire

/// The frequent frames read in one pass, as they are documented. Whatever is written otherwise in them, an error too, is
/// left to the tree, which reads the same and more.
extension Unified.Frame {
    /// Nil sends the frame the general way.
    static func atOnce(_ bytes: [UInt8]) -> Self? {
        do throws(WireError) {
            return try JSONReader.read(bytes) { reader throws(WireError) in
                guard reader.begins(with: "{\"channel\":\"") else { throw notAtOnce }
                return try Self(&reader)
            }
        } catch {
            return nil
        }
    }

    private enum Content {
        case ticker([Unified.Ticker])
        case trades([Unified.Trade])
        case candles([Unified.Candle])
        case executions([Unified.Execution])
    }

    private init(_ reader: inout JSONReader) throws(WireError) {
        var channel: JSONText?
        var delivery: SpotDelivery?
        var content: Content?
        var sequence: Int64?
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "channel" where channel == nil: channel = try reader.string()
            case "type": delivery = SpotDelivery(try reader.string())
            case "data" where content == nil: content = try Self.content(of: channel, &reader)
            case "sequence": sequence = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "channel", "data", "method": throw notAtOnce
            default: try reader.skip()
            }
        }
        guard let delivery, let content else { throw notAtOnce }
        self =
            switch content {
            case .ticker(let list): .ticker(delivery, list)
            case .trades(let list): .trades(delivery, list)
            case .candles(let list): .candles(delivery, list)
            case .executions(let list): .executions(delivery, list, sequence: sequence)
            }
    }

    private static func content(of channel: JSONText?, _ reader: inout JSONReader) throws(WireError) -> Content {
        switch channel {
        case .some("ticker"): .ticker(try reader.list { reader throws(WireError) in try .init(&reader) })
        case .some("trade"): .trades(try reader.list { reader throws(WireError) in try .init(&reader) })
        case .some("ohlc"): .candles(try reader.list { reader throws(WireError) in try .init(&reader) })
        case .some("executions"): .executions(try reader.list { reader throws(WireError) in try .init(&reader) })
        default: throw notAtOnce
        }
    }
}

/// Never seen outside: the general way says what is wrong, if anything is.
private var notAtOnce: WireError { WireError(.syntax) }

extension JSONReader {
    /// Reads an object whose names are written without escapes.
    @inline(__always)
    fileprivate mutating func plainMembers(
        _ field: (JSONText, inout JSONReader) throws(WireError) -> Void
    ) throws(WireError) {
        try object { name, reader throws(WireError) in
            if name.hasEscapes { throw notAtOnce }
            try field(name, &reader)
        }
    }

    fileprivate mutating func optionalInstant() throws(WireError) -> Timestamp? { null() ? nil : try instant() }
    fileprivate mutating func optionalInteger() throws(WireError) -> Int64? { null() ? nil : try integer() }
    fileprivate mutating func optionalFlag() throws(WireError) -> Bool? { null() ? nil : try bool() }
}

extension Unified.Ticker {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        guard let placeholder else { throw notAtOnce }
        self.init(placeholder)
        var isNamed = false
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "symbol":
                instrument = try reader.instrument()
                isNamed = true
            case "bid": bid = try reader.optionalAmount()
            case "bid_qty": bidSize = try reader.optionalAmount()
            case "ask": ask = try reader.optionalAmount()
            case "ask_qty": askSize = try reader.optionalAmount()
            case "last": last = try reader.optionalAmount()
            case "volume": volume = try reader.optionalDouble()
            case "vwap": vwap = try reader.optionalAmount()
            case "low": low = try reader.optionalAmount()
            case "high": high = try reader.optionalAmount()
            case "change": change = try reader.optionalDouble()
            case "change_pct": changePercent = try reader.optionalDouble()
            case "timestamp": time = try reader.optionalInstant()
            default: extra.append(JSONValue.Member(name.string, try JSONValue(&reader)))
            }
        }
        if !isNamed { throw notAtOnce }
    }
}

/// Stands in until the frame says which contract it is about.
private let placeholder = InstrumentID("-")

extension Unified.Trade {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var id: Int64?
        var side: Side?
        var price: Price?
        var quantity: Quantity?
        var orderType: String?
        var time: Timestamp?
        var extra: [JSONValue.Member] = []
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "symbol": instrument = try reader.instrument()
            case "side": side = try reader.tradeSide()
            case "price": price = try reader.amount()
            case "qty": quantity = try reader.amount()
            case "ord_type": orderType = try reader.filledText()
            case "trade_id": id = try reader.integer()
            case "timestamp": time = try reader.instant()
            default: extra.append(JSONValue.Member(name.string, try JSONValue(&reader)))
            }
        }
        guard let instrument, let id, let side, let price, let quantity, let time else { throw notAtOnce }
        self.init(
            instrument, id: id, side: side, price: price, quantity: quantity, orderType: orderType, time: time)
        self.extra = extra
    }
}

extension Unified.Candle {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var openTime: Timestamp?
        var interval: Int64?
        var prices: (open: Price?, high: Price?, low: Price?, close: Price?, vwap: Price?)
        var tickType: Open<Unified.TickType>?
        var volume: Double?
        var trades: Int64?
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "symbol": instrument = try reader.instrument()
            case "open": prices.open = try reader.amount()
            case "high": prices.high = try reader.amount()
            case "low": prices.low = try reader.amount()
            case "close": prices.close = try reader.amount()
            case "trades": trades = try reader.optionalInteger()
            case "volume": volume = try reader.optionalDouble()
            case "vwap": prices.vwap = try reader.optionalAmount()
            case "interval_begin": openTime = try reader.instant()
            case "interval": interval = try reader.integer()
            case "tick_type": tickType = try reader.filledWord()
            default: try reader.skip()
            }
        }
        guard let instrument, let openTime, let interval, let open = prices.open, let high = prices.high,
            let low = prices.low, let close = prices.close
        else { throw notAtOnce }
        self.init(
            instrument, openTime: openTime, interval: interval, open: open, high: high, low: low, close: close)
        self.tickType = tickType
        self.vwap = prices.vwap
        self.volume = volume
        self.trades = trades
    }
}

extension Unified.Execution {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        self.init("", .status, time: Timestamp(nanoseconds: 0))
        time = nil
        var isNamed = false
        var isTyped = false
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "order_id":
                orderID = try reader.text()
                isNamed = true
            case "exec_type":
                type = try reader.word()
                isTyped = true
            case "cl_ord_id": clientID = try reader.filledText()
            case "order_status": state = try reader.filledWord()
            case "symbol": instrument = try reader.optional { reader throws(WireError) in try reader.instrument() }
            case "side": side = try reader.optional { reader throws(WireError) in try reader.tradeSide() }
            case "order_type": orderType = try reader.filledWord()
            case "order_qty": quantity = try reader.optionalAmount()
            case "limit_price": limitPrice = try reader.optionalAmount()
            case "time_in_force": timeInForce = try reader.filledWord()
            case "reduce_only": reduceOnly = try reader.optionalFlag()
            case "post_only": postOnly = try reader.optionalFlag()
            case "timestamp": time = try reader.optionalInstant()
            default: try readFill(name, &reader)
            }
        }
        if !isNamed || !isTyped { throw notAtOnce }
    }

    /// The members of a fill and of a trigger, and those that are not known.
    private mutating func readFill(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) {
        switch name {
        case "cum_qty": filled = try reader.optionalAmount()
        case "avg_price": averagePrice = try reader.optionalAmount()
        case "exec_id": executionID = try reader.filledText()
        case "last_qty": lastQuantity = try reader.optionalAmount()
        case "last_price": lastPrice = try reader.optionalAmount()
        case "liquidity_ind":
            let text = try reader.string()
            if text.hasEscapes { throw notAtOnce }
            liquidity = text == "m" ? .maker : text == "t" ? .taker : nil
        case "fees": fees = try reader.list { reader throws(WireError) in try CurrencyFee(&reader) }
        case "triggers": trigger = try Trigger(&reader)
        case "liquidated": liquidated = try reader.optionalFlag()
        case "reason": reason = try reader.filledText()
        default: extra.append(JSONValue.Member(name.string, try JSONValue(&reader)))
        }
    }
}

extension Unified.Execution.CurrencyFee {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        var asset: String?
        var amount: Money?
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "asset": asset = try reader.text()
            case "qty": amount = try reader.amount()
            default: try reader.skip()
            }
        }
        guard let asset, let amount else { throw notAtOnce }
        self.init(asset: asset, amount: amount)
    }
}

extension Unified.Execution.Trigger {
    fileprivate init(_ reader: inout JSONReader) throws(WireError) {
        self.init(.index, price: .zero, isTriggered: false)
        (reference, price, status) = (nil, nil, nil)
        try reader.plainMembers { name, reader throws(WireError) in
            switch name {
            case "reference": reference = try reader.filledWord()
            case "price": price = try reader.optionalAmount()
            case "status": status = try reader.filledText()
            default: try reader.skip()
            }
        }
    }
}
