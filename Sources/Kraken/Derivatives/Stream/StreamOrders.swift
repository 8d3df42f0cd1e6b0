public import Market
public import Venue
public import Wire

extension Derivatives {
    /// An order in the feed of open orders.
    public struct StreamOrder: Hashable, Sendable {
        public var id: String
        /// Missing on many changes: orders are told apart by the exchange's id.
        public var clientID: String?
        public var instrument: InstrumentID
        public var side: Side
        public var type: Open<StreamOrderType>
        /// What remains; zero when it was filled.
        public var remaining: Quantity
        public var filled: Quantity
        public var limitPrice: Price?
        public var stopPrice: Price?
        public var signal: Open<TriggerSignal>?
        public var reduceOnly: Bool
        public var time: Timestamp
        public var updated: Timestamp

        public init(
            id: String, clientID: String?, instrument: InstrumentID, side: Side, type: StreamOrderType,
            remaining: Quantity, filled: Quantity, limitPrice: Price?, stopPrice: Price? = nil,
            signal: TriggerSignal? = nil, reduceOnly: Bool, time: Timestamp, updated: Timestamp
        ) {
            self.id = id
            self.clientID = clientID
            self.instrument = instrument
            self.side = side
            self.type = .known(type)
            self.remaining = remaining
            self.filled = filled
            self.limitPrice = limitPrice
            self.stopPrice = stopPrice
            self.signal = signal.map { .known($0) }
            self.reduceOnly = reduceOnly
            self.time = time
            self.updated = updated
        }
    }

    /// A change of one order.
    public struct StreamOrderChange: Hashable, Sendable {
        /// The exchange's id.
        public var id: String
        public var clientID: String?
        /// The order as it is now; some cancellations come without.
        public var order: StreamOrder?
        /// It is gone from the list, cancelled or filled: `reason` says which.
        public var isGone: Bool
        public var reason: Open<OrderReason>
        public var isVerbose: Bool

        public init(_ order: StreamOrder, isGone: Bool, reason: OrderReason) {
            id = order.id
            clientID = order.clientID
            self.order = order
            self.isGone = isGone
            self.reason = .known(reason)
            isVerbose = false
        }

        /// Gone without further words.
        public init(gone id: String, clientID: String?, reason: OrderReason) {
            self.id = id
            self.clientID = clientID
            isGone = true
            self.reason = .known(reason)
            isVerbose = false
        }
    }

    /// Why an order changed.
    public enum OrderReason: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case placed = "new_placed_order_by_user"
        case edited = "edited_by_user"
        case partialFill = "partial_fill"
        case fullFill = "full_fill"
        case cancelledByUser = "cancelled_by_user"
        case cancelledByAdmin = "cancelled_by_admin"
        case liquidation
        case stopTriggered = "stop_order_triggered"
        case limitFromStop = "limit_order_from_stop"
        case contractExpired = "contract_expired"
        case notEnoughMargin = "not_enough_margin"
        case marketInactive = "market_inactive"
        case deadManSwitch = "dead_man_switch"
        case wouldNotExecute = "ioc_order_failed_because_it_would_not_be_executed"
        case postWouldFill = "post_order_failed_because_it_would_filled"
        case wouldExecuteSelf = "would_execute_self"
        case wouldNotReducePosition = "would_not_reduce_position"
        case orderForEditNotFound = "order_for_edit_not_found"

        public static func spelled(_ text: String) -> OrderReason? {
            text == "post_order_failed_because_it_would_be_filled" ? .postWouldFill : nil
        }
    }
}

extension Derivatives.StreamOrder {
    init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var id: String?
        var clientID: String?
        var direction: Int64?
        var type: Open<Derivatives.StreamOrderType>?
        var remaining: Quantity?
        var filled = Quantity.zero
        var limitPrice: Price?
        var stopPrice: Price?
        var signal: Open<Derivatives.TriggerSignal>?
        var reduceOnly = false
        var time: Timestamp?
        var updated: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "instrument": instrument = try reader.instrument()
            case "time": time = try reader.milliseconds()
            case "last_update_time": updated = try reader.milliseconds()
            case "qty": remaining = try reader.amount()
            case "filled": filled = try reader.amount()
            case "limit_price": limitPrice = try reader.nonZero()
            case "stop_price": stopPrice = try reader.nonZero()
            case "type": type = try reader.word()
            case "order_id": id = try reader.text()
            case "cli_ord_id": clientID = try reader.filledText()
            case "direction": direction = try reader.integer()
            case "reduce_only": reduceOnly = try reader.bool()
            case "triggerSignal", "trigger_signal": signal = try reader.filledWord()
            default: try reader.skip()
            }
        }
        self.instrument = try required(instrument, "instrument")
        self.id = try required(id, "order_id")
        self.clientID = clientID
        self.type = try required(type, "type")
        self.remaining = try required(remaining, "qty")
        self.time = try required(time, "time")
        self.updated = updated ?? self.time
        self.filled = filled
        self.limitPrice = limitPrice
        self.stopPrice = stopPrice
        self.signal = signal
        self.reduceOnly = reduceOnly
        switch try required(direction, "direction") {
        case 0: side = .long
        case 1: side = .short
        default: throw WireError(.expected("0 or 1"), field: "direction")
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("instrument", instrument)
            writer.put("time", milliseconds: time)
            writer.put("last_update_time", milliseconds: updated)
            writer.put("qty", remaining)
            writer.put("filled", filled)
            writer.put("limit_price", limitPrice ?? .zero)
            writer.put("stop_price", stopPrice ?? .zero)
            writer.put("type", type)
            writer.put("order_id", id)
            writer.put("cli_ord_id", clientID)
            writer.put("direction", side == .long ? Int64(0) : 1)
            writer.put("reduce_only", reduceOnly)
            writer.put("triggerSignal", signal.map { $0.word?.short ?? $0.text })
        }
    }
}

extension Derivatives.StreamOrderChange {
    init(_ reader: inout JSONReader) throws(WireError) {
        // Read where it stays: an order is too big to be carried about.
        self.init(gone: "", clientID: nil, reason: .liquidation)
        var isNamed = false
        var isGone: Bool?
        var hasReason = false
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "feed": isVerbose = try reader.string() == "open_orders_verbose"
            case "order": order = try Derivatives.StreamOrder(&reader)
            case "order_id":
                id = try reader.text()
                isNamed = true
            case "cli_ord_id": clientID = try reader.filledText()
            case "is_cancel": isGone = try reader.bool()
            case "reason":
                reason = try reader.word()
                hasReason = true
            default: try reader.skip()
            }
        }
        if !isNamed { id = try required(order?.id, "order_id") }
        if clientID == nil { clientID = order?.clientID }
        self.isGone = try required(isGone, "is_cancel")
        guard hasReason else { throw .missing("reason") }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("feed", isVerbose ? "open_orders_verbose" : "open_orders")
            if let order {
                writer.name("order")
                order.write(into: &writer)
            } else {
                writer.put("order_id", id)
                writer.put("cli_ord_id", clientID)
            }
            writer.put("is_cancel", isGone)
            writer.put("reason", reason)
        }
    }
}
