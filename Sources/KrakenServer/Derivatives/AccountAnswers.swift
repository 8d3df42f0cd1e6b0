import Exchange
import Market
import Venue
import Wire

extension LocalExchange {
    /// Open orders, the newest first. Filled ones are gone at once.
    func openOrders(_ account: Int) -> HTTPResponse {
        success { writer in
            writer.array("openOrders") { writer in
                for record in accounts[account].open.reversed() {
                    writer.object { writer in openOrder(record, &writer) }
                }
            }
        }
    }

    private func openOrder(_ record: OrderRecord, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("order_id", record.uuid)
        if let name = ticket.clientID { writer.field("cliOrdId", name) }
        writer.field("symbol", tape.markets[ticket.market].names.contract)
        writer.field("side", ticket.side.trade)
        writer.field("orderType", record.isTriggered ? "lmt" : ticket.type.listName)
        if let limit = ticket.limitPrice { writer.field("limitPrice", limit) }
        if record.isUntriggered, let stop = ticket.stopPrice {
            writer.field("stopPrice", stop)
            writer.field("triggerSignal", ticket.trigger.answerName)
        }
        writer.field("unfilledSize", record.remaining)
        writer.field("receivedTime", record.placed.rfc3339(digits: 6))
        writer.field("status", record.filled.isZero ? "untouched" : "partiallyFilled")
        writer.field("filledSize", record.filled)
        writer.field("reduceOnly", ticket.reduceOnly)
        writer.field("lastUpdateTime", record.updated.rfc3339(digits: 6))
    }

    /// Orders that are open, or ended within the last five seconds. Others are not mentioned.
    func orderStatus(_ call: DerivativesCall, _ account: Int) -> HTTPResponse {
        let byID = call.parameters.all("orderIds").compactMap { accounts[account].order(uuid: $0) }
        let byName = call.parameters.all("cliOrdIds").compactMap { accounts[account].order(clientID: $0) }
        let recent = (byID + byName).filter { $0.isOpen || clock - $0.updated <= .seconds(5) }
        return success { writer in
            writer.array("orders") { writer in
                for record in recent { writer.object { writer in status(record, &writer) } }
            }
        }
    }

    private func status(_ record: OrderRecord, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.object("order") { writer in
            writer.field("type", record.isUntriggered ? "TRIGGER_ORDER" : "ORDER")
            writer.field("orderId", record.uuid)
            writer.field("cliOrdId", orNull: ticket.clientID)
            writer.field("symbol", tape.markets[ticket.market].names.contract)
            writer.field("side", ticket.side.trade)
            writer.field("quantity", orNull: record.isUntriggered ? nil : ticket.quantity)
            writer.field("filled", orNull: record.isUntriggered ? nil : record.filled)
            writer.field("limitPrice", orNull: ticket.limitPrice)
            writer.field("reduceOnly", ticket.reduceOnly)
            writer.field("timestamp", time: record.placed)
            writer.field("lastUpdateTimestamp", time: record.updated)
            if record.isUntriggered {
                writer.object("priceTriggerOptions") { writer in
                    writer.field("triggerPrice", orNull: ticket.stopPrice)
                    writer.field("triggerSide", Self.rises(ticket) ? "TRIGGER_ABOVE" : "TRIGGER_BELOW")
                    writer.field("triggerSignal", Self.signal(ticket.trigger))
                }
            } else {
                writer.field("priceTriggerOptions", orNull: nil)
            }
            writer.field("triggerTime", orNull: nil)
        }
        writer.field("status", Self.statusWord(record))
        writer.field("updateReason", orNull: Self.reasonWord(record))
        writer.field("error", orNull: Self.errorWord(record))
    }

    private static func signal(_ source: TriggerSource) -> String {
        switch source {
        case .mark: "MARK_PRICE"
        case .last: "LAST_PRICE"
        case .index: "SPOT_PRICE"
        }
    }

    private static func statusWord(_ record: OrderRecord) -> String {
        switch record.state {
        case .open: record.isUntriggered ? "TRIGGER_PLACED" : "ENTERED_BOOK"
        case .filled: "FULLY_EXECUTED"
        case .cancelled: "CANCELLED"
        case .refused: "REJECTED"
        }
    }

    private static func reasonWord(_ record: OrderRecord) -> String? {
        switch record.state {
        case .open: nil
        case .filled: nil
        case .cancelled(let cause): cause.reason.uppercased()
        case .refused: nil
        }
    }

    private static func errorWord(_ record: OrderRecord) -> String? {
        switch record.state {
        case .refused(let refusal): refusal.reason
        case .open, .filled, .cancelled: nil
        }
    }

