public import Market
public import Venue
import Wire

extension Derivatives {
    /// Which order: by the exchange's id or by ours.
    public enum OrderReference: Hashable, Sendable {
        /// The exchange's own.
        case order(String)
        /// Ours, given with the order.
        case client(String)
    }

    /// `POST /sendorder`. Prices must lie on the tick, sizes on the lot.
    public struct SendOrder: Hashable, Sendable {
        public var type: OrderType
        public var instrument: InstrumentID
        /// `long` buys, `short` sells.
        public var side: Side
        /// In contracts: coins for linear contracts.
        public var size: Quantity
        /// For limits; the worst price of a trigger order. Never with `mkt`.
        public var limitPrice: Price?
        public var stopPrice: Price?
        public var trigger: TriggerSignal?
        public var clientID: String?
        public var reduceOnly: Bool
        public var trailing: Trailing?
        /// Processing later than this is refused: the protection against a delayed order.
        public var processBefore: Timestamp?

        /// The distance of a trailing stop.
        public struct Trailing: Hashable, Sendable {
            public let deviation: Price
            public let unit: OffsetUnit

            public init(deviation: Price, unit: OffsetUnit) {
                self.deviation = deviation
                self.unit = unit
            }
        }

        public init(
            _ type: OrderType, _ instrument: InstrumentID, _ side: Side, size: Quantity, limitPrice: Price? = nil,
            stopPrice: Price? = nil, trigger: TriggerSignal? = nil, clientID: String? = nil, reduceOnly: Bool = false,
            trailing: Trailing? = nil, processBefore: Timestamp? = nil
        ) {
            self.type = type
            self.instrument = instrument
            self.side = side
            self.size = size
            self.limitPrice = limitPrice
            self.stopPrice = stopPrice
            self.trigger = trigger
            self.clientID = clientID
            self.reduceOnly = reduceOnly
            self.trailing = trailing
            self.processBefore = processBefore
        }
    }

    /// `POST /editorder`.
    public struct EditOrder: Hashable, Sendable {
        public var reference: OrderReference
        public var size: Quantity?
        public var limitPrice: Price?
        public var stopPrice: Price?
        /// True: `size` is the total with what has filled; false: the new open size.
        public var sizeIsTotal: Bool
        public var processBefore: Timestamp?

        public init(
            _ reference: OrderReference, size: Quantity? = nil, limitPrice: Price? = nil, stopPrice: Price? = nil,
            sizeIsTotal: Bool = false, processBefore: Timestamp? = nil
        ) {
            self.reference = reference
            self.size = size
            self.limitPrice = limitPrice
            self.stopPrice = stopPrice
            self.sizeIsTotal = sizeIsTotal
            self.processBefore = processBefore
        }
    }

    /// `POST /cancelorder`.
    public struct CancelOrder: Hashable, Sendable {
        public var reference: OrderReference
        public var processBefore: Timestamp?

        public init(_ reference: OrderReference, processBefore: Timestamp? = nil) {
            self.reference = reference
            self.processBefore = processBefore
        }
    }
}

extension Derivatives.SendOrder {
    var form: FormText {
        var form = FormText()
        form.append("orderType", type.rawValue)
        form.append("symbol", instrument.description)
        form.append("side", side.order)
        form.append("size", size.description)
        form.append("limitPrice", limitPrice?.description)
        form.append("stopPrice", stopPrice?.description)
        form.append("triggerSignal", trigger?.rawValue)
        form.append("cliOrdId", clientID)
        form.append("reduceOnly", reduceOnly ? "true" : "false")
        form.append("trailingStopMaxDeviation", trailing?.deviation.description)
        form.append("trailingStopDeviationUnit", trailing?.unit.rawValue)
        form.append("processBefore", processBefore?.wireText)
        return form
    }

    init(_ form: FormReader) throws(Derivatives.RequestProblem) {
        let deviation = try form.optionalAmount("trailingStopMaxDeviation", Price.self)
        let unit: Derivatives.OffsetUnit? = try form.optionalWord("trailingStopDeviationUnit")
        self.init(
            try form.word("orderType"), try form.instrument("symbol"), try form.side("side"),
            size: try form.amount("size"), limitPrice: try form.optionalAmount("limitPrice"),
            stopPrice: try form.optionalAmount("stopPrice"), trigger: try form.optionalWord("triggerSignal"),
            clientID: form.text("cliOrdId"), reduceOnly: try form.flag("reduceOnly"),
            processBefore: try form.optionalInstant("processBefore"))
        if let deviation, let unit {
            trailing = Trailing(deviation: deviation, unit: unit)
        } else if deviation != nil || unit != nil {
            throw .missing(deviation == nil ? "trailingStopMaxDeviation" : "trailingStopDeviationUnit")
        }
    }
}

extension Derivatives.EditOrder {
    var form: FormText {
        var form = FormText()
        switch reference {
        case .order(let id): form.append("orderId", id)
        case .client(let id): form.append("cliOrdId", id)
        }
        form.append("size", size?.description)
        form.append("limitPrice", limitPrice?.description)
        form.append("stopPrice", stopPrice?.description)
        if sizeIsTotal { form.append("qtyMode", "ABSOLUTE") }
        form.append("processBefore", processBefore?.wireText)
        return form
    }

    /// Batches name the exchange's id otherwise than the single request.
    init(_ form: FormReader, idName: String = "orderId") throws(Derivatives.RequestProblem) {
        let mode = form.text("qtyMode") ?? "RELATIVE"
        guard mode == "ABSOLUTE" || mode == "RELATIVE" else { throw .invalid("qtyMode") }
        self.init(
            try form.reference(idName), size: try form.optionalAmount("size"),
            limitPrice: try form.optionalAmount("limitPrice"), stopPrice: try form.optionalAmount("stopPrice"),
            sizeIsTotal: mode == "ABSOLUTE", processBefore: try form.optionalInstant("processBefore"))
    }
}

extension Derivatives.CancelOrder {
    var form: FormText {
        var form = FormText()
        switch reference {
        case .order(let id): form.append("order_id", id)
        case .client(let id): form.append("cliOrdId", id)
        }
        form.append("processBefore", processBefore?.wireText)
        return form
    }

    init(_ form: FormReader) throws(Derivatives.RequestProblem) {
        self.init(try form.reference("order_id"), processBefore: try form.optionalInstant("processBefore"))
    }
}

extension FormText {
    /// Nothing when there is no value.
    mutating func append(_ name: String, _ value: String?) {
        if let value { append(name, value) }
    }
}
