public import Market
public import Wire

extension Unified {
    /// The answer to a request.
    public struct Reply: Hashable, Sendable {
        public var method: Open<Method>
        public var outcome: Outcome
        public var id: Int64?
        public var received: Timestamp?
        public var sent: Timestamp?

        public enum Outcome: Hashable, Sendable {
            case accepted(Results)
            /// In the exchange's words; see `RefusalKind`.
            case refused(String)
        }

        /// What the members of `result` say, by method. A batch has one per order.
        public struct Results: Hashable, Sendable {
            public var channel: Open<Channel>?
            public var symbol: String?
            public var orders: [OrderResult]
            /// Of cancelled orders.
            public var count: Int64?
            /// Of the dead man's switch.
            public var now: Timestamp?
            /// When it fires; nil when disarmed.
            public var trigger: Timestamp?
            public var maximumRateCount: Int64?
            /// To be logged: they announce changes.
            public var warnings: [String]

            public init() {
                orders = []
                warnings = []
            }
        }

        public struct OrderResult: Hashable, Sendable {
            /// The exchange's id; nil when empty.
            public var orderID: String?
            public var clientID: String?
            /// Empty for derivatives.
            public var amendID: String?

            public init(orderID: String? = nil, clientID: String? = nil, amendID: String? = nil) {
                self.orderID = orderID
                self.clientID = clientID
                self.amendID = amendID
            }
        }

        public init(
            _ method: Open<Method>, _ outcome: Outcome, id: Int64?, received: Timestamp? = nil, sent: Timestamp? = nil
        ) {
            self.method = method
            self.outcome = outcome
            self.id = id
            self.received = received
            self.sent = sent
        }
    }
}

extension Unified.Reply: WireObject {
    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        method = try fields.word("method")
        id = try fields.optionalInteger("req_id")
        received = try fields.optionalInstant("time_in")
        sent = try fields.optionalInstant("time_out")
        // Anything but a plain yes is a no.
        if fields["success"] == .bool(true) {
            outcome = .accepted(try Results(fields["result"]))
        } else {
            outcome = .refused(try fields.optionalText("error") ?? "")
        }
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("method", method)
        writer.put("req_id", id)
        switch outcome {
        case .accepted(let results):
            results.write(method, &writer)
            writer.put("success", true)
        case .refused(let error):
            writer.put("error", error)
            writer.put("success", false)
        }
        writer.put("time_in", instant: received)
        writer.put("time_out", instant: sent)
    }
}

extension Unified.Reply.Results {
    init(_ value: JSONValue?) throws(WireError) {
        self.init()
        guard let value else { return }
        if let elements = value.array {
            orders = try elements.map { element throws(WireError) in try Self.order(try Fields(element)) }
            return
        }
        do throws(WireError) {
            let fields = try Fields(value)
            channel = try fields.optionalWord("channel")
            symbol = try fields.filledText("symbol")
            count = try fields.optionalInteger("count")
            now = try fields.optionalInstant("currentTime")
            if let text = try fields.filledText("triggerTime"), text != "0" {
                trigger = try fields.optionalInstant("triggerTime")
            }
            maximumRateCount = try fields.optionalInteger("maxratecount")
            warnings = try fields.texts("warnings")
            let order = try Self.order(fields)
            if order != .init() { orders = [order] }
        } catch {
            throw error.within("result")
        }
    }

    private static func order(_ fields: Fields) throws(WireError) -> Unified.Reply.OrderResult {
        .init(
            orderID: try fields.filledText("order_id"), clientID: try fields.filledText("cl_ord_id"),
            amendID: try fields.optionalText("amend_id"))
    }

    func write(_ method: Open<Unified.Method>, _ writer: inout JSONWriter) {
        writer.name("result")
        if method == .known(.batchAdd) {
            writer.array { writer in
                for order in orders { writer.object { Self.write(order, &$0) } }
            }
            return
        }
        writer.object { writer in
            if let order = orders.first { Self.write(order, &writer) }
            writer.put("channel", channel)
            writer.put("symbol", symbol)
            writer.put("count", count)
            writer.put("currentTime", instant: now)
            writer.put("triggerTime", instant: trigger)
            writer.put("maxratecount", maximumRateCount)
            if !warnings.isEmpty { writer.put("warnings", warnings) }
        }
    }

    private static func write(_ order: Unified.Reply.OrderResult, _ writer: inout JSONWriter) {
        writer.put("amend_id", order.amendID)
        writer.put("order_id", order.orderID)
        writer.put("cl_ord_id", order.clientID)
    }
}
