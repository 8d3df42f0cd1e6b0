import Kraken
import Market
import Wire

extension LocalExchange {
    /// The account behind the request's token. A token opens a connection within its life and then serves it for ever.
    mutating func tokenAccount(_ request: StreamRequest) -> Int? {
        guard let text = request["token"]?.string, let session = sessions[request.connection] else { return nil }
        if let known = session.token, known.text == text { return known.account }
        guard let token = tokens.first(where: { Signer.isEqual($0.text, text) && $0.expires > clock }) else {
            return nil
        }
        sessions[request.connection]?.token = token
        return token.account
    }

    mutating func privateSubscription(_ request: StreamRequest, _ name: String) {
        guard let channel = UnifiedFeeds.Channel(rawValue: name) else {
            return fail(request, "Subscription channel not supported")
        }
        guard let account = tokenAccount(request) else { return fail(request, "EAPI:Invalid token") }
        if let error = Self.fault(request, channel) { return fail(request, error) }
        let place = unified.place(request.connection, channel)
        if request.method == "unsubscribe" {
            guard let place else { return fail(request, "Subscription Not Found") }
            unified.subscriptions.remove(at: place)
            return acknowledge(request, channel)
        }
        guard place == nil else { return fail(request, "Already subscribed to \(name) channel") }
        var subscription = UnifiedFeeds.Subscription(
            connection: request.connection, account: account, channel: channel)
        subscription.tellsStatus = request["order_status"]?.bool ?? true
        subscription.withMargin = request["with_margin"]?.bool ?? false
        acknowledge(request, channel)
        stream.enrol(request.connection, at: clock)
        unified.subscriptions.append(subscription)
        unifiedSnapshot(unified.subscriptions.count - 1, request)
    }

    /// Why a channel refuses its parameters.
    private static func fault(_ request: StreamRequest, _ channel: UnifiedFeeds.Channel) -> String? {
        let asset = request["asset_class"]?.string
        switch channel {
        case .ledgers:
            if asset != nil { return "'params.asset_class' is not valid for the ledgers channel" }
        case .balances: break
        case .margin:
            if request["snapshot"] != nil { return "'params.snapshot' is not valid for the margin channel" }
            if asset != "derivatives" { return "Field 'asset_class' is missing or not supported" }
        case .executions, .positions:
            if asset != "derivatives" { return "Field 'asset_class' is missing or not supported" }
        }
        if channel == .positions, request["with_margin"]?.bool == true, request["snapshot"] != nil {
            return "'params.snapshot' is not valid together with 'params.with_margin'"
        }
        return nil
    }

    private mutating func acknowledge(_ request: StreamRequest, _ channel: UnifiedFeeds.Channel) {
        send(
            request.answer(success: true) { writer in
                writer.object("result") { writer in
                    writer.field("channel", channel.rawValue)
                    switch channel {
                    case .executions:
                        writer.field("snap_orders", request["snap_orders"]?.bool ?? true)
                        writer.field("snap_trades", request["snap_trades"]?.bool ?? false)
                    case .positions, .balances: writer.field("snapshot", request.wantsSnapshot)
                    case .margin, .ledgers: break
                    }
                }
            }, to: request.connection)
    }

    // MARK: Methods

    /// An order method on the private Unified WebSocket.
    mutating func order(_ request: StreamRequest) {
        guard let method = UnifiedMethod(rawValue: request.method) else {
            return fail(request, "Unsupported method: \(request.method)")
        }
        if let unknown = method.unknownField(in: request.parameters) {
            return fail(request, "Unsupported field: '\(unknown)'")
        }
        guard let account = tokenAccount(request) else { return fail(request, "EAPI:Invalid token") }
        if method != .cancelAllAfter, request["asset_class"]?.string != "derivatives" {
            return fail(request, "Field 'asset_class' is missing or not supported")
        }
        switch method {
        case .add: addOrder(request, account)
        case .amend: amendOrder(request, account)
        case .cancel: cancelOrders(request, account)
        case .batchAdd: batchAdd(request, account)
        case .batchCancel: batchCancel(request, account)
        case .cancelAll: cancelEverything(request, account)
        case .cancelAllAfter: cancelEverythingAfter(request, account)
        }
    }
}

/// The order methods of the Unified WebSocket with the fields that each takes.
enum UnifiedMethod: String, Hashable, Sendable {
    case add = "add_order"
    case amend = "amend_order"
    case cancel = "cancel_order"
    case batchAdd = "batch_add"
    case batchCancel = "batch_cancel"
    case cancelAll = "cancel_all"
    case cancelAllAfter = "cancel_all_orders_after"

    /// The first field that the method does not know.
    func unknownField(in parameters: JSONValue) -> String? {
        let known = Set(fields + ["token", "asset_class"])
        return parameters.members?.first { !known.contains($0.name) }?.name
    }

    static let orderFields = [
        "side", "order_type", "order_qty", "limit_price", "limit_price_type", "triggers", "time_in_force", "post_only",
        "reduce_only", "cl_ord_id", "stp_type",
    ]

    private var fields: [String] {
        switch self {
        case .add: Self.orderFields + ["symbol", "deadline", "validate"]
        case .amend: ["order_id", "cl_ord_id", "order_qty", "limit_price", "post_only", "deadline"]
        case .cancel: ["order_id", "cl_ord_id"]
        case .batchAdd: ["symbol", "deadline", "validate", "orders"]
        case .batchCancel: ["orders", "cl_ord_id"]
        case .cancelAll: []
        case .cancelAllAfter: ["timeout"]
        }
    }
}
