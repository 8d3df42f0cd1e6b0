public import Market
public import Venue
import Wire

extension Unified {
    /// `add_order`.
    public struct AddOrder: Hashable, Sendable {
        public var instrument: InstrumentID
        /// `long` buys, `short` sells.
        public var side: Side
        public var type: OrderType
        /// In contracts: coins.
        public var quantity: Quantity
        public var limitPrice: Price?
        public var trigger: Trigger?
        public var timeInForce: TimeInForce?
        public var postOnly: Bool
        public var reduceOnly: Bool
        /// Lower-case UUID, never used twice: the exchange only refuses it while the first is open.
        public var clientID: String?
        /// Not matched after this: half a second to a minute ahead.
        public var deadline: Timestamp?
        /// Checked only, not placed, where the exchange supports it.
        public var validate: Bool

        public struct Trigger: Hashable, Sendable {
            public let reference: Reference
            public let price: Price

            public init(_ reference: Reference, _ price: Price) {
                self.reference = reference
                self.price = price
            }
        }

        public init(
            _ type: OrderType, _ instrument: InstrumentID, _ side: Side, quantity: Quantity, limitPrice: Price? = nil,
            trigger: Trigger? = nil, timeInForce: TimeInForce? = nil, postOnly: Bool = false, reduceOnly: Bool = false,
            clientID: String? = nil, deadline: Timestamp? = nil, validate: Bool = false
        ) {
            self.instrument = instrument
            self.side = side
            self.type = type
            self.quantity = quantity
            self.limitPrice = limitPrice
            self.trigger = trigger
            self.timeInForce = timeInForce
            self.postOnly = postOnly
            self.reduceOnly = reduceOnly
            self.clientID = clientID
            self.deadline = deadline
            self.validate = validate
        }
    }

    /// `amend_order`: keeps ids and, where it can, the place in the queue.
    public struct AmendOrder: Hashable, Sendable {
        public var reference: Derivatives.OrderReference
        public var quantity: Quantity?
        public var limitPrice: Price?
        /// Documented for spot only: unproven for derivatives.
        public var triggerPrice: Price?
        public var postOnly: Bool?
        public var deadline: Timestamp?

        public init(
            _ reference: Derivatives.OrderReference, quantity: Quantity? = nil, limitPrice: Price? = nil,
            triggerPrice: Price? = nil, postOnly: Bool? = nil, deadline: Timestamp? = nil
        ) {
            self.reference = reference
            self.quantity = quantity
            self.limitPrice = limitPrice
            self.triggerPrice = triggerPrice
            self.postOnly = postOnly
            self.deadline = deadline
        }
    }

    /// `batch_add`: 2 to 15 orders of one instrument.
    public struct BatchAdd: Hashable, Sendable {
        public var instrument: InstrumentID
        public var orders: [AddOrder]
        public var deadline: Timestamp?
        public var validate: Bool

        public init(
            _ instrument: InstrumentID, _ orders: [AddOrder], deadline: Timestamp? = nil, validate: Bool = false
        ) {
            self.instrument = instrument
            self.orders = orders
            self.deadline = deadline
            self.validate = validate
        }
    }
}

extension Unified.AddOrder {
    /// `inBatch`: the instrument, the deadline and the check stand beside the list of orders.
    func write(_ writer: inout JSONWriter, inBatch: Bool = false) {
        if !inBatch { writer.put("symbol", instrument) }
        writer.put("side", side.order)
        writer.put("order_type", type.rawValue)
        writer.put("order_qty", quantity)
        writer.put("limit_price", limitPrice)
        if let trigger {
            writer.name("triggers")
            writer.object { writer in
                writer.put("reference", trigger.reference.rawValue)
                writer.put("price", trigger.price)
                writer.put("price_type", "static")
            }
        }
        writer.put("time_in_force", timeInForce?.rawValue)
        if postOnly { writer.put("post_only", true) }
        if reduceOnly { writer.put("reduce_only", true) }
        writer.put("cl_ord_id", clientID)
        if inBatch { return }
        writer.put("deadline", instant: deadline)
        if validate { writer.put("validate", true) }
    }

    init(_ value: JSONValue, batch: InstrumentID? = nil) throws(WireError) {
        let fields = try Fields(value)
        let symbol = batch == nil ? try fields.instrument("symbol") : batch
        var trigger: Trigger?
        if let part = fields["triggers"] {
            let triggers = try Fields(part)
            let type = try triggers.optionalText("price_type") ?? "static"
            guard type == "static" else { throw WireError(.expected("static"), field: "triggers.price_type") }
            let reference: Open<Unified.Reference> = try triggers.optionalWord("reference") ?? .known(.last)
            trigger = Trigger(try reference.required("triggers.reference"), try triggers.amount("price"))
        }
        self.init(
            try fields.word("order_type", Unified.OrderType.self).required("order_type"),
            try Kraken.required(symbol, "symbol"),
            try fields.side("side"), quantity: try fields.amount("order_qty"),
            limitPrice: try fields.optionalAmount("limit_price"), trigger: trigger,
            timeInForce: try fields.optionalWord("time_in_force", Unified.TimeInForce.self)?.required("time_in_force"),
            postOnly: try fields.flag("post_only", default: false),
            reduceOnly: try fields.flag("reduce_only", default: false),
            clientID: try fields.filledText("cl_ord_id"), deadline: try fields.optionalInstant("deadline"),
            validate: try fields.flag("validate", default: false))
    }
}

extension Unified.AmendOrder {
    func write(_ writer: inout JSONWriter) {
        switch reference {
        case .order(let id): writer.put("order_id", id)
        case .client(let id): writer.put("cl_ord_id", id)
        }
        writer.put("order_qty", quantity)
        writer.put("limit_price", limitPrice)
        writer.put("trigger_price", triggerPrice)
        writer.put("post_only", postOnly)
        writer.put("deadline", instant: deadline)
    }

    init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        let reference: Derivatives.OrderReference
        if let id = try fields.filledText("order_id") {
            reference = .order(id)
        } else {
            reference = .client(try fields.text("cl_ord_id"))
        }
        self.init(
            reference, quantity: try fields.optionalAmount("order_qty"),
            limitPrice: try fields.optionalAmount("limit_price"),
            triggerPrice: try fields.optionalAmount("trigger_price"),
            postOnly: try fields.optionalFlag("post_only"), deadline: try fields.optionalInstant("deadline"))
    }
}

extension Unified.BatchAdd {
    func write(_ writer: inout JSONWriter) {
        writer.put("symbol", instrument)
        writer.name("orders")
        writer.array { writer in
            for order in orders { writer.object { order.write(&$0, inBatch: true) } }
        }
        writer.put("deadline", instant: deadline)
        if validate { writer.put("validate", true) }
    }

    init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        let instrument = try fields.instrument("symbol")
        guard let elements = try fields.required("orders").array else {
            throw WireError(.expected("an array"), field: "orders")
        }
        let orders = try elements.map { element throws(WireError) in
            do throws(WireError) {
                return try Unified.AddOrder(element, batch: instrument)
            } catch {
                throw error.within("orders")
            }
        }
        self.init(
            instrument, orders, deadline: try fields.optionalInstant("deadline"),
            validate: try fields.flag("validate", default: false))
    }
}

extension Open {
    /// The word, where a new one cannot be acted on.
    func required(_ name: String) throws(WireError) -> Word {
        guard let word else { throw WireError(.expected("a known word, not '\(text)'"), field: name) }
        return word
    }
}
