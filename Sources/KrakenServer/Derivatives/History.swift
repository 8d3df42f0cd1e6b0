import Market
import Venue
import Wire

extension LocalExchange {
    /// `/api/history`, versions 2 and 3: executions, orders, triggers and the account log.
    mutating func derivativesHistory(_ call: DerivativesCall) throws(DerivativesError) -> HTTPResponse {
        if call.endpoint == "market" { return try marketHistory(call) }
        guard let cost = Self.historyCost(call) else { throw .noSuchPath }
        let account: Int
        do {
            account = try authenticate(call)
        } catch DerivativesError.authentication {
            return .plain("authenticationError", status: 401)
        }
        if configuration.limitsRates, !accounts[account].historyBudget.pay(cost, at: clock) {
            let wait = accounts[account].historyBudget.wait(for: cost).nanoseconds / 1_000_000_000 + 1
            return .plain(
                "Too many requests", status: 429, headers: [HTTPHeader("rate-limit-reset", String(wait))])
        }
        let page = HistoryPage(call)
        switch call.endpoint {
        case "account-log": return accountLog(account, page)
        default: return events(account, page, kind: call.endpoint)
        }
    }

    private static func historyCost(_ call: DerivativesCall) -> Int64? {
        switch call.endpoint {
        case "executions", "orders", "triggers": return 1
        case "account-log":
            return switch HistoryPage(call).count ?? 500 {
            case ...25: 1
            case ...50: 2
            case ...1000: 3
            case ...5000: 6
            default: 10
            }
        default: return nil
        }
    }

    private func events(_ account: Int, _ page: HistoryPage, kind: String) -> HTTPResponse {
        let found = accounts[account].history.elements.filter { entry in
            page.holds(entry.time) && page.follows(entry.number) && self.kind(entry.news) == kind
        }
        let ordered = page.ascends ? found : found.reversed()
        let limit = max(1, min(page.count ?? 500, 1000))
        let shown = ordered.prefix(limit)
        return .json(
            JSONWriter.text { writer in
                writer.field("accountUid", accounts[account].uid)
                writer.field("len", shown.count)
                writer.field("serverTime", time: clock)
                writer.array("elements") { writer in
                    for entry in shown { writer.object { writer in element(entry, account, &writer) } }
                }
                if ordered.count > limit, let last = shown.last {
                    writer.field("continuationToken", "n\(last.number)")
                }
            })
    }

    /// Which list a piece of news belongs to.
    private func kind(_ news: AccountNews) -> String? {
        switch news {
        case .fill: "executions"
        case .order(let record, let change):
            switch change {
            case .triggered: "triggers"
            case .placed, .edited, .cancelled, .refused: record.isUntriggered ? "triggers" : "orders"
            case .partlyFilled, .filled: "orders"
            }
        case .log, .positions, .balances: nil
        }
    }

    private func element(_ entry: HistoryEntry, _ account: Int, _ writer: inout JSONWriter) {
        writer.field("uid", entry.uuid)
        writer.field("timestamp", milliseconds: entry.time)
        writer.object("event") { writer in
            switch entry.news {
            case .fill(let fill): execution(fill, account, &writer)
            case .order(let record, let change): change.write(self, record, account, &writer)
            case .log, .positions, .balances: break
            }
        }
    }

    private func execution(_ fill: FillRecord, _ account: Int, _ writer: inout JSONWriter) {
        writer.object("Execution") { writer in
            writer.object("execution") { writer in
                writer.field("uid", fill.uuid)
                writer.name(fill.fill.liquidity == .maker ? "makerOrder" : "takerOrder")
                writer.object { writer in historyOrder(fill.order, account, &writer) }
                writer.field("timestamp", milliseconds: fill.fill.time)
                writer.field("quantity", fill.fill.quantity.description)
                writer.field("price", fill.fill.price.description)
                writer.field("markPrice", fill.mark.description)
                writer.field("executionType", fill.fill.liquidity == .maker ? "maker" : "taker")
                writer.field("limitFilled", fill.order.remaining.isZero)
                writer.field("usdValue", fill.fill.notional.formatted(2))
                writer.object("orderData") { writer in
                    writer.field("fee", fill.fill.fee.description)
                    writer.field("positionSize", fill.position.description)
                }
            }
            writer.field("takerReducedQuantity", "")
        }
    }

    /// An order of the history: its quantity is what remained of it.
    func historyOrder(_ record: OrderRecord, _ account: Int, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("uid", record.uuid)
        writer.field("accountUid", accounts[account].uid)
        writer.field("tradeable", tape.markets[ticket.market].names.contract)
        writer.field("direction", ticket.side == .long ? "Buy" : "Sell")
        writer.field("quantity", record.remaining.description)
        writer.field("filled", record.filled.description)
        writer.field("timestamp", milliseconds: record.placed)
        writer.field("limitPrice", (ticket.limitPrice ?? .zero).description)
        writer.field("orderType", ticket.type.historyName)
        writer.field("clientId", ticket.clientID ?? "")
        writer.field("reduceOnly", ticket.reduceOnly)
        writer.field("lastUpdateTimestamp", milliseconds: record.updated)
    }

