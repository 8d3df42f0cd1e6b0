import Market
import Venue
import Wire

extension LocalExchange {
    mutating func addOrder(_ request: StreamRequest, _ account: Int) {
        do throws(UnifiedError) {
            try checkDeadline(request)
            let ticket = try unifiedTicket(request.parameters, symbol: request["symbol"]?.string)
            if request["validate"]?.bool == true {
                if let refusal = refusal(ticket, account, reusesClosed: true) {
                    throw UnifiedError(refusal.unifiedText)
                }
                return answerOrder(request, uuid: "", ticket.clientID)
            }
            let record = try add(ticket, account)
            answerOrder(request, uuid: record.uuid, ticket.clientID)
        } catch {
            fail(request, error.text)
        }
    }

    /// What was taken is a success, even when it could trade nothing and is gone by now: the executions tell.
    private mutating func add(_ ticket: OrderTicket, _ account: Int) throws(UnifiedError) -> OrderRecord {
        let refusal = faultRefusal(ticket, account) ?? refusal(ticket, account, reusesClosed: true)
        let record = accounts[account].place(ticket, refusal: refusal, at: clock, tape.markets)
        if !record.isAccepted, case .refused(let refusal) = record.state { throw UnifiedError(refusal.unifiedText) }
        return record
    }

    private mutating func answerOrder(_ request: StreamRequest, uuid: String, _ name: String?) {
        send(
            request.answer(success: true) { writer in
                writer.object("result") { writer in
                    writer.field("order_id", uuid)
                    if let name { writer.field("cl_ord_id", name) }
                }
            }, to: request.connection)
    }

    // MARK: Amending

    /// The quantity counts what has been filled; one below it cancels the rest. The amendment has no id of its own.
    mutating func amendOrder(_ request: StreamRequest, _ account: Int) {
        do throws(UnifiedError) {
            try checkDeadline(request)
            guard let record = named(request, account), record.isOpen else {
                throw UnifiedError("EOrder:Unknown order")
            }
            var ticket = record.ticket
            if let price = request["limit_price"] {
                guard let limit = Self.exact(price, Price.self), !record.isUntriggered else {
                    throw .invalid("limit_price")
                }
                ticket.limitPrice = limit
            }
            if request["post_only"]?.bool == true, ticket.type == .limit { ticket.type = .postOnly }
            if let size = request["order_qty"] {
                guard let quantity = Self.exact(size, Quantity.self), quantity.isPositive else {
                    throw .invalid("order_qty")
                }
                ticket.quantity = quantity
            }
            if ticket.quantity <= record.filled {
                accounts[account].cancel(record.number, .user, at: clock, tape.markets)
            } else if let refusal = change(record, to: ticket, account) {
                throw UnifiedError(refusal.unifiedText)
            }
            send(
                request.answer(success: true) { writer in
                    writer.object("result") { writer in
                        writer.field("amend_id", "")
                        if let name = request["cl_ord_id"]?.string {
                            writer.field("cl_ord_id", name)
                        } else {
                            writer.field("order_id", record.uuid)
                        }
                    }
                }, to: request.connection)
        } catch {
            fail(request, error.text)
        }
    }

    private func named(_ request: StreamRequest, _ account: Int) -> OrderRecord? {
        if let uuid = request["order_id"]?.string { return accounts[account].order(uuid: uuid) }
        return request["cl_ord_id"]?.string.flatMap { accounts[account].order(clientID: $0) }
    }

    // MARK: Cancelling

    /// One answer for each order, all with the id of the request.
    mutating func cancelOrders(_ request: StreamRequest, _ account: Int) {
        let uuids = request["order_id"]?.array ?? []
        let names = request["cl_ord_id"]?.array ?? []
        guard uuids.isEmpty != names.isEmpty, uuids.count + names.count <= 50 else {
            return fail(request, "EGeneral:Invalid arguments:order_id")
        }
        for id in uuids + names {
            let text = id.string ?? ""
            let found = uuids.isEmpty ? accounts[account].order(clientID: text) : accounts[account].order(uuid: text)
            guard let record = found, record.isOpen else {
                fail(request, "EOrder:Invalid order")
                continue
            }
            raceCancel(record, account)
            accounts[account].cancel(record.number, .user, at: clock, tape.markets)
            send(
                request.answer(success: true) { writer in
                    writer.object("result") { writer in
                        writer.field("order_id", record.uuid)
                        if let name = record.ticket.clientID { writer.field("cl_ord_id", name) }
                    }
                }, to: request.connection)
        }
    }

