public import Market
public import Venue
public import Wire

extension Derivatives {
    /// What became of one instruction: `sendStatus`, `editStatus`, `cancelStatus` or an element of `batchStatus`.
    public struct OrderOutcome: Hashable, Sendable {
        public var status: Open<OrderStatus>
        /// The exchange's id of the order, when there is one.
        public var orderID: String?
        public var clientID: String?
        /// Of the instruction, in batches.
        public var tag: String?
        public var received: Timestamp?
        public var events: [OrderEvent]

        public init(
            _ status: OrderStatus, orderID: String? = nil, clientID: String? = nil, tag: String? = nil,
            received: Timestamp? = nil, events: [OrderEvent] = []
        ) {
            self.status = .known(status)
            self.orderID = orderID
            self.clientID = clientID
            self.tag = tag
            self.received = received
            self.events = events
        }
    }

    public struct SendAnswer: WireObject {
        public let outcome: OrderOutcome

        public init(_ outcome: OrderOutcome) { self.outcome = outcome }
        public init(_ value: JSONValue) throws(WireError) {
            outcome = try OrderOutcome.read(value, "sendStatus")
        }
        public func members(into writer: inout JSONWriter) {
            writer.name("sendStatus")
            outcome.write(into: &writer, id: "order_id", received: "receivedTime")
        }
    }

    public struct EditAnswer: WireObject {
        public let outcome: OrderOutcome

        public init(_ outcome: OrderOutcome) { self.outcome = outcome }
        public init(_ value: JSONValue) throws(WireError) {
            outcome = try OrderOutcome.read(value, "editStatus")
        }
        public func members(into writer: inout JSONWriter) {
            writer.name("editStatus")
            outcome.write(into: &writer, id: "orderId", received: "receivedTime")
        }
    }

    public struct CancelAnswer: WireObject {
        public let outcome: OrderOutcome

        public init(_ outcome: OrderOutcome) { self.outcome = outcome }
        public init(_ value: JSONValue) throws(WireError) {
            outcome = try OrderOutcome.read(value, "cancelStatus")
        }
        public func members(into writer: inout JSONWriter) {
            writer.name("cancelStatus")
            outcome.write(into: &writer, id: "order_id", received: "receivedTime")
        }
    }

    /// In any order: match by tag and ids.
    public struct BatchAnswer: WireObject {
        public let outcomes: [OrderOutcome]

        public init(_ outcomes: [OrderOutcome]) { self.outcomes = outcomes }

        public init(_ value: JSONValue) throws(WireError) {
            guard let elements = try Fields(value).required("batchStatus").array else {
                throw WireError(.expected("an array"), field: "batchStatus")
            }
            outcomes = try elements.map { element throws(WireError) in
                do throws(WireError) { return try OrderOutcome(element) } catch { throw error.within("batchStatus") }
            }
        }

        public func members(into writer: inout JSONWriter) {
            writer.name("batchStatus")
            writer.array { writer in
                for outcome in outcomes { outcome.write(into: &writer, id: "order_id", received: "dateTimeReceived") }
            }
        }
    }

    public struct CancelAllAnswer: WireObject {
        public var status: Open<OrderStatus>
        /// `all` or the symbol.
        public var scope: String
        public var received: Timestamp?
        public var cancelled: [Cancelled]
        public var events: [OrderEvent]

        public struct Cancelled: WireObject {
            public let orderID: String
            public let clientID: String?

            public init(orderID: String, clientID: String?) {
                self.orderID = orderID
                self.clientID = clientID
            }
            public init(_ value: JSONValue) throws(WireError) {
                let fields = try Fields(value)
                orderID = try fields.text("order_id")
                clientID = try fields.filledText("cliOrdId")
            }
            public func members(into writer: inout JSONWriter) {
                writer.put("order_id", orderID)
                writer.put("cliOrdId", clientID)
            }
        }

        public init(_ instrument: InstrumentID?, received: Timestamp, cancelled: [Cancelled], events: [OrderEvent]) {
            status = .known(cancelled.isEmpty ? .noOrdersToCancel : .cancelled)
            scope = instrument?.description ?? "all"
            self.received = received
            self.cancelled = cancelled
            self.events = events
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(try Fields(value).required("cancelStatus"))
            status = try fields.word("status")
            scope = try fields.optionalText("cancelOnly") ?? "all"
            received = try fields.optionalInstant("receivedTime")
            cancelled = try fields.optionalList("cancelledOrders") ?? []
            events = try fields.optionalList("orderEvents") ?? []
        }

        public func members(into writer: inout JSONWriter) {
            writer.name("cancelStatus")
            writer.object { writer in
                writer.put("receivedTime", instant: received)
                writer.put("cancelOnly", scope)
                writer.put("status", status)
                writer.put("cancelledOrders", cancelled)
                writer.put("orderEvents", events)
            }
        }
    }

    /// The dead man's switch. `trigger` is nil when it is disarmed.
    public struct CancelAfterAnswer: WireObject {
        public let now: Timestamp?
        public let trigger: Timestamp?

        public init(now: Timestamp, trigger: Timestamp?) {
            self.now = now
            self.trigger = trigger
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(try Fields(value).required("status"))
            now = try fields.optionalInstant("currentTime")
            trigger = try fields.text("triggerTime") == "0" ? nil : try fields.instant("triggerTime")
        }

        public func members(into writer: inout JSONWriter) {
            writer.name("status")
            writer.object { writer in
                writer.put("currentTime", instant: now)
                writer.put("triggerTime", trigger?.wireText ?? "0")
            }
        }
    }
}

extension Derivatives.OrderOutcome {
    init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        status = try fields.word("status")
        orderID = try fields.filledText("order_id", or: "orderId")
        clientID = try fields.filledText("cliOrdId")
        tag = try fields.filledText("order_tag")
        received = try fields.optionalInstant("receivedTime", or: "dateTimeReceived")
        events = try fields.optionalList("orderEvents") ?? []
    }

    static func read(_ value: JSONValue, _ name: String) throws(WireError) -> Self {
        let part = try Fields(value).required(name)
        do throws(WireError) { return try Self(part) } catch { throw error.within(name) }
    }

    func write(into writer: inout JSONWriter, id: StaticString, received time: StaticString) {
        writer.object { writer in
            writer.put("status", status)
            writer.put("order_tag", tag)
            writer.put(id, orderID)
            writer.put("cliOrdId", clientID)
            writer.put(time, instant: received)
            writer.put("orderEvents", events)
        }
    }
}
