public import Market
public import Venue
public import Wire

extension Derivatives {
    /// `openorders`, newest first, untriggered stops included.
    public struct OpenOrders: WireObject {
        public let orders: [OpenOrder]

        public init(_ orders: [OpenOrder]) { self.orders = orders }
        public init(_ value: JSONValue) throws(WireError) { orders = try Fields(value).list("openOrders") }
        public func members(into writer: inout JSONWriter) { writer.put("openOrders", orders) }
    }

    public struct OpenOrder: WireObject {
        public var id: String
        public var clientID: String?
        public var instrument: InstrumentID
        public var side: Side
        public var type: Open<OrderType>
        public var limitPrice: Price?
        public var stopPrice: Price?
        public var signal: Open<TriggerSignal>?
        public var unfilled: Quantity
        public var filled: Quantity
        public var reduceOnly: Bool
        public var isPartlyFilled: Bool
        public var received: Timestamp?
        public var updated: Timestamp?

        public init(
            id: String, clientID: String?, instrument: InstrumentID, side: Side, type: OrderType, limitPrice: Price?,
            stopPrice: Price? = nil, signal: TriggerSignal? = nil, unfilled: Quantity, filled: Quantity,
            reduceOnly: Bool, received: Timestamp, updated: Timestamp
        ) {
            self.id = id
            self.clientID = clientID
            self.instrument = instrument
            self.side = side
            self.type = .known(type)
            self.limitPrice = limitPrice
            self.stopPrice = stopPrice
            self.signal = signal.map { .known($0) }
            self.unfilled = unfilled
            self.filled = filled
            self.reduceOnly = reduceOnly
            isPartlyFilled = filled.isPositive
            self.received = received
            self.updated = updated
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            id = try fields.text("order_id")
            clientID = try fields.filledText("cliOrdId")
            instrument = try fields.instrument("symbol")
            side = try fields.side("side")
            type = try fields.word("orderType")
            limitPrice = try fields.optionalAmount("limitPrice")
            stopPrice = try fields.optionalAmount("stopPrice")
            signal = try fields.optionalWord("triggerSignal")
            unfilled = try fields.amount("unfilledSize")
            filled = try fields.optionalAmount("filledSize") ?? .zero
            reduceOnly = try fields.flag("reduceOnly", default: false)
            isPartlyFilled = try fields.optionalText("status") == "partiallyFilled"
            received = try fields.optionalInstant("receivedTime")
            updated = try fields.optionalInstant("lastUpdateTime")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("order_id", id)
            writer.put("cliOrdId", clientID)
            writer.put("symbol", instrument)
            writer.put("side", side.order)
            writer.put("orderType", type)
            writer.put("limitPrice", limitPrice)
            writer.put("stopPrice", stopPrice)
            writer.put("triggerSignal", signal.map { $0.word?.short ?? $0.text })
            writer.put("unfilledSize", unfilled)
            writer.put("receivedTime", instant: received)
            writer.put("status", isPartlyFilled ? "partiallyFilled" : "untouched")
            writer.put("filledSize", filled)
            writer.put("reduceOnly", reduceOnly)
            writer.put("lastUpdateTime", instant: updated)
        }
    }

    /// `orders/status`: orders that are open or ended within the last 5 seconds. Absent means neither.
    public struct OrderStates: WireObject {
        public let orders: [OrderState]

        public init(_ orders: [OrderState]) { self.orders = orders }
        public init(_ value: JSONValue) throws(WireError) { orders = try Fields(value).list("orders") }
        public func members(into writer: inout JSONWriter) { writer.put("orders", orders) }
    }

    public struct OrderState: WireObject {
        public var status: Open<Status>
        public var updateReason: String?
        public var error: Open<RejectionReason>?
        public var id: String
        public var clientID: String?
        public var instrument: InstrumentID
        public var side: Side
        /// Nil for an untriggered stop or take-profit: the exchange leaves it out there.
        public var quantity: Quantity?
        public var filled: Quantity
        public var limitPrice: Price?
        public var reduceOnly: Bool
        /// Whether it is an untriggered stop or take-profit.
        public var isTrigger: Bool
        public var triggerPrice: Price?
        public var triggerSide: Open<TriggerSide>?
        public var signal: Open<TriggerSignal>?
        public var time: Timestamp?
        public var updated: Timestamp?

        public enum Status: String, WireWord {
            case enteredBook = "ENTERED_BOOK"
            case fullyExecuted = "FULLY_EXECUTED"
            case rejected = "REJECTED"
            case cancelled = "CANCELLED"
            case triggerPlaced = "TRIGGER_PLACED"
            case triggerActivationFailure = "TRIGGER_ACTIVATION_FAILURE"
        }
    }
}

extension Derivatives.OrderState {
    public init(
        _ status: Status, id: String, clientID: String?, instrument: InstrumentID, side: Side, quantity: Quantity,
        filled: Quantity, limitPrice: Price?, reduceOnly: Bool, time: Timestamp, updated: Timestamp
    ) {
        self.status = .known(status)
        self.id = id
        self.clientID = clientID
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.filled = filled
        self.limitPrice = limitPrice
        self.reduceOnly = reduceOnly
        isTrigger = false
        self.time = time
        self.updated = updated
    }

    public init(_ value: JSONValue) throws(WireError) {
        let outer = try Fields(value)
        status = try outer.word("status")
        updateReason = try outer.filledText("updateReason")
        error = try outer.optionalWord("error")
        let fields = try Fields(try outer.required("order"))
        id = try fields.text("orderId")
        clientID = try fields.filledText("cliOrdId")
        instrument = try fields.instrument("symbol")
        side = try fields.side("side")
        quantity = try fields.optionalAmount("quantity")
        filled = try fields.optionalAmount("filled") ?? .zero
        limitPrice = try fields.optionalAmount("limitPrice")
        reduceOnly = try fields.flag("reduceOnly", default: false)
        isTrigger = try fields.optionalText("type") == "TRIGGER_ORDER"
        if let options = fields["priceTriggerOptions"] {
            let trigger = try Fields(options)
            triggerPrice = try trigger.optionalAmount("triggerPrice")
            triggerSide = try trigger.optionalWord("triggerSide")
            signal = try trigger.optionalWord("triggerSignal")
        }
        time = try fields.optionalInstant("timestamp")
        updated = try fields.optionalInstant("lastUpdateTimestamp")
    }

    public func members(into writer: inout JSONWriter) {
        writer.name("order")
        writer.object { writer in
            writer.put("type", isTrigger ? "TRIGGER_ORDER" : "ORDER")
            writer.put("orderId", id)
            writer.putTextOrNull("cliOrdId", clientID)
            writer.put("symbol", instrument)
            writer.put("side", side.order)
            writer.put("quantity", quantity)
            writer.put("filled", filled)
            writer.put("limitPrice", limitPrice)
            writer.put("reduceOnly", reduceOnly)
            if isTrigger {
                writer.name("priceTriggerOptions")
                writer.object { writer in
                    writer.put("triggerPrice", triggerPrice)
                    writer.put(
                        "triggerSide",
                        triggerSide.map { $0.word.map { "TRIGGER_" + $0.pascal.uppercased() } ?? $0.text })
                    writer.put("triggerSignal", signal.map { $0.word?.long.uppercased() ?? $0.text })
                }
            }
            writer.put("timestamp", instant: time)
            writer.put("lastUpdateTimestamp", instant: updated)
        }
        writer.put("status", status)
        writer.putTextOrNull("updateReason", updateReason)
        writer.putTextOrNull("error", error?.text)
    }
}
