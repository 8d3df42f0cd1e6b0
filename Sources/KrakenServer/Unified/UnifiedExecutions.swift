import Market
import Venue
import Wire

extension LocalExchange {
    /// What a new listener of an account is told first.
    mutating func unifiedSnapshot(_ place: Int, _ request: StreamRequest) {
        let subscription = unified.subscriptions[place]
        switch subscription.channel {
        case .executions: executionsSnapshot(place, request)
        case .positions:
            if subscription.withMargin {
                tellUnifiedPositions(place, "update")
            } else if request.wantsSnapshot {
                tellUnifiedPositions(place, "snapshot")
            }
        case .margin: tellUnifiedMargin(place)
        case .balances: if request.wantsSnapshot { balancesSnapshot(place) }
        case .ledgers: break
        }
    }

    /// Sends a data frame in the next number of the subscription; `fill` gets the exchange to read from.
    mutating func sendUnified(_ place: Int, _ type: String, _ fill: (LocalExchange, inout JSONWriter) -> Void) {
        unified.subscriptions[place].sequence += 1
        let subscription = unified.subscriptions[place]
        let bytes = frame(subscription.channel.rawValue, type) { writer in
            fill(self, &writer)
            writer.field("timestamp", clock.rfc3339(digits: 6))
            writer.field("sequence", subscription.sequence)
        }
        stream.busy.insert(subscription.connection)
        send(bytes, to: subscription.connection)
    }

    private mutating func executionsSnapshot(_ place: Int, _ request: StreamRequest) {
        let account = accounts[unified.subscriptions[place].account]
        let orders = request["snap_orders"]?.bool ?? true ? account.open : []
        let trades = request["snap_trades"]?.bool ?? false ? Array(account.fills.elements.suffix(50)) : []
        sendUnified(place, "snapshot") { exchange, writer in
            writer.array("data") { writer in
                for record in orders {
                    writer.object { writer in exchange.execution(record, "new", record.liveStatus, &writer) }
                }
                for fill in trades { writer.object { writer in exchange.tradeExecution(fill, &writer) } }
            }
        }
    }

    /// Writes to the account's listeners what happened.
    mutating func tellUnified(_ news: [AccountNews], of account: Int) {
        guard unified.hears(account) else { return }
        for place in unified.subscriptions.indices where unified.subscriptions[place].account == account {
            let subscription = unified.subscriptions[place]
            switch subscription.channel {
            case .executions: for item in news { tellExecution(place, item) }
            case .positions: tellChangedPositions(place, news)
            case .margin: tellUnifiedMargin(place)
            case .balances, .ledgers: for item in news { tellLedger(place, item) }
            }
        }
    }

    private mutating func tellExecution(_ place: Int, _ news: AccountNews) {
        let tellsStatus = unified.subscriptions[place].tellsStatus
        func order(_ record: OrderRecord, _ type: String, _ status: String) {
            sendUnified(place, "update") { exchange, writer in
                writer.array("data") { writer in
                    writer.object { writer in exchange.execution(record, type, status, &writer) }
                }
            }
        }
        switch news {
        case .order(let record, let change):
            switch change {
            case .placed: order(record, "new", "new")
            case .filled: order(record, "filled", "filled")
            case .cancelled: order(record, "canceled", "canceled")
            case .edited: if tellsStatus { order(record, "amended", record.liveStatus) }
            case .triggered: if tellsStatus { order(record, "status", record.liveStatus) }
            case .partlyFilled, .refused: break
            }
        case .fill(let fill):
            guard tellsStatus else { return }
            sendUnified(place, "update") { exchange, writer in
                writer.array("data") { writer in
                    writer.object { writer in exchange.tradeExecution(fill, &writer) }
                }
            }
        case .log, .positions, .balances: break
        }
    }

