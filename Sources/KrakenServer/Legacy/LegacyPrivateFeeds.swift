import Exchange
import Market
import Venue
import Wire

extension LocalExchange {
    /// What a new listener of an account is told first.
    mutating func snapshot(_ subscription: inout LegacyFeeds.Subscription) {
        let account = subscription.account
        let frame: [UInt8]
        switch subscription.feed {
        case .openOrders, .openOrdersVerbose: frame = openOrdersSnapshot(account, subscription.feed)
        case .fills: frame = fillsSnapshot(account, &subscription)
        case .openPositions: frame = positionsFrame(account, &subscription)
        case .balances: frame = balancesFrame(account, "balances_snapshot", &subscription)
        case .accountLog: frame = logSnapshot(account)
        case .notifications:
            frame = JSONWriter.text { writer in
                writer.field("feed", "notifications_auth")
                notifications(&writer)
            }
        }
        send(frame, to: subscription.connection)
    }

    /// Writes to the account's listeners what happened. Positions and balances are told once for all that happened
    /// together.
    mutating func tellLegacy(_ news: [AccountNews], of account: Int) {
        guard legacy.subscriptions.contains(where: { $0.account == account }) else { return }
        var positions = false
        var balances = false
        for item in news {
            switch item {
            case .order(let record, let change): tellOrder(record, change, account)
            case .fill(let fill): tellFill(fill, account)
            case .log(let entry): tellLog(entry, account)
            case .positions: positions = true
            case .balances: balances = true
            }
        }
        if positions { tellPositions(account) }
        if balances { tellBalances(account) }
    }

    /// Positions and balances move with the mark: they are told again now and then.
    mutating func reportLegacy() {
        guard !legacy.subscriptions.isEmpty else { return }
        for account in accounts.indices where accounts[account].venue.hasPositions {
            tellPositions(account)
            tellBalances(account)
        }
    }

    private func listeners(_ feed: LegacyFeeds.Private, _ account: Int) -> [ConnectionID] {
        legacy.subscriptions.filter { $0.feed == feed && $0.account == account }.map(\.connection)
    }

    // MARK: Orders

    private func openOrdersSnapshot(_ account: Int, _ feed: LegacyFeeds.Private) -> [UInt8] {
        JSONWriter.text { writer in
            writer.field("feed", feed.rawValue + "_snapshot")
            writer.field("account", accounts[account].uid)
            writer.array("orders") { writer in
                for record in accounts[account].open {
                    writer.object { writer in legacyOrder(record, &writer) }
                }
            }
        }
    }

    private func legacyOrder(_ record: OrderRecord, _ writer: inout JSONWriter) {
        let ticket = record.ticket
        writer.field("instrument", tape.markets[ticket.market].names.contract)
        writer.field("time", milliseconds: record.placed)
        writer.field("last_update_time", milliseconds: record.updated)
        writer.field("qty", record.remaining)
        writer.field("filled", record.filled)
        if let limit = ticket.limitPrice { writer.field("limit_price", limit) }
        writer.field("stop_price", record.isUntriggered ? ticket.stopPrice ?? .zero : .zero)
        writer.field("type", record.isUntriggered ? ticket.type.feedName : "limit")
        writer.field("order_id", record.uuid)
        if let name = ticket.clientID { writer.field("cli_ord_id", name) }
        writer.field("direction", ticket.side == .long ? 0 : 1)
        writer.field("reduce_only", ticket.reduceOnly)
        if record.isUntriggered { writer.field("triggerSignal", ticket.trigger.answerName) }
    }

    private mutating func tellOrder(_ record: OrderRecord, _ change: OrderChange, _ account: Int) {
        let plain = listeners(.openOrders, account)
        let verbose = listeners(.openOrdersVerbose, account)
        guard !plain.isEmpty || !verbose.isEmpty else { return }
        let (frame, isVerbose) = orderFrame(record, change)
        for (feed, connections) in [("open_orders", plain), ("open_orders_verbose", verbose)] {
            if isVerbose, feed == "open_orders" { continue }
            guard !connections.isEmpty, let frame else { continue }
            broadcast(JSONWriter.text { writer in frame(feed, &writer) }, to: connections)
        }
    }

    private typealias FrameBody = (String, inout JSONWriter) -> Void