    func historyTrigger(_ record: OrderRecord, _ account: Int, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("uid", record.uuid)
        writer.field("accountUid", accounts[account].uid)
        writer.field("tradeable", tape.markets[ticket.market].names.contract)
        writer.field("direction", ticket.side == .long ? "Buy" : "Sell")
        writer.field("quantity", record.remaining.description)
        writer.field("timestamp", milliseconds: record.placed)
        writer.field("limitPrice", (ticket.limitPrice ?? .zero).description)
        writer.field("triggerPrice", (ticket.stopPrice ?? .zero).description)
        writer.field("orderType", ticket.type.historyName)
        writer.field("clientId", ticket.clientID ?? "")
        writer.object("triggerOptions") { writer in
            writer.field("triggerSide", Self.rises(ticket) ? "trigger_above" : "trigger_below")
            writer.field("triggerSignal", ticket.trigger.answerName + "_price")
        }
        writer.field("reduceOnly", ticket.reduceOnly)
        writer.field("lastUpdateTimestamp", milliseconds: record.updated)
    }

    // MARK: Account log

    private func accountLog(_ account: Int, _ page: HistoryPage) -> HTTPResponse {
        let found = accounts[account].log.elements.filter { entry in
            page.holds(entry.time) && page.holds(number: entry.number)
        }
        let ordered = page.ascends ? found : found.reversed()
        return .json(
            JSONWriter.text { writer in
                writer.field("accountUid", accounts[account].uid)
                writer.array("logs") { writer in
                    for entry in ordered.prefix(max(1, page.count ?? 500)) {
                        writer.object { writer in logFields(entry, &writer) }
                    }
                }
            })
    }

    func logFields(_ entry: LogEntry, _ writer: inout JSONWriter) {
        let contract = entry.market.map { tape.markets[$0].names.contract.lowercased() }
        writer.field("asset", entry.asset == .dollars ? "usd" : contract ?? "usd")
        writer.field("booking_uid", entry.uuid)
        writer.field("contract", orNull: contract)
        writer.field("date", time: entry.time)
        writer.field("execution", orNull: entry.execution)
        writer.field("fee", orNull: entry.fee)
        writer.field("funding_rate", orNull: entry.fundingRate)
        writer.field("id", entry.number)
        writer.field("info", entry.info)
        writer.field("margin_account", "flex")
        writer.field("mark_price", orNull: entry.markPrice)
        writer.field("new_average_entry_price", orNull: entry.newEntry)
        writer.field("new_balance", digits: entry.new)
        writer.field("old_average_entry_price", orNull: entry.oldEntry)
        writer.field("old_balance", digits: entry.old)
        writer.field("realized_funding", orNull: entry.funding)
        writer.field("realized_pnl", orNull: entry.realised)
        writer.field("trade_price", orNull: entry.tradePrice)
        writer.field("collateral", "USD")
        writer.field("liquidation_fee", orNull: entry.liquidationFee)
    }

    // MARK: Public

    private func marketHistory(_ call: DerivativesCall) throws(DerivativesError) -> HTTPResponse {
        guard call.parts.count == 3, let market = market(call.parts[1]), call.parts[2] == "executions" else {
            throw .noSuchPath
        }
        let page = HistoryPage(call)
        let found = tape.markets[market].perpetual.prints.filter { page.holds($0.time) && page.follows($0.number) }
        let ordered = page.ascends ? found : found.reversed()
        let limit = max(1, min(page.count ?? 1000, 1000))
        return .json(
            JSONWriter.text { writer in
                writer.array("elements") { writer in
                    for print in ordered.prefix(limit) {
                        writer.object { writer in marketExecution(print, market, &writer) }
                    }
                }
                writer.field("len", min(limit, ordered.count))
                if ordered.count > limit, let last = ordered.prefix(limit).last {
                    writer.field("continuationToken", "n\(last.number)")
                }
            })
    }

    private func marketExecution(_ print: TradePrint, _ market: Int, _ writer: inout JSONWriter) {
        let uid = uid(of: print, market)
        writer.field("uid", uid)
        writer.field("timestamp", milliseconds: print.time)
        writer.object("event") { writer in
            writer.object("Execution") { writer in
                writer.object("execution") { writer in
                    writer.field("uid", uid)
                    writer.field("timestamp", milliseconds: print.time)
                    writer.field("quantity", print.quantity.description)
                    writer.field("price", print.price.description)
                    writer.field("markPrice", tape.markets[market].mark.description)
                    writer.field("limitFilled", true)
                    writer.field("usdValue", print.price.notional(of: print.quantity, .nearestEven).formatted(2))
                }
                writer.field("takerReducedQuantity", "")
            }
        }
    }
}
