public import Market
import Venue
public import Wire

extension Unified {
    /// A frame that a client sends.
    public struct Request: Hashable, Sendable {
        public var action: Action
        /// Needed by everything private, in every request.
        public var token: Redacted?
        /// Comes back in the answer: the only way to match a refusal.
        public var id: Int64?

        public enum Action: Hashable, Sendable {
            case subscribe(Subscription)
            case unsubscribe(Subscription)
            case ping
            case addOrder(AddOrder)
            case amendOrder(AmendOrder)
            case cancelOrders(orders: [String])
            case cancelClientOrders([String])
            /// 2 to 50 together.
            case batchCancel(orders: [String], clientIDs: [String])
            case cancelAll
            /// Zero disarms. Whether the class of assets is required, or limits it, is unknown.
            case cancelAllOrdersAfter(seconds: Int64, namesAssetClass: Bool)
            case batchAdd(BatchAdd)
        }

        public init(_ action: Action, token: Redacted? = nil, id: Int64? = nil) {
            self.action = action
            self.token = token
            self.id = id
        }
    }

    /// Why a request cannot be understood, for the local exchange to answer with.
    public struct RequestProblem: Error, Hashable, Sendable {
        public let method: Open<Method>?
        public let id: Int64?
        public let text: String

        /// The refusal as it travels.
        public func reply(received: Timestamp?, sent: Timestamp?) -> Reply {
            Reply(method ?? .unrecognised(""), .refused(text), id: id, received: received, sent: sent)
        }
    }
}

extension Unified.Request {
    public var method: Unified.Method {
        switch action {
        case .subscribe: .subscribe
        case .unsubscribe: .unsubscribe
        case .ping: .ping
        case .addOrder: .addOrder
        case .amendOrder: .amendOrder
        case .cancelOrders, .cancelClientOrders: .cancelOrder
        case .batchCancel: .batchCancel
        case .cancelAll: .cancelAll
        case .cancelAllOrdersAfter: .cancelAllOrdersAfter
        case .batchAdd: .batchAdd
        }
    }

    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.put("method", method.rawValue)
            if action != .ping {
                writer.name("params")
                writer.object { writer in
                    parameters(&writer)
                    writer.put("token", token?.reveal())
                }
            }
            writer.put("req_id", id)
        }
        return writer.bytes
    }

    private func parameters(_ writer: inout JSONWriter) {
        func assetClass(_ writer: inout JSONWriter) { writer.put("asset_class", "derivatives") }
        switch action {
        case .subscribe(let subscription), .unsubscribe(let subscription): subscription.write(&writer)
        case .ping: break
        case .addOrder(let order):
            assetClass(&writer)
            order.write(&writer)
        case .amendOrder(let amend):
            assetClass(&writer)
            amend.write(&writer)
        case .cancelOrders(let ids):
            assetClass(&writer)
            writer.put("order_id", ids)
        case .cancelClientOrders(let ids):
            assetClass(&writer)
            writer.put("cl_ord_id", ids)
        case .batchCancel(let orders, let clientIDs):
            assetClass(&writer)
            if !orders.isEmpty { writer.put("orders", orders) }
            if !clientIDs.isEmpty { writer.put("cl_ord_id", clientIDs) }
        case .cancelAll: assetClass(&writer)
        case .cancelAllOrdersAfter(let seconds, let namesAssetClass):
            if namesAssetClass { assetClass(&writer) }
            writer.put("timeout", seconds)
        case .batchAdd(let batch):
            assetClass(&writer)
            batch.write(&writer)
        }
    }

    /// Reads what a client sent.
    public init(_ bytes: [UInt8]) throws(Unified.RequestProblem) {
        var method: Open<Unified.Method>?
        var id: Int64?
        do throws(WireError) {
            let value = try JSONValue(bytes)
            let fields = try Fields(value)
            id = try fields.optionalInteger("req_id")
            let word: Open<Unified.Method> = try fields.word("method")
            method = word
            let known = try word.required("method")
            let parameters = fields["params"] ?? .object([])
            try Self.check(parameters, known)
            self.init(
                try Self.action(known, parameters),
                token: try Fields(parameters).filledText("token").map { Redacted($0) }, id: id)
        } catch {
            throw Unified.RequestProblem(method: method, id: id, text: Self.text(error))
        }
    }

    /// The exchange's words where they are known, else the problem.
    private static func text(_ error: WireError) -> String {
        guard case .expected(let what) = error.problem, what.hasPrefix("!") else { return error.description }
        return String(what.dropFirst())
    }

    /// Parameters that a channel refuses.
    private static func check(_ parameters: JSONValue, _ method: Unified.Method) throws(WireError) {
        guard method == .subscribe || method == .unsubscribe, let channel = parameters["channel"]?.string else {
            return
        }
        for (name, refusing) in [("asset_class", "ledgers"), ("snapshot", "margin"), ("snapshot", "ledgers")]
        where channel == refusing && parameters[name] != nil {
            throw WireError(.expected("!'params.\(name)' is not valid for the \(channel) channel"))
        }
    }

    private static func action(_ method: Unified.Method, _ value: JSONValue) throws(WireError) -> Action {
        let fields = try Fields(value)
        switch method {
        case .subscribe: return .subscribe(try .init(value))
        case .unsubscribe: return .unsubscribe(try .init(value))
        case .ping: return .ping
        case .addOrder: return .addOrder(try .init(value))
        case .amendOrder: return .amendOrder(try .init(value))
        case .cancelOrder:
            let ids = try fields.texts("order_id")
            return ids.isEmpty ? .cancelClientOrders(try fields.texts("cl_ord_id")) : .cancelOrders(orders: ids)
        case .batchCancel:
            return .batchCancel(orders: try fields.texts("orders"), clientIDs: try fields.texts("cl_ord_id"))
        case .cancelAll: return .cancelAll
        case .cancelAllOrdersAfter:
            return .cancelAllOrdersAfter(
                seconds: try fields.integer("timeout"), namesAssetClass: fields["asset_class"] != nil)
        case .batchAdd: return .batchAdd(try .init(value))
        }
    }
}