    /// The delta of one change: with the order, or with its ids alone. Nil when the feed says nothing of it; the flag
    /// marks what only the verbose feed tells.
    private func orderFrame(_ record: OrderRecord, _ change: OrderChange) -> (FrameBody?, Bool) {
        func whole(_ reason: String, isCancel: Bool) -> FrameBody {
            { feed, writer in
                writer.field("feed", feed)
                writer.object("order") { writer in legacyOrder(record, &writer) }
                writer.field("is_cancel", isCancel)
                writer.field("reason", reason)
            }
        }
        func ids(_ reason: String) -> FrameBody {
            { feed, writer in
                writer.field("feed", feed)
                writer.field("order_id", record.uuid)
                if let name = record.ticket.clientID { writer.field("cli_ord_id", name) }
                writer.field("is_cancel", true)
                writer.field("reason", reason)
            }
        }
        let isImmediate = record.ticket.type.isImmediate
        switch change {
        case .placed: return (isImmediate ? nil : whole("new_placed_order_by_user", isCancel: false), false)
        case .edited: return (whole("edited_by_user", isCancel: false), false)
        case .triggered:
            // The trigger is gone; with a limit price an order comes in its place.
            guard record.ticket.limitPrice != nil else { return (ids("stop_order_triggered"), false) }
            return (whole("limit_order_from_stop", isCancel: false), false)
        case .partlyFilled: return (isImmediate ? nil : whole("partial_fill", isCancel: false), false)
        case .filled: return (isImmediate ? ids("full_fill") : whole("full_fill", isCancel: true), false)
        case .cancelled(let cause): return (ids(cause.reason), false)
        case .refused(let refusal):
            guard refusal == .venue(.postOnlyWouldTrade) else { return (nil, true) }
            return (ids("post_order_failed_because_it_would_filled"), true)
        }
    }

    // MARK: Fills

    private func fillsSnapshot(_ account: Int, _ subscription: inout LegacyFeeds.Subscription) -> [UInt8] {
        let recent = accounts[account].fills.elements.suffix(100)
        let first = subscription.sequence
        subscription.sequence += Int64(recent.count)
        return JSONWriter.text { writer in
            writer.field("feed", "fills_snapshot")
            writer.field("account", accounts[account].uid)
            writer.array("fills") { writer in
                for (place, fill) in recent.enumerated() {
                    writer.object { writer in fillFields(fill, first + Int64(place) + 1, &writer) }
                }
            }
        }
    }

    private mutating func tellFill(_ fill: FillRecord, _ account: Int) {
        for place in legacy.subscriptions.indices {
            let subscription = legacy.subscriptions[place]
            guard subscription.feed == .fills, subscription.account == account else { continue }
            legacy.subscriptions[place].sequence += 1
            let sequence = subscription.sequence + 1
            let frame = JSONWriter.text { writer in
                writer.field("feed", "fills")
                writer.field("username", accounts[account].uid)
                writer.array("fills") { writer in
                    writer.object { writer in fillFields(fill, sequence, &writer) }
                }
            }
            send(frame, to: subscription.connection)
        }
    }

    private func fillFields(_ entry: FillRecord, _ sequence: Int64, _ writer: inout JSONWriter) {
        let fill = entry.fill
        let isMarket = entry.order.ticket.type == .market || entry.order.ticket.type == .liquidation
        writer.field("instrument", tape.markets[entry.market].names.contract)
        writer.field("time", milliseconds: fill.time)
        writer.field("price", fill.price)
        writer.field("seq", sequence)
        writer.field("buy", fill.side == .long)
        writer.field("qty", fill.quantity)
        writer.field("remaining_order_qty", entry.order.remaining)
        writer.field("order_id", entry.order.uuid)
        if let name = entry.order.ticket.clientID { writer.field("cli_ord_id", name) }
        writer.field("fill_id", entry.uuid)
        writer.field("fill_type", entry.type)
        writer.field("fee_paid", fill.fee)
        writer.field("fee_currency", "USD")
        writer.field("taker_order_type", fill.liquidity == .taker && isMarket ? "market" : "limit")
        writer.field("order_type", isMarket ? "market" : "limit")
    }

    // MARK: Positions

    private mutating func tellPositions(_ account: Int) {
        for place in legacy.subscriptions.indices {
            var subscription = legacy.subscriptions[place]
            guard subscription.feed == .openPositions, subscription.account == account else { continue }
            let frame = positionsFrame(account, &subscription)
            legacy.subscriptions[place] = subscription
            send(frame, to: subscription.connection)
        }
    }

    /// The full list each time: a position that is not in it is closed.
    private func positionsFrame(_ account: Int, _ subscription: inout LegacyFeeds.Subscription) -> [UInt8] {
        subscription.sequence += 1
        let sequence = subscription.sequence
        return JSONWriter.text { writer in
            writer.field("feed", "open_positions")
            writer.field("account", accounts[account].uid)
            writer.array("positions") { writer in
                for market in tape.markets.indices where accounts[account].venue.position(market).quantity.isPositive {
                    writer.object { writer in positionFields(market, account, &writer) }
                }
            }
            writer.field("seq", sequence)
            writer.field("timestamp", milliseconds: clock)
        }
    }

