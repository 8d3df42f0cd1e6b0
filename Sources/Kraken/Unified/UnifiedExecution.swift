public import Market
public import Venue
public import Wire

extension Unified {
    /// What happened to one order. Updates are sparse: everything but the id may be missing and is then as before.
    public struct Execution: WireObject {
        public var orderID: String
        public var clientID: String?
        public var type: Open<ExecutionType>
        public var state: Open<OrderState>?
        public var instrument: InstrumentID?
        public var side: Side?
        public var orderType: Open<OrderType>?
        public var quantity: Quantity?
        public var limitPrice: Price?
        public var timeInForce: Open<TimeInForce>?
        public var reduceOnly: Bool?
        public var postOnly: Bool?
        public var trigger: Trigger?
        /// Filled in all.
        public var filled: Quantity?
        public var averagePrice: Price?
        /// Identity of a fill.
        public var executionID: String?
        public var lastQuantity: Quantity?
        public var lastPrice: Price?
        public var liquidity: Liquidity?
        public var fees: [CurrencyFee]
        public var liquidated: Bool?
        /// Why it was cancelled.
        public var reason: String?
        public var time: Timestamp?
        /// Members that are not read, as they came.
        public var extra: [JSONValue.Member]

        public struct Trigger: WireObject {
            public var reference: Open<Reference>?
            public var price: Price?
            /// `triggered` or `untriggered`.
            public var status: String?

            public init(_ reference: Reference, price: Price, isTriggered: Bool) {
                self.reference = .known(reference)
                self.price = price
                status = isTriggered ? "triggered" : "untriggered"
            }

            public init(_ value: JSONValue) throws(WireError) {
                let fields = try Fields(value)
                reference = try fields.optionalWord("reference")
                price = try fields.optionalAmount("price")
                status = try fields.filledText("status")
            }

            public func members(into writer: inout JSONWriter) {
                writer.put("reference", reference)
                writer.put("price", price)
                writer.put("price_type", "static")
                writer.put("status", status)
            }
        }

        public struct CurrencyFee: WireObject {
            public var asset: String
            /// The sign of a rebate is unknown.
            public var amount: Money

            public init(asset: String, amount: Money) {
                self.asset = asset
                self.amount = amount
            }
            public init(_ value: JSONValue) throws(WireError) {
                let fields = try Fields(value)
                asset = try fields.text("asset")
                amount = try fields.amount("qty")
            }
            public func members(into writer: inout JSONWriter) {
                writer.put("asset", asset)
                writer.put("qty", amount)
            }
        }

        public init(_ orderID: String, _ type: ExecutionType, time: Timestamp) {
            self.orderID = orderID
            self.type = .known(type)
            self.time = time
            fees = []
            extra = []
        }
    }
}

extension Unified.Execution {
    private static let known: Set<String> = [
        "order_id", "cl_ord_id", "exec_type", "order_status", "symbol", "side", "order_type", "order_qty",
        "limit_price", "time_in_force", "reduce_only", "post_only", "triggers", "cum_qty", "avg_price", "exec_id",
        "last_qty", "last_price", "liquidity_ind", "fees", "liquidated", "reason", "timestamp",
    ]

    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        orderID = try fields.text("order_id")
        clientID = try fields.filledText("cl_ord_id")
        type = try fields.word("exec_type")
        state = try fields.optionalWord("order_status")
        instrument = try fields.optionalInstrument("symbol")
        side = try fields["side"] == nil ? nil : fields.side("side")
        orderType = try fields.optionalWord("order_type")
        quantity = try fields.optionalAmount("order_qty")
        limitPrice = try fields.optionalAmount("limit_price")
        timeInForce = try fields.optionalWord("time_in_force")
        reduceOnly = try fields.optionalFlag("reduce_only")
        postOnly = try fields.optionalFlag("post_only")
        trigger = try fields.optionalObject("triggers")
        filled = try fields.optionalAmount("cum_qty")
        averagePrice = try fields.optionalAmount("avg_price")
        executionID = try fields.filledText("exec_id")
        lastQuantity = try fields.optionalAmount("last_qty")
        lastPrice = try fields.optionalAmount("last_price")
        switch try fields.filledText("liquidity_ind") {
        case "m": liquidity = .maker
        case "t": liquidity = .taker
        default: liquidity = nil
        }
        fees = try fields.optionalList("fees") ?? []
        liquidated = try fields.optionalFlag("liquidated")
        reason = try fields.filledText("reason")
        time = try fields.optionalInstant("timestamp")
        extra = fields.members(beside: Self.known)
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("order_id", orderID)
        writer.put("cl_ord_id", clientID)
        writer.put("exec_type", type)
        writer.put("order_status", state)
        writer.put("symbol", instrument)
        writer.put("side", side?.order)
        writer.put("order_type", orderType)
        writer.put("order_qty", quantity)
        writer.put("limit_price", limitPrice)
        writer.put("time_in_force", timeInForce.map { $0.text.uppercased() })
        writer.put("reduce_only", reduceOnly)
        writer.put("post_only", postOnly)
        writer.put("triggers", trigger)
        writer.put("cum_qty", filled)
        writer.put("avg_price", averagePrice)
        writer.put("exec_id", executionID)
        writer.put("last_qty", lastQuantity)
        writer.put("last_price", lastPrice)
        writer.put("liquidity_ind", liquidity.map { $0 == .maker ? "m" : "t" })
        if !fees.isEmpty { writer.put("fees", fees) }
        writer.put("liquidated", liquidated)
        writer.put("reason", reason)
        writer.put("timestamp", instant: time)
        writer.put(extra)
    }
}
