public import Market
public import Venue
public import Wire

extension Derivatives {
    /// One of our fills. `id` is its identity: snapshots repeat fills after a reconnect.
    public struct StreamFill: Hashable, Sendable {
        public var id: String
        public var orderID: String
        public var clientID: String?
        public var instrument: InstrumentID
        public var side: Side
        public var price: Price
        public var quantity: Quantity
        /// Of the order, after this fill.
        public var remaining: Quantity?
        /// Counts fills of this subscription.
        public var sequence: Int64
        public var type: Open<FillType>
        /// Negative for a rebate.
        public var fee: Money?
        public var feeCurrency: String?
        public var orderType: Open<StreamOrderType>?
        public var takerOrderType: Open<StreamOrderType>?
        public var time: Timestamp

        public init(
            id: String, orderID: String, clientID: String?, instrument: InstrumentID, side: Side, price: Price,
            quantity: Quantity, remaining: Quantity?, sequence: Int64, type: FillType, fee: Money?, time: Timestamp
        ) {
            self.id = id
            self.orderID = orderID
            self.clientID = clientID
            self.instrument = instrument
            self.side = side
            self.price = price
            self.quantity = quantity
            self.remaining = remaining
            self.sequence = sequence
            self.type = .known(type)
            self.fee = fee
            feeCurrency = fee == nil ? nil : "USD"
            self.time = time
        }
    }
}

extension Derivatives.StreamFill {
    init(_ reader: inout JSONReader) throws(WireError) {
        var id: String?
        var orderID: String?
        var clientID: String?
        var instrument: InstrumentID?
        var buys: Bool?
        var price: Price?
        var quantity: Quantity?
        var remaining: Quantity?
        var sequence: Int64?
        var type: Open<Derivatives.FillType>?
        var fee: Money?
        var feeCurrency: String?
        var orderType: Open<Derivatives.StreamOrderType>?
        var takerOrderType: Open<Derivatives.StreamOrderType>?
        var time: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "instrument": instrument = try reader.instrument()
            case "time": time = try reader.milliseconds()
            case "price": price = try reader.amount()
            case "seq": sequence = try reader.integer()
            case "buy": buys = try reader.bool()
            case "qty": quantity = try reader.amount()
            case "remaining_order_qty": remaining = try reader.optionalAmount()
            case "order_id": orderID = try reader.text()
            case "cli_ord_id": clientID = try reader.filledText()
            case "fill_id": id = try reader.text()
            case "fill_type": type = try reader.word()
            case "fee_paid": fee = try reader.optionalAmount()
            case "fee_currency": feeCurrency = try reader.filledText()
            case "order_type": orderType = try reader.filledWord()
            case "taker_order_type": takerOrderType = try reader.filledWord()
            default: try reader.skip()
            }
        }
        self.id = try required(id, "fill_id")
        self.orderID = try required(orderID, "order_id")
        self.clientID = clientID
        self.instrument = try required(instrument, "instrument")
        side = try required(buys, "buy") ? .long : .short
        self.price = try required(price, "price")
        self.quantity = try required(quantity, "qty")
        self.remaining = remaining
        self.sequence = try required(sequence, "seq")
        self.type = try required(type, "fill_type")
        self.fee = fee
        self.feeCurrency = feeCurrency
        self.orderType = orderType
        self.takerOrderType = takerOrderType
        self.time = try required(time, "time")
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("instrument", instrument)
            writer.put("time", milliseconds: time)
            writer.put("price", price)
            writer.put("seq", sequence)
            writer.put("buy", side == .long)
            writer.put("qty", quantity)
            writer.put("remaining_order_qty", remaining)
            writer.put("order_id", orderID)
            writer.put("cli_ord_id", clientID)
            writer.put("fill_id", id)
            writer.put("fill_type", type)
            writer.put("fee_paid", fee)
            writer.put("fee_currency", feeCurrency)
            writer.put("taker_order_type", takerOrderType)
            writer.put("order_type", orderType)
        }
    }
}