    func positionFields(_ market: Int, _ account: Int, _ writer: inout JSONWriter) {
        let venue = accounts[account].venue
        let position = venue.position(market)
        let holding = venue.holding(market)
        let listing = tape.markets[market]
        let equity = venue.account.equity
        let notional = listing.mark.notional(of: position.quantity, .nearestEven)
        writer.field("instrument", listing.names.contract)
        writer.field("balance", position.side == .long ? position.quantity : -position.quantity)
        writer.field("pnl", holding.unrealised)
        writer.field("entry_price", position.entryPrice ?? .zero)
        writer.field("mark_price", listing.mark)
        writer.field("index_price", listing.index)
        writer.field("liquidation_threshold", position.liquidationPrice ?? .zero)
        writer.field("effective_leverage", notional.ratio(to: equity) ?? .zero)
        writer.field("return_on_equity", percent(holding.unrealised, of: holding.initialMargin))
        writer.field("unrealized_funding", holding.unsettledFunding)
        writer.field("initial_margin", holding.initialMargin)
        writer.field("initial_margin_with_orders", holding.initialMargin)
        writer.field("maintenance_margin", holding.maintenanceMargin)
        writer.field("pnl_currency", "USD")
    }

    private func percent(_ part: Money, of whole: Money) -> Rate {
        guard let ratio = part.ratio(to: whole), ratio.magnitude < Rate(90_000) else { return .zero }
        return Rate(raw: ratio.raw * 100)
    }

    // MARK: Balances

    private mutating func tellBalances(_ account: Int) {
        for place in legacy.subscriptions.indices {
            var subscription = legacy.subscriptions[place]
            guard subscription.feed == .balances, subscription.account == account else { continue }
            let frame = balancesFrame(account, "balances", &subscription)
            legacy.subscriptions[place] = subscription
            send(frame, to: subscription.connection)
        }
    }

    /// A snapshot has all sections; later frames only the one that changed.
    private func balancesFrame(
        _ account: Int, _ feed: String, _ subscription: inout LegacyFeeds.Subscription
    ) -> [UInt8] {
        let sequence = subscription.sequence
        subscription.sequence += 1
        let wallet = Wallet(accounts[account].venue, markets: tape.markets.count)
        return JSONWriter.text { writer in
            writer.field("feed", feed)
            writer.field("account", accounts[account].uid)
            if feed == "balances_snapshot" {
                writer.object("holding") { writer in writer.field("USD", 0) }
                writer.object("futures") { _ in }
            }
            writer.object("flex_futures") { writer in wallet.write(&writer) }
            writer.field("timestamp", milliseconds: clock)
            writer.field("seq", sequence)
        }
    }

    // MARK: Account log

    private func logSnapshot(_ account: Int) -> [UInt8] {
        JSONWriter.text { writer in
            writer.field("feed", "account_log_snapshot")
            writer.array("logs") { writer in
                for entry in accounts[account].log.elements.suffix(500).reversed() {
                    writer.object { writer in logFields(entry, &writer) }
                }
            }
        }
    }

    private mutating func tellLog(_ entry: LogEntry, _ account: Int) {
        let connections = listeners(.accountLog, account)
        guard !connections.isEmpty else { return }
        broadcast(
            JSONWriter.text { writer in
                writer.field("feed", "account_log")
                writer.object("new_entry") { writer in logFields(entry, &writer) }
            }, to: connections)
    }
}

extension Wallet {
    /// As the balances feed has it: here `initial_margin` counts orders too.
    func write(_ writer: inout JSONWriter) {
        writer.object("currencies") { writer in
            writer.object("USD") { writer in
                writer.field("quantity", cash)
                writer.field("value", cash)
                writer.field("collateral_value", cash)
                writer.field("available", free)
                writer.field("haircut", 0)
                writer.field("conversion_spread", 0)
            }
        }
        writer.field("balance_value", cash)
        writer.field("portfolio_value", equity)
        writer.field("collateral_value", cash)
        writer.field("initial_margin", withOrders)
        writer.field("initial_margin_without_orders", initialMargin)
        writer.field("maintenance_margin", maintenanceMargin)
        writer.field("pnl", profit)
        writer.field("unrealized_funding", funding)
        writer.field("total_unrealized", unrealised)
        writer.field("total_unrealized_as_margin", unrealised)
        writer.field("margin_equity", equity)
        writer.field("available_margin", available)
        writer.object("isolated") { _ in }
        writer.object("cross") { writer in
            writer.field("balance_value", cash)
            writer.field("portfolio_value", equity)
            writer.field("initial_margin", withOrders)
            writer.field("maintenance_margin", maintenanceMargin)
            writer.field("pnl", profit)
            writer.field("available_margin", available)
            writer.field("margin_equity", equity)
        }
    }
}

extension OrderType {
    /// The word of the open orders feed.
    var feedName: String {
        switch self {
        case .stop: "stop"
        case .takeProfit: "take_profit"
        case .limit, .postOnly, .immediateOrCancel, .fillOrKill, .market, .liquidation: "limit"
        }
    }
}