    private func execution(_ record: OrderRecord, _ type: String, _ status: String, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("order_id", record.uuid)
        if let name = ticket.clientID { writer.field("cl_ord_id", name) }
        writer.field("symbol", tape.markets[ticket.market].names.contract)
        writer.field("side", ticket.side.trade)
        writer.field("order_type", ticket.unifiedType)
        writer.field("order_qty", ticket.quantity)
        if let limit = ticket.limitPrice { writer.field("limit_price", limit) }
        writer.field("time_in_force", ticket.type.isImmediate ? "IOC" : "GTC")
        writer.field("post_only", ticket.type == .postOnly)
        writer.field("reduce_only", ticket.reduceOnly)
        if ticket.type.isTrigger, let stop = ticket.stopPrice {
            writer.object("triggers") { writer in
                writer.field(
                    "reference", ticket.trigger == .mark ? "mark" : ticket.trigger == .index ? "index" : "last")
                writer.field("price", stop)
                writer.field("price_type", "static")
                writer.field("status", record.isTriggered ? "triggered" : "untriggered")
            }
        }
        writer.field("exec_type", type)
        writer.field("order_status", status)
        if case .cancelled(let cause) = record.state { writer.field("reason", cause.unifiedText) }
        if ticket.type == .liquidation { writer.field("liquidated", true) }
        totals(record, &writer)
        writer.field("timestamp", record.updated.rfc3339(digits: 6))
    }

    private func totals(_ record: OrderRecord, _ writer: inout JSONWriter) {
        writer.field("cum_qty", record.filled)
        writer.field("cum_cost", record.cost)
        writer.field("avg_price", record.cost.price(of: record.filled, .nearestEven) ?? .zero)
    }

    /// A trade says `partially_filled` even when it completed the order; `filled` follows in a frame of its own.
    private func tradeExecution(_ entry: FillRecord, _ writer: inout JSONWriter) {
        let fill = entry.fill
        writer.field("order_id", entry.order.uuid)
        if let name = entry.order.ticket.clientID { writer.field("cl_ord_id", name) }
        writer.field("exec_id", entry.uuid)
        writer.field("exec_type", "trade")
        writer.field("trade_id", fill.id)
        writer.field("symbol", tape.markets[entry.market].names.contract)
        writer.field("side", fill.side.trade)
        writer.field("order_type", entry.order.ticket.unifiedType)
        writer.field("order_qty", entry.order.ticket.quantity)
        writer.field("last_qty", fill.quantity)
        writer.field("last_price", fill.price)
        writer.field("liquidity_ind", fill.liquidity == .maker ? "m" : "t")
        writer.field("cost", fill.notional)
        writer.field("order_status", "partially_filled")
        if fill.cause != .order { writer.field("liquidated", true) }
        totals(entry.order, &writer)
        writer.field("fee_usd_equiv", fill.fee)
        writer.array("fees") { writer in
            writer.object { writer in
                writer.field("asset", "USD")
                writer.field("qty", fill.fee)
            }
        }
        writer.field("timestamp", fill.time.rfc3339(digits: 6))
    }
}

extension OrderRecord {
    var liveStatus: String { filled.isZero ? "new" : "partially_filled" }
}

extension OrderTicket {
    /// The word of `order_type`.
    var unifiedType: String {
        switch type {
        case .limit, .postOnly, .immediateOrCancel, .fillOrKill: "limit"
        case .market, .liquidation: "market"
        case .stop: limitPrice == nil ? "stop-loss" : "stop-loss-limit"
        case .takeProfit: limitPrice == nil ? "take-profit" : "take-profit-limit"
        }
    }
}

extension CancelCause {
    /// The words of an execution's `reason`.
    var unifiedText: String {
        switch self {
        case .user: "User requested"
        case .deadMan: "Cancel all orders after"
        case .venue: "Canceled by exchange"
        case .notEnoughMargin: "Insufficient margin"
        case .liquidation: "Liquidation"
        case .nothingToReduce: "Reduce only order would not reduce"
        case .immediate: "IOC order canceled"
        case .marketInactive: "Market inactive"
        case .selfTrade: "Self trade prevention"
        case .delisted: "Contract expired"
        }
    }
}
