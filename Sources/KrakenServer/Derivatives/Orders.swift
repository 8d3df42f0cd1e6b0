import Market
import Venue
import Wire

extension LocalExchange {
    // MARK: Sending

    mutating func sendOrder(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse {
        let (ticket, early) = try ticket(OrderParameters(call.parameters))
        let from = accounts[account].history.end
        let record = place(ticket, early, account)
        return success { writer in
            writer.object("sendStatus") { writer in
                writer.field("order_id", record.uuid)
                writer.field("status", record.placement)
                writer.field("receivedTime", time: clock)
                if let name = ticket.clientID { writer.field("cliOrdId", name) }
                orderEvents(account, from: from, of: record.number, &writer)
            }
        }
    }

    // MARK: Editing

    mutating func editOrder(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse {
        let parameters = OrderParameters(call.parameters)
        let from = accounts[account].history.end
        let (status, record) = try edit(parameters, account)
        return success { writer in
            writer.object("editStatus") { writer in
                writer.field("status", status)
                writer.field("orderId", orNull: record?.uuid ?? parameters["orderId", "order_id"])
                if let name = record?.ticket.clientID { writer.field("cliOrdId", name) }
                writer.field("receivedTime", time: clock)
                orderEvents(account, from: from, of: record?.number ?? -1, &writer)
            }
        }
    }

    private mutating func edit(
        _ parameters: OrderParameters, _ account: Int
    ) throws(DerivativesError) -> (status: String, record: OrderRecord?) {
        let found = try named(parameters, account)
        if try deadlineRefusal(parameters) != nil { return (Refusal.tooLate.status, found) }
        guard let record = found, record.isOpen else { return ("orderForEditNotFound", nil) }
        guard let size = parameters.amount("size", Quantity.self),
            let limit = parameters.amount("limitPrice", Price.self),
            let stop = parameters.amount("stopPrice", Price.self)
        else { return (Refusal.invalidPrice.status, record) }
        var ticket = record.ticket
        if let size {
            // Relative: what shall be open from now on. Absolute: all that was ever to be traded.
            ticket.quantity = parameters["qtyMode"] == "ABSOLUTE" ? size : size + record.filled
            guard size.isPositive, ticket.quantity > record.filled else { return (Refusal.invalidSize.status, record) }
        }
        if let limit { ticket.limitPrice = limit }
        if let stop {
            guard record.isUntriggered else { return ("orderForEditNotAStop", record) }
            ticket.stopPrice = stop
        }
        let status = change(record, to: ticket, account)?.status ?? "edited"
        return (status, accounts[account].orders[record.number])
    }

    mutating func change(_ record: OrderRecord, to ticket: OrderTicket, _ account: Int) -> Refusal? {
        let state = tape.markets[ticket.market].state
        if state.isSuspended || state.isCancelOnly { return .marketSuspended }
        let roof = Price(
            raw: max(tape.markets[ticket.market].mark.raw, 1).multipliedReportingOverflow(by: 10).partialValue)
        for price in [ticket.limitPrice, ticket.stopPrice] {
            if let price, !price.isPositive || price > roof { return .invalidPrice }
        }
        return accounts[account].edit(record.number, to: ticket, at: clock, tape.markets)
    }

    /// The order that a request names by the venue's id or the client's.
    private func named(_ parameters: OrderParameters, _ account: Int) throws(DerivativesError) -> OrderRecord? {
        if let uuid = parameters["order_id", "orderId"] { return accounts[account].order(uuid: uuid) }
        if let name = parameters["cliOrdId"] { return accounts[account].order(clientID: name) }
        throw .missing("order_id")
    }

    // MARK: Cancelling

    mutating func cancelOrder(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse {
        let parameters = OrderParameters(call.parameters)
        let from = accounts[account].history.end
        let (status, record) = try cancel(parameters, account)
        return success { writer in
            writer.object("cancelStatus") { writer in
                writer.field("status", status)
                if let record {
                    writer.field("order_id", record.uuid)
                    if let name = record.ticket.clientID { writer.field("cliOrdId", name) }
                }
                writer.field("receivedTime", time: clock)
                if status == "cancelled" { orderEvents(account, from: from, of: record?.number ?? -1, &writer) }
            }
        }
    }

    private mutating func cancel(
        _ parameters: OrderParameters, _ account: Int
    ) throws(DerivativesError) -> (status: String, record: OrderRecord?) {
        let found = try named(parameters, account)
        if try deadlineRefusal(parameters) != nil { return (Refusal.tooLate.status, found) }
        guard let record = found else { return ("notFound", nil) }
        if record.state == .filled { return ("filled", record) }
        guard record.isOpen else { return ("notFound", nil) }
        raceCancel(record, account)
        accounts[account].cancel(record.number, .user, at: clock, tape.markets)
        return ("cancelled", record)
    }

    mutating func cancelAllOrders(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse {
        var wanted: Int?
        if let symbol = call.parameters["symbol"], !symbol.isEmpty {
            guard let market = market(symbol) else { throw .contractNotFound }
            wanted = market
        }
        let from = accounts[account].history.end
        var cancelled: [OrderRecord] = []
        for order in accounts[account].open where wanted == nil || order.ticket.market == wanted {
            accounts[account].cancel(order.number, .user, at: clock, tape.markets)
            cancelled.append(order)
        }
        return success { writer in
            writer.object("cancelStatus") { writer in
                writer.field("receivedTime", time: clock)
                writer.field("cancelOnly", wanted.map { tape.markets[$0].names.contract } ?? "all")
                writer.field("status", cancelled.isEmpty ? "noOrdersToCancel" : "cancelled")
                writer.array("cancelledOrders") { writer in
                    for order in cancelled {
                        writer.object { writer in
                            writer.field("order_id", order.uuid)
                            if let name = order.ticket.clientID { writer.field("cliOrdId", name) }
                        }
                    }
                }
                allEvents(account, from: from, &writer)
            }
        }
    }

    private func allEvents(_ account: Int, from: Int, _ writer: inout JSONWriter) {
        writer.array("orderEvents") { writer in
            let history = accounts[account].history
            for place in max(from, history.first)..<max(from, history.end) {
                guard let entry = history[place], case .order(let record, .cancelled) = entry.news else { continue }
                cancellation(record, &writer)
            }
        }
    }

    mutating func cancelAllOrdersAfter(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse
    {
        let text = try call.required("timeout")
        guard let seconds = Int64(text), seconds >= 0, seconds < 86_400 else { throw .invalid("timeout") }
        accounts[account].deadMan = seconds == 0 ? nil : clock + .seconds(seconds)
        return success { writer in
            writer.object("status") { writer in
                writer.field("currentTime", time: clock)
                writer.field("triggerTime", accounts[account].deadMan?.rfc3339(digits: 3) ?? "0")
            }
        }
    }

    // MARK: Batches

    static func batch(_ call: DerivativesCall) throws(DerivativesError) -> [JSONValue] {
        let text = try call.required("json")
        do {
            guard let orders = try JSONValue(Array(text.utf8))["batchOrder"]?.array else {
                throw DerivativesError.badJSON
            }
            return orders
        } catch {
            throw .badJSON
        }
    }

    /// Instructions are carried out one by one: one that fails stops no other.
    mutating func batchOrder(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse {
        let instructions = try Self.batch(call)
        guard instructions.count <= 500 else { throw .invalid("json") }
        var results: [[UInt8]] = []
        for instruction in instructions {
            let parameters = OrderParameters(instruction)
            let from = accounts[account].history.end
            let result = try perform(parameters, account)
            results.append(
                JSONWriter.text { writer in
                    writer.field("status", result.status)
                    if let tag = parameters["order_tag"] { writer.field("order_tag", tag) }
                    if let record = result.record {
                        writer.field("order_id", record.uuid)
                        if let name = record.ticket.clientID { writer.field("cliOrdId", name) }
                        writer.field("dateTimeReceived", time: clock)
                    } else {
                        if let id = parameters["order_id"] { writer.field("order_id", id) }
                        if let name = parameters["cliOrdId"] { writer.field("cliOrdId", name) }
                    }
                    orderEvents(account, from: from, of: result.record?.number ?? -1, &writer)
                })
        }
        return success { writer in
            writer.array("batchStatus") { writer in for result in results { writer.raw(result) } }
        }
    }

    private mutating func perform(
        _ parameters: OrderParameters, _ account: Int
    ) throws(DerivativesError) -> (status: String, record: OrderRecord?) {
        switch parameters["order"] {
        case "send":
            let (ticket, early) = try ticket(parameters)
            let record = place(ticket, early, account)
            return (record.placement, record)
        case "edit": return try edit(parameters, account)
        case "cancel": return try cancel(parameters, account)
        default: throw .invalid("order")
        }
    }
}
