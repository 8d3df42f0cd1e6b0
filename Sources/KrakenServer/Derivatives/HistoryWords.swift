import Market
import Wire

extension OrderType {
    /// The word of the history's `orderType`.
    var historyName: String {
        switch self {
        case .limit, .stop, .takeProfit: "Limit"
        case .postOnly: "Post"
        case .immediateOrCancel, .fillOrKill: "IoC"
        case .market: "Market"
        case .liquidation: "Liquidation"
        }
    }
}

extension OrderChange {
    /// The event of the history that tells of this change of `record`.
    func write(_ exchange: LocalExchange, _ record: OrderRecord, _ account: Int, _ writer: inout JSONWriter) {
        func event(_ name: String, reason: String, _ fill: (inout JSONWriter) -> Void) {
            writer.name(name)
            writer.object { writer in
                fill(&writer)
                writer.field("reason", reason)
            }
        }
        let isTrigger = record.isUntriggered
        func one(_ which: OrderRecord, _ writer: inout JSONWriter, _ name: StaticString) {
            writer.object(name) { writer in
                if which.isUntriggered {
                    exchange.historyTrigger(which, account, &writer)
                } else {
                    exchange.historyOrder(which, account, &writer)
                }
            }
        }
        switch self {
        case .placed:
            event(isTrigger ? "OrderTriggerPlaced" : "OrderPlaced", reason: "new_user_order") { writer in
                one(record, &writer, isTrigger ? "orderTrigger" : "order")
            }
        case .edited(let ticket):
            var old = record
            old.ticket = ticket
            event(isTrigger ? "OrderTriggerUpdated" : "OrderUpdated", reason: "edited_by_user") { writer in
                one(old, &writer, isTrigger ? "oldOrderTrigger" : "oldOrder")
                one(record, &writer, isTrigger ? "newOrderTrigger" : "newOrder")
            }
        case .triggered:
            event("OrderTriggerActivated", reason: "stop_order_triggered") { writer in
                var waiting = record
                waiting.isTriggered = false
                one(waiting, &writer, "oldOrderTrigger")
                one(record, &writer, "newOrder")
            }
        case .partlyFilled, .filled:
            event("OrderUpdated", reason: record.remaining.isZero ? "full_fill" : "partial_fill") { writer in
                one(record, &writer, "oldOrder")
                one(record, &writer, "newOrder")
                writer.field("reducedQuantity", "0")
            }
        case .cancelled(let cause):
            event(isTrigger ? "OrderTriggerCancelled" : "OrderCancelled", reason: cause.reason) { writer in
                one(record, &writer, isTrigger ? "orderTrigger" : "order")
            }
        case .refused(let refusal):
            event("OrderRejected", reason: refusal.reason.lowercased()) { writer in
                one(record, &writer, isTrigger ? "orderTrigger" : "order")
            }
        }
    }
}
