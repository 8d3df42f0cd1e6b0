import Market
import Venue
import Wire

extension LocalExchange {
    /// The `orderEvents` of an answer: what became of the order between `from` and the end of the account's history.
    func orderEvents(_ account: Int, from: Int, of number: Int, _ writer: inout JSONWriter) {
        writer.array("orderEvents") { writer in
            let history = accounts[account].history
            var prior: OrderRecord?
            for place in max(from, history.first)..<max(from, history.end) {
                guard let entry = history[place] else { continue }
                event(entry.news, of: number, &prior, account, &writer)
            }
        }
    }

    private func event(
        _ news: AccountNews, of number: Int, _ prior: inout OrderRecord?, _ account: Int, _ writer: inout JSONWriter
    ) {
        switch news {
        case .order(let record, let change):
            guard record.number == number else { return }
            switch change {
            case .placed:
                prior = record
                if !record.ticket.type.isImmediate, accounts[account].orders[number]?.state != .filled {
                    placed(record, &writer)
                }
            case .edited(let old):
                var before = record
                before.ticket = old
                edited(before, record, &writer)
                prior = record
            case .cancelled:
                if !record.filled.isZero || !record.ticket.type.isImmediate {
                    ended("CANCEL", record, reason: nil, &writer)
                } else {
                    ended("REJECT", record, reason: Refusal.immediateWouldNotTrade.reason, &writer)
                }
            case .refused(let refusal): ended("REJECT", record, reason: refusal.reason, &writer)
            case .triggered, .partlyFilled, .filled: break
            }
        case .fill(let fill):
            guard fill.order.number == number else { return }
            execution(fill, &writer)
        case .log, .positions, .balances: break
        }
    }

    private func placed(_ record: OrderRecord, _ writer: inout JSONWriter) {
        writer.object { writer in
            order(record, &writer)
            if !record.isUntriggered { writer.field("reducedQuantity", orNull: nil) }
            writer.field("type", "PLACE")
        }
    }

    private func edited(_ old: OrderRecord, _ new: OrderRecord, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("old") { writer in fields(old, &writer) }
            writer.object("new") { writer in fields(new, &writer) }
            writer.field("reducedQuantity", orNull: nil)
            writer.field("type", "EDIT")
        }
    }

    private func ended(_ type: String, _ record: OrderRecord, reason: String?, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("type", type)
            writer.field("uid", record.uuid)
            if let reason { writer.field("reason", reason) }
            order(record, &writer)
        }
    }

    func cancellation(_ record: OrderRecord, _ writer: inout JSONWriter) {
        ended("CANCEL", record, reason: nil, &writer)
    }

    private func execution(_ fill: FillRecord, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("type", "EXECUTION")
            writer.field("executionId", fill.uuid)
            writer.field("price", fill.fill.price)
            writer.field("amount", fill.fill.quantity)
            writer.field("orderPriorEdit", orNull: nil)
            writer.object("orderPriorExecution") { writer in
                var before = fill.order
                before.filled -= fill.fill.quantity
                fields(before, &writer)
            }
            writer.field("takerReducedQuantity", orNull: nil)
        }
    }

    /// `order`, or `orderTrigger` for one that waits for its trigger.
    private func order(_ record: OrderRecord, _ writer: inout JSONWriter) {
        writer.name(record.isUntriggered ? "orderTrigger" : "order")
        writer.object { writer in fields(record, &writer) }
    }

    private func fields(_ record: OrderRecord, _ writer: inout JSONWriter) {
        if record.isUntriggered { triggerFields(record, &writer) } else { orderFields(record, &writer) }
    }

    private func orderFields(_ record: OrderRecord, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("orderId", record.uuid)
        writer.field("cliOrdId", orNull: ticket.clientID)
        writer.field("type", ticket.type.eventName)
        writer.field("symbol", tape.markets[ticket.market].names.contract)
        writer.field("side", ticket.side.trade)
        writer.field("quantity", ticket.quantity)
        writer.field("filled", record.filled)
        writer.field("limitPrice", ticket.limitPrice ?? protection(ticket))
        writer.field("reduceOnly", ticket.reduceOnly)
        writer.field("timestamp", time: record.placed)
        writer.field("lastUpdateTimestamp", time: record.updated)
    }

    /// The worst price of a market order: one per cent from the last price.
    private func protection(_ ticket: OrderTicket) -> Price {
        let listing = tape.markets[ticket.market]
        let band = listing.perpetual.last.times(.basisPoints(100), .down)
        let price = ticket.side == .long ? listing.perpetual.last + band : listing.perpetual.last - band
        return listing.instrument.onTick(price, ticket.side == .long ? .down : .up)
    }

    private func triggerFields(_ record: OrderRecord, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("uid", record.uuid)
        writer.field("clientId", orNull: ticket.clientID)
        writer.field("type", ticket.limitPrice == nil ? ticket.type.eventName : "lmt")
        writer.field("symbol", tape.markets[ticket.market].names.contract)
        writer.field("side", ticket.side.trade)
        writer.field("quantity", ticket.quantity)
        writer.field("limitPrice", orNull: ticket.limitPrice)
        writer.field("triggerPrice", orNull: ticket.stopPrice)
        writer.field("triggerSide", Self.rises(ticket) ? "trigger_above" : "trigger_below")
        writer.field("triggerSignal", ticket.trigger.answerName + "_price")
        writer.field("reduceOnly", ticket.reduceOnly)
        writer.field("timestamp", time: record.placed)
        writer.field("lastUpdateTimestamp", time: record.updated)
        writer.field("startTime", orNull: nil)
    }

    /// Whether the trigger waits for a rise of the price.
    static func rises(_ ticket: OrderTicket) -> Bool { (ticket.side == .long) == (ticket.type == .stop) }
}
