public import Market
public import Venue
public import Wire

extension Derivatives {
    /// What happened to an order while an instruction was carried out.
    public enum OrderEvent: WireObject {
        case placed(EventOrder, reducedQuantity: Quantity?)
        case triggerPlaced(EventTrigger)
        /// `id` is that of the fill.
        case executed(id: String, price: Price, quantity: Quantity, order: EventOrder, takerReduced: Quantity?)
        case edited(from: EventOrder, to: EventOrder, reducedQuantity: Quantity?)
        case triggerEdited(from: EventTrigger, to: EventTrigger)
        case cancelled(id: String, EventOrder?)
        case triggerCancelled(id: String, EventTrigger)
        case rejected(id: String, reason: Open<RejectionReason>, EventOrder?)
        case triggerRejected(id: String, reason: Open<RejectionReason>, EventTrigger)
        case unrecognised(String)
    }

    /// An order in an event.
    public struct EventOrder: WireObject {
        public var id: String
        public var clientID: String?
        public var type: Open<OrderType>
        public var instrument: InstrumentID
        public var side: Side
        public var quantity: Quantity
        public var filled: Quantity
        public var limitPrice: Price?
        public var reduceOnly: Bool
        public var time: Timestamp
        public var updated: Timestamp

        public init(
            id: String, clientID: String?, type: OrderType, instrument: InstrumentID, side: Side, quantity: Quantity,
            filled: Quantity = .zero, limitPrice: Price?, reduceOnly: Bool, time: Timestamp, updated: Timestamp? = nil
        ) {
            self.id = id
            self.clientID = clientID
            self.type = .known(type)
            self.instrument = instrument
            self.side = side
            self.quantity = quantity
            self.filled = filled
            self.limitPrice = limitPrice
            self.reduceOnly = reduceOnly
            self.time = time
            self.updated = updated ?? time
        }
    }

    /// An untriggered stop or take-profit in an event.
    public struct EventTrigger: WireObject {
        public var id: String
        public var clientID: String?
        /// What it becomes when it fires.
        public var type: Open<OrderType>
        public var instrument: InstrumentID
        public var side: Side
        public var quantity: Quantity
        public var limitPrice: Price?
        public var triggerPrice: Price?
        public var triggerSide: Open<TriggerSide>?
        public var signal: Open<TriggerSignal>?
        public var reduceOnly: Bool
        public var time: Timestamp
        public var updated: Timestamp

        public init(
            id: String, clientID: String?, type: OrderType, instrument: InstrumentID, side: Side, quantity: Quantity,
            limitPrice: Price?, triggerPrice: Price, triggerSide: TriggerSide, signal: TriggerSignal, reduceOnly: Bool,
            time: Timestamp, updated: Timestamp? = nil
        ) {
            self.id = id
            self.clientID = clientID
            self.type = .known(type)
            self.instrument = instrument
            self.side = side
            self.quantity = quantity
            self.limitPrice = limitPrice
            self.triggerPrice = triggerPrice
            self.triggerSide = .known(triggerSide)
            self.signal = .known(signal)
            self.reduceOnly = reduceOnly
            self.time = time
            self.updated = updated ?? time
        }
    }