    mutating func batchCancel(_ request: StreamRequest, _ account: Int) {
        let uuids = (request["orders"]?.array ?? []).compactMap { accounts[account].order(uuid: $0.string ?? "") }
        let names = (request["cl_ord_id"]?.array ?? []).compactMap {
            accounts[account].order(clientID: $0.string ?? "")
        }
        let asked = (request["orders"]?.array?.count ?? 0) + (request["cl_ord_id"]?.array?.count ?? 0)
        guard (2...50).contains(asked) else { return fail(request, "EGeneral:Invalid arguments:orders") }
        answerCount(request, cancel((uuids + names).filter(\.isOpen), account))
    }

    mutating func cancelEverything(_ request: StreamRequest, _ account: Int) {
        answerCount(request, cancel(accounts[account].open, account))
    }

    private mutating func cancel(_ records: [OrderRecord], _ account: Int) -> Int {
        for record in records { accounts[account].cancel(record.number, .user, at: clock, tape.markets) }
        return records.count
    }

    private mutating func answerCount(_ request: StreamRequest, _ count: Int) {
        send(
            request.answer(success: true) { writer in
                writer.object("result") { $0.field("count", count) }
            }, to: request.connection)
    }

    mutating func cancelEverythingAfter(_ request: StreamRequest, _ account: Int) {
        guard let seconds = request["timeout"]?.integer, seconds >= 0, seconds < 86_400 else {
            return fail(request, "EGeneral:Invalid arguments:timeout")
        }
        accounts[account].deadMan = seconds == 0 ? nil : clock + .seconds(seconds)
        send(
            request.answer(success: true) { writer in
                writer.object("result") { writer in
                    writer.field("currentTime", clock.rfc3339(digits: 0))
                    writer.field("triggerTime", accounts[account].deadMan?.rfc3339(digits: 0) ?? "0")
                }
            }, to: request.connection)
    }

    // MARK: Batches

    /// One bad order refuses the batch; what the engine refuses later, it refuses alone.
    mutating func batchAdd(_ request: StreamRequest, _ account: Int) {
        do throws(UnifiedError) {
            try checkDeadline(request)
            let orders = request["orders"]?.array ?? []
            guard (2...15).contains(orders.count) else { throw .invalid("orders") }
            var tickets: [OrderTicket] = []
            for order in orders {
                let ticket = try unifiedTicket(order, symbol: request["symbol"]?.string)
                if let refusal = refusal(ticket, account, reusesClosed: true) {
                    throw UnifiedError(refusal.unifiedText)
                }
                tickets.append(ticket)
            }
            var results: [(uuid: String, name: String?, error: String?)] = []
            for ticket in tickets where request["validate"]?.bool != true {
                do throws(UnifiedError) {
                    results.append((try add(ticket, account).uuid, ticket.clientID, nil))
                } catch {
                    results.append(("", ticket.clientID, error.text))
                }
            }
            answerBatch(request, results)
        } catch {
            fail(request, error.text)
        }
    }

    private mutating func answerBatch(
        _ request: StreamRequest, _ results: [(uuid: String, name: String?, error: String?)]
    ) {
        send(
            request.answer(success: true) { writer in
                writer.array("result") { writer in
                    for result in results {
                        writer.object { writer in
                            writer.field("order_id", result.uuid)
                            if let name = result.name { writer.field("cl_ord_id", name) }
                            if let error = result.error { writer.field("error", error) }
                        }
                    }
                }
            }, to: request.connection)
    }
}
