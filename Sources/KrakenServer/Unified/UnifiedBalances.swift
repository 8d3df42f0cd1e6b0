import Exchange
import Market
import Venue
import Wire

extension LocalExchange {
    // MARK: Positions

    /// The whole state, as at the start of a subscription.
    mutating func tellUnifiedPositions(_ place: Int, _ type: String) {
        let account = unified.subscriptions[place].account
        let held = tape.markets.indices.filter { accounts[account].venue.position($0).quantity.isPositive }
        tell(positions: held, place, type)
    }

    /// Only positions that changed; a closed one with size zero.
    mutating func tellChangedPositions(_ place: Int, _ news: [AccountNews]) {
        var changed: [Int] = []
        for item in news {
            switch item {
            case .fill(let fill): if !changed.contains(fill.market) { changed.append(fill.market) }
            case .order, .log, .positions, .balances: break
            }
        }
        if !changed.isEmpty { tell(positions: changed, place, "update") }
    }

    private mutating func tell(positions markets: [Int], _ place: Int, _ type: String) {
        let subscription = unified.subscriptions[place]
        sendUnified(place, type) { exchange, writer in
            writer.object("data") { writer in
                writer.array("futures") { writer in
                    for market in markets {
                        writer.object { writer in exchange.unifiedPosition(market, subscription, &writer) }
                    }
                }
                writer.array("options") { _ in }
            }
        }
    }

    private func unifiedPosition(
        _ market: Int, _ subscription: UnifiedFeeds.Subscription, _ writer: inout JSONWriter
    ) {
        let position = accounts[subscription.account].venue.position(market)
        writer.field("symbol", tape.markets[market].names.contract)
        writer.field("size", position.side == .long ? position.quantity : -position.quantity)
        if !subscription.withMargin { writer.field("entry_price", position.entryPrice ?? .zero) }
        if subscription.withMargin { positionFields(market, subscription.account, &writer) }
    }

    // MARK: Margin

    /// The wallet in full each time.
    mutating func tellUnifiedMargin(_ place: Int) {
        let account = unified.subscriptions[place].account
        let wallet = Wallet(accounts[account].venue, markets: tape.markets.count)
        sendUnified(place, "multi_collateral") { _, writer in
            writer.object("data") { writer in wallet.write(&writer) }
        }
    }

    // MARK: Balances and ledgers

    mutating func balancesSnapshot(_ place: Int) {
        let cash = accounts[unified.subscriptions[place].account].cash
        sendUnified(place, "snapshot") { _, writer in
            writer.array("data") { writer in
                writer.object { writer in
                    writer.field("asset", "USD")
                    writer.field("asset_class", "currency")
                    writer.field("balance", cash)
                    writer.array("wallets") { writer in
                        writer.object { writer in
                            writer.field("type", "derivatives")
                            writer.field("id", "flex")
                            writer.field("balance", cash)
                        }
                    }
                }
            }
        }
    }

    /// A change of a balance; of the size of a position only on the ledgers.
    mutating func tellLedger(_ place: Int, _ news: AccountNews) {
        guard case .log(let entry) = news else { return }
        let isLedger = unified.subscriptions[place].channel == .ledgers
        guard isLedger || entry.asset == .dollars else { return }
        sendUnified(place, "update") { exchange, writer in
            writer.array("data") { writer in
                writer.object { writer in exchange.ledgerFields(entry, isLedger: isLedger, &writer) }
            }
        }
    }

    private func ledgerFields(_ entry: LogEntry, isLedger: Bool, _ writer: inout JSONWriter) {
        let contract = entry.market.map { tape.markets[$0].names.contract }
        writer.field("ledger_id", entry.uuid)
        writer.field("ref_id", entry.execution ?? entry.uuid)
        writer.field("timestamp", entry.time.rfc3339(digits: 6))
        writer.field("type", entry.funding == nil ? "trade" : "funding")
        writer.field("asset", entry.asset == .dollars ? "USD" : contract ?? "USD")
        writer.field("asset_class", entry.asset == .dollars ? "currency" : "derivatives")
        writer.field("category", entry.info)
        writer.field("wallet_type", "derivatives")
        writer.field("wallet_id", "flex")
        writer.field("amount", digits: entry.amount)
        writer.field("fee", entry.fee ?? .zero)
        writer.field("balance", digits: entry.new)
        guard isLedger else { return }
        if let contract { writer.field("symbol", contract) }
        if let price = entry.tradePrice { writer.field("trade_price", price) }
        if let mark = entry.markPrice { writer.field("mark_price", mark) }
        if let old = entry.oldEntry { writer.field("old_average_entry_price", old) }
        if let new = entry.newEntry { writer.field("new_average_entry_price", new) }
        if let realised = entry.realised { writer.field("realized_pnl", realised) }
        if let funding = entry.funding { writer.field("realized_funding", funding) }
    }

    /// Margin figures move with the mark: they are told again now and then.
    mutating func reportUnified() {
        for place in unified.subscriptions.indices {
            let subscription = unified.subscriptions[place]
            guard accounts[subscription.account].venue.hasPositions else { continue }
            switch subscription.channel {
            case .margin: tellUnifiedMargin(place)
            case .positions: if subscription.withMargin { tellUnifiedPositions(place, "update") }
            case .executions, .balances, .ledgers: break
            }
        }
    }
}
