public import Market
public import Venue
public import Wire

extension Derivatives {
    /// One page of `/api/history/v3` but for the account log.
    public struct HistoryPage: WireObject {
        public var elements: [HistoryElement]
        /// Of the next page; nil on the last.
        public var continuation: String?

        public init(_ elements: [HistoryElement], continuation: String?) {
            self.elements = elements
            self.continuation = continuation
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            elements = try fields.list("elements")
            continuation = try fields.filledText("continuationToken")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("elements", elements)
            writer.put("len", Int64(elements.count))
            writer.put("continuationToken", continuation)
        }
    }

    public struct HistoryElement: WireObject {
        public let uid: String
        public let time: Timestamp
        public let event: HistoryEvent

        public init(uid: String, time: Timestamp, event: HistoryEvent) {
            self.uid = uid
            self.time = time
            self.event = event
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            uid = try fields.text("uid")
            time = try fields.instant("timestamp")
            event = try fields.object("event")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("uid", uid)
            writer.put("timestamp", milliseconds: time)
            writer.put("event", event)
        }
    }

    public enum HistoryEvent: WireObject {
        case execution(HistoryExecution)
        case order(OrderChange, HistoryOrder, reason: String?)
        case trigger(TriggerChange, HistoryOrder, reason: String?)
        case markPrice(Price)
        /// The name of the event.
        case unrecognised(String)

        public enum OrderChange: String, WireWord {
            case placed = "OrderPlaced"
            /// The order is the new one.
            case updated = "OrderUpdated"
            case cancelled = "OrderCancelled"
            case rejected = "OrderRejected"
            case notFound = "OrderNotFound"
            case editRejected = "OrderEditRejected"
        }

        public enum TriggerChange: String, WireWord {
            case placed = "OrderTriggerPlaced"
            case activated = "OrderTriggerActivated"
            case updated = "OrderTriggerUpdated"
            case cancelled = "OrderTriggerCancelled"
        }
    }

    /// One of our executions, or one of the market's.
    public struct HistoryExecution: WireObject {
        public var uid: String
        public var time: Timestamp
        public var quantity: Quantity
        public var price: Price
        public var mark: Price?
        /// `maker` or `taker`: our part in it.
        public var liquidity: String?
        public var notional: Money?
        /// What we paid.
        public var fee: Money?
        /// Our position afterwards.
        public var positionSize: Quantity?
        /// The order of ours, or the maker's when the market's.
        public var makerOrder: HistoryOrder?
        public var takerOrder: HistoryOrder?
        public var order: HistoryOrder?
    }

    /// An order or a trigger in an event. `quantity` is what remains.
    public struct HistoryOrder: WireObject {
        public var uid: String
        public var instrument: InstrumentID
        public var side: Side
        public var quantity: Quantity
        public var filled: Quantity?
        public var limitPrice: Price?
        /// `Limit`, `IoC`, `Post`, `Market`, `Liquidation`, `Assignment`, `Unwind`.
        public var type: String
        public var clientID: String?
        public var reduceOnly: Bool
        public var triggerPrice: Price?
        public var triggerSide: Open<TriggerSide>?
        public var signal: Open<TriggerSignal>?
        public var time: Timestamp
        public var updated: Timestamp?
    }
}

extension Derivatives.HistoryEvent {
    public init(_ value: JSONValue) throws(WireError) {
        guard let member = value.members?.first else { throw WireError(.expected("an object with one member")) }
        let fields: Fields
        do throws(WireError) { fields = try Fields(member.value) } catch { throw error.within(member.name) }
        do throws(WireError) {
            if let change = OrderChange(rawValue: member.name) {
                let name = fields["newOrder"] == nil ? "order" : "newOrder"
                guard fields[name] != nil else {
                    self = .unrecognised(member.name)
                    return
                }
                self = .order(change, try fields.object(name), reason: try fields.filledText("reason"))
            } else if let change = TriggerChange(rawValue: member.name) {
                let name = ["order", "newOrderTrigger", "orderTrigger", "newOrder"].first { fields[$0] != nil }
                guard let name else {
                    self = .unrecognised(member.name)
                    return
                }
                self = .trigger(change, try fields.object(name), reason: try fields.filledText("reason"))
            } else if member.name == "Execution" {
                self = .execution(try fields.object("execution"))
            } else if member.name == "MarkPriceChanged" {
                self = .markPrice(try fields.amount("price"))
            } else {
                self = .unrecognised(member.name)
            }
        } catch {
            throw error.within(member.name)
        }
    }