    /// Why an order was refused, in events.
    public enum RejectionReason: String, WireWord {
        case marketSuspended = "MARKET_SUSPENDED"
        case marketNotFound = "MARKET_NOT_FOUND"
        case invalidPrice = "INVALID_PRICE"
        case invalidQuantity = "INVALID_QUANTITY"
        case smallOrderLimitExceeded = "SMALL_ORDER_LIMIT_EXCEEDED"
        case insufficientMargin = "INSUFFICIENT_MARGIN"
        case wouldCauseLiquidation = "WOULD_CAUSE_LIQUIDATION"
        case clientOrderIDInUse = "CLIENT_ORDER_ID_IN_USE"
        case clientOrderIDTooLong = "CLIENT_ORDER_ID_TOO_LONG"
        case maxPositionExceeded = "MAX_POSITION_EXCEEDED"
        case priceCollar = "PRICE_COLLAR"
        case priceDislocation = "PRICE_DISLOCATION"
        case editHasNoEffect = "EDIT_HAS_NO_EFFECT"
        case orderForCancellationNotFound = "ORDER_FOR_CANCELLATION_NOT_FOUND"
        case orderForEditNotFound = "ORDER_FOR_EDIT_NOT_FOUND"
        case orderCannotHaveTriggerPrice = "ORDER_CANNOT_HAVE_TRIGGER_PRICE"
        case postWouldExecute = "POST_WOULD_EXECUTE"
        case iocWouldNotExecute = "IOC_WOULD_NOT_EXECUTE"
        case wouldExecuteSelf = "WOULD_EXECUTE_SELF"
        case wouldNotReducePosition = "WOULD_NOT_REDUCE_POSITION"
        case rejectedAfterExecution = "REJECTED_AFTER_EXECUTION"
        case marketIsPostOnly = "MARKET_IS_POST_ONLY"
        case orderLimitExceeded = "ORDER_LIMIT_EXCEEDED"
        case fixedLeverageTooHigh = "FIXED_LEVERAGE_TOO_HIGH"
        case insufficientClosingMargin = "INSUFFICIENT_CLOSING_MARGIN"
        case cannotEditTriggerPriceOfTrailingStop = "CANNOT_EDIT_TRIGGER_PRICE_OF_TRAILING_STOP"
        case cannotEditLimitPriceOfTrailingStop = "CANNOT_EDIT_LIMIT_PRICE_OF_TRAILING_STOP"
    }
}

extension Derivatives.OrderEvent {
    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        let kind = try fields.text("type")
        switch kind {
        case "PLACE": self = try Self.place(fields)
        case "EXECUTION":
            self = .executed(
                id: try fields.text("executionId"), price: try fields.amount("price"),
                quantity: try fields.amount("amount"), order: try fields.object("orderPriorExecution"),
                takerReduced: try fields.optionalAmount("takerReducedQuantity"))
        case "EDIT": self = try Self.edit(fields)
        case "CANCEL":
            let id = try fields.text("uid")
            if let trigger: Derivatives.EventTrigger = try fields.optionalObject("orderTrigger") {
                self = .triggerCancelled(id: id, trigger)
            } else {
                self = .cancelled(id: id, try fields.optionalObject("order"))
            }
        case "REJECT":
            let id = try fields.text("uid")
            let reason: Open<Derivatives.RejectionReason> = try fields.word("reason")
            if let trigger: Derivatives.EventTrigger = try fields.optionalObject("orderTrigger") {
                self = .triggerRejected(id: id, reason: reason, trigger)
            } else {
                self = .rejected(id: id, reason: reason, try fields.optionalObject("order"))
            }
        default: self = .unrecognised(kind)
        }
    }

    private static func place(_ fields: Fields) throws(WireError) -> Self {
        if let trigger: Derivatives.EventTrigger = try fields.optionalObject("orderTrigger") {
            return .triggerPlaced(trigger)
        }
        return .placed(
            try fields.object("order"), reducedQuantity: try fields.optionalAmount("reducedQuantity"))
    }

    private static func edit(_ fields: Fields) throws(WireError) -> Self {
        if try Fields(try fields.required("old"))["triggerPrice"] != nil {
            return .triggerEdited(from: try fields.object("old"), to: try fields.object("new"))
        }
        return .edited(
            from: try fields.object("old"), to: try fields.object("new"),
            reducedQuantity: try fields.optionalAmount("reducedQuantity"))
    }

    public func members(into writer: inout JSONWriter) {
        switch self {
        case .placed(let order, let reduced):
            writer.put("order", order)
            writer.putAmountOrNull("reducedQuantity", reduced)
            writer.put("type", "PLACE")
        case .triggerPlaced(let trigger):
            writer.put("orderTrigger", trigger)
            writer.put("type", "PLACE")
        case .executed(let id, let price, let quantity, let order, let reduced):
            writer.put("executionId", id)
            writer.put("price", price)
            writer.put("amount", quantity)
            writer.putNull("orderPriorEdit")
            writer.put("orderPriorExecution", order)
            writer.putAmountOrNull("takerReducedQuantity", reduced)
            writer.put("type", "EXECUTION")
        case .edited(let old, let new, let reduced):
            writer.put("old", old)
            writer.put("new", new)
            writer.putAmountOrNull("reducedQuantity", reduced)
            writer.put("type", "EDIT")
        case .triggerEdited(let old, let new):
            writer.put("old", old)
            writer.put("new", new)
            writer.putNull("reducedQuantity")
            writer.put("type", "EDIT")
        case .cancelled(let id, let order):
            writer.put("uid", id)
            writer.put("order", order)
            writer.put("type", "CANCEL")
        case .triggerCancelled(let id, let trigger):
            writer.put("uid", id)
            writer.put("orderTrigger", trigger)
            writer.put("type", "CANCEL")
        case .rejected(let id, let reason, let order):
            writer.put("uid", id)
            writer.put("order", order)
            writer.put("reason", reason)
            writer.put("type", "REJECT")
        case .triggerRejected(let id, let reason, let trigger):
            writer.put("uid", id)
            writer.put("orderTrigger", trigger)
            writer.put("reason", reason)
            writer.put("type", "REJECT")
        case .unrecognised(let kind): writer.put("type", kind)
        }
    }
}