    func openPositions(_ account: Int) -> HTTPResponse {
        success { writer in
            writer.array("openPositions") { writer in
                for market in tape.markets.indices {
                    let position = accounts[account].venue.position(market)
                    guard position.quantity.isPositive else { continue }
                    let holding = accounts[account].venue.holding(market)
                    writer.object { writer in
                        writer.field("side", position.side.description)
                        writer.field("symbol", tape.markets[market].names.contract)
                        writer.field("price", orNull: position.entryPrice)
                        writer.field("size", position.quantity)
                        writer.field("unrealizedPnl", holding.unrealised)
                        writer.field("unrealizedFunding", holding.unsettledFunding)
                        writer.field("pnlCurrency", "USD")
                        if let leverage = accounts[account].leverage[market] {
                            writer.field("maxFixedLeverage", leverage)
                        }
                    }
                }
            }
        }
    }

    /// The cash wallet, which is empty, and the one wallet of linear contracts.
    func accountsAnswer(_ account: Int) -> HTTPResponse {
        let state = Wallet(accounts[account].venue, markets: tape.markets.count)
        return success { writer in
            writer.object("accounts") { writer in
                writer.object("cash") { writer in
                    writer.field("type", "cashAccount")
                    writer.object("balances") { writer in writer.field("usd", 0) }
                }
                writer.object("flex") { writer in
                    writer.field("type", "multiCollateralMarginAccount")
                    writer.object("currencies") { writer in
                        writer.object("USD") { writer in
                            writer.field("quantity", state.cash)
                            writer.field("value", state.cash)
                            writer.field("collateral", state.cash)
                            writer.field("available", state.free)
                        }
                    }
                    writer.field("initialMargin", state.initialMargin)
                    writer.field("initialMarginWithOrders", state.withOrders)
                    writer.field("maintenanceMargin", state.maintenanceMargin)
                    writer.field("balanceValue", state.cash)
                    writer.field("portfolioValue", state.equity)
                    writer.field("collateralValue", state.cash)
                    writer.field("pnl", state.profit)
                    writer.field("unrealizedFunding", state.funding)
                    writer.field("totalUnrealized", state.unrealised)
                    writer.field("totalUnrealizedAsMargin", state.unrealised)
                    writer.field("availableMargin", state.available)
                    writer.field("marginEquity", state.equity)
                }
            }
        }
    }

    /// The hundred newest fills, or those before a time. REST does not tell fees.
    func fillsAnswer(_ account: Int, before: Timestamp?) -> HTTPResponse {
        let all = accounts[account].fills.elements
        let wanted = (before.map { limit in all.filter { $0.fill.time < limit } } ?? all).suffix(100).reversed()
        return success { writer in
            writer.array("fills") { writer in
                for entry in wanted {
                    writer.object { writer in
                        writer.field("fill_id", entry.uuid)
                        writer.field("symbol", tape.markets[entry.market].names.contract)
                        writer.field("side", entry.fill.side.trade)
                        writer.field("order_id", entry.order.uuid)
                        if let name = entry.order.ticket.clientID { writer.field("cliOrdId", name) }
                        writer.field("size", entry.fill.quantity)
                        writer.field("price", entry.fill.price)
                        writer.field("fillTime", time: entry.fill.time)
                        writer.field("fillType", entry.type)
                    }
                }
            }
        }
    }
}

/// The figures of the one dollar wallet, all of one moment.
struct Wallet: Hashable, Sendable {
    let cash: Money
    let equity: Money
    let unrealised: Money
    let funding: Money
    let initialMargin: Money
    let withOrders: Money
    let maintenanceMargin: Money

    init(_ venue: SimulatedExchange, markets: Int) {
        let report = venue.account
        cash = report.balance
        equity = report.equity
        unrealised = report.unrealised
        funding = (0..<markets).reduce(.zero) { $0 + venue.holding($1).unsettledFunding }
        initialMargin = report.initialMargin
        withOrders = venue.initialMarginWithOrders
        maintenanceMargin = report.maintenanceMargin
    }

    var profit: Money { unrealised - funding }
    var available: Money { equity - initialMargin }
    /// What could be taken out.
    var free: Money { max(.zero, min(cash, equity - withOrders)) }
}

extension FillRecord {
    /// The word of `fillType` and `fill_type`.
    var type: String {
        switch fill.cause {
        case .partialLiquidation: "partialLiquidation"
        case .liquidation: "liquidation"
        case .order:
            switch fill.liquidity {
            case .maker: "maker"
            case .taker: isAfterEdit ? "takerAfterEdit" : "taker"
            }
        }
    }
}

extension CancelCause {
    /// The word of the open orders feed and of the history.
    var reason: String {
        switch self {
        case .user: "cancelled_by_user"
        case .deadMan: "dead_man_switch"
        case .venue: "cancelled_by_admin"
        case .notEnoughMargin: "not_enough_margin"
        case .liquidation: "liquidation"
        case .nothingToReduce: "would_not_reduce_position"
        case .immediate: "ioc_order_failed_because_it_would_not_be_executed"
        case .marketInactive: "market_inactive"
        case .selfTrade: "would_execute_self"
        case .delisted: "contract_expired"
        }
    }
}