    public func members(into writer: inout JSONWriter) {
        switch self {
        case .execution(let execution):
            writer.name("Execution")
            writer.object { writer in
                writer.put("execution", execution)
                writer.put("takerReducedQuantity", "")
            }
        case .order(let change, let order, let reason):
            writer.name(change.rawValue)
            writer.object { writer in
                if change == .updated { writer.put("oldOrder", order) }
                writer.name(change == .updated ? "newOrder" : "order")
                order.write(into: &writer)
                writer.put("reason", reason)
                writer.put("reducedQuantity", "")
                writer.put("algoId", "")
            }
        case .trigger(let change, let order, let reason):
            writer.name(change.rawValue)
            writer.object { writer in
                writer.put("order", order)
                writer.put("reason", reason)
            }
        case .markPrice(let price):
            writer.name("MarkPriceChanged")
            writer.object { writer in writer.put("price", price.description) }
        case .unrecognised(let name):
            writer.name(name)
            writer.object { _ in }
        }
    }
}

extension Derivatives.HistoryExecution {
    public init(uid: String, time: Timestamp, quantity: Quantity, price: Price) {
        self.uid = uid
        self.time = time
        self.quantity = quantity
        self.price = price
    }

    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        uid = try fields.text("uid")
        time = try fields.instant("timestamp")
        quantity = try fields.amount("quantity")
        price = try fields.amount("price")
        mark = try fields.optionalAmount("markPrice")
        liquidity = try fields.filledText("executionType")
        notional = try fields.optionalAmount("usdValue")
        if let data = fields["orderData"] {
            let own = try Fields(data)
            fee = try own.optionalAmount("fee")
            positionSize = try own.optionalAmount("positionSize")
        }
        makerOrder = try fields.optionalObject("makerOrder")
        takerOrder = try fields.optionalObject("takerOrder")
        order = try fields.optionalObject("order")
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("uid", uid)
        writer.put("makerOrder", makerOrder)
        writer.put("takerOrder", takerOrder)
        writer.put("order", order)
        writer.put("timestamp", milliseconds: time)
        writer.put("quantity", quantity.description)
        writer.put("price", price.description)
        writer.put("markPrice", mark?.description)
        writer.put("executionType", liquidity)
        writer.put("usdValue", notional?.description)
        if fee != nil || positionSize != nil {
            writer.name("orderData")
            writer.object { writer in
                writer.put("fee", fee?.description)
                writer.put("positionSize", positionSize?.description)
            }
        }
    }
}

extension Derivatives.HistoryOrder {
    public init(
        uid: String, instrument: InstrumentID, side: Side, quantity: Quantity, filled: Quantity?, limitPrice: Price?,
        type: String, clientID: String?, reduceOnly: Bool, time: Timestamp, updated: Timestamp?
    ) {
        self.uid = uid
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.filled = filled
        self.limitPrice = limitPrice
        self.type = type
        self.clientID = clientID
        self.reduceOnly = reduceOnly
        self.time = time
        self.updated = updated
    }

    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        uid = try fields.text("uid")
        instrument = try fields.instrument("tradeable")
        side = try fields.side("direction")
        quantity = try fields.amount("quantity")
        filled = try fields.optionalAmount("filled")
        limitPrice = try fields.optionalAmount("limitPrice")
        type = try fields.text("orderType")
        clientID = try fields.filledText("clientId")
        reduceOnly = try fields.flag("reduceOnly", default: false)
        if let options = fields["triggerOptions"] {
            let trigger = try Fields(options)
            triggerPrice = try trigger.optionalAmount("triggerPrice")
            triggerSide = try trigger.optionalWord("triggerSide")
            signal = try trigger.optionalWord("triggerSignal")
        }
        time = try fields.instant("timestamp")
        updated = try fields.optionalInstant("lastUpdateTimestamp")
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("uid", uid)
        writer.put("tradeable", instrument)
        writer.put("direction", side.direction)
        writer.put("quantity", quantity.description)
        writer.put("filled", filled?.description)
        writer.put("timestamp", milliseconds: time)
        writer.put("limitPrice", limitPrice?.description ?? "")
        writer.put("orderType", type)
        writer.put("clientId", clientID ?? "")
        writer.put("reduceOnly", reduceOnly)
        if triggerPrice != nil || triggerSide != nil || signal != nil {
            writer.name("triggerOptions")
            writer.object { writer in
                writer.put("triggerPrice", triggerPrice?.description)
                writer.put("triggerSignal", signal.map { $0.word?.pascal ?? $0.text })
                writer.put("triggerSide", triggerSide.map { $0.word?.pascal ?? $0.text })
            }
        }
        writer.put("lastUpdateTimestamp", milliseconds: updated)
    }
}