extension Derivatives.EventOrder {
    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        id = try fields.text("orderId")
        clientID = try fields.filledText("cliOrdId")
        type = try fields.word("type")
        instrument = try fields.instrument("symbol")
        side = try fields.side("side")
        quantity = try fields.amount("quantity")
        filled = try fields.optionalAmount("filled") ?? .zero
        limitPrice = try fields.optionalAmount("limitPrice")
        reduceOnly = try fields.flag("reduceOnly", default: false)
        time = try fields.instant("timestamp")
        updated = try fields.optionalInstant("lastUpdateTimestamp") ?? time
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("orderId", id)
        writer.putTextOrNull("cliOrdId", clientID)
        writer.put("type", type)
        writer.put("symbol", instrument)
        writer.put("side", side.order)
        writer.put("quantity", quantity)
        writer.put("filled", filled)
        writer.put("limitPrice", limitPrice)
        writer.put("reduceOnly", reduceOnly)
        writer.put("timestamp", instant: time)
        writer.put("lastUpdateTimestamp", instant: updated)
    }
}

extension Derivatives.EventTrigger {
    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        id = try fields.text("uid")
        clientID = try fields.filledText("clientId")
        type = try fields.word("type")
        instrument = try fields.instrument("symbol")
        side = try fields.side("side")
        quantity = try fields.amount("quantity")
        limitPrice = try fields.optionalAmount("limitPrice")
        triggerPrice = try fields.optionalAmount("triggerPrice")
        triggerSide = try fields.optionalWord("triggerSide")
        signal = try fields.optionalWord("triggerSignal")
        reduceOnly = try fields.flag("reduceOnly", default: false)
        time = try fields.instant("timestamp")
        updated = try fields.optionalInstant("lastUpdateTimestamp") ?? time
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("uid", id)
        writer.putTextOrNull("clientId", clientID)
        writer.put("type", type)
        writer.put("symbol", instrument)
        writer.put("side", side.order)
        writer.put("quantity", quantity)
        writer.put("limitPrice", limitPrice)
        writer.put("triggerPrice", triggerPrice)
        writer.put("triggerSide", triggerSide)
        writer.put("triggerSignal", signal.map { $0.word?.long ?? $0.text })
        writer.put("reduceOnly", reduceOnly)
        writer.put("timestamp", instant: time)
        writer.put("lastUpdateTimestamp", instant: updated)
        writer.putNull("startTime")
    }
}
