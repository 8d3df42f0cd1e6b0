import Venue
import Wire

extension Derivatives.StreamFrame {
    /// The frame as it travels. `account` is named where Kraken names it.
    public func bytes(account: String? = nil) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        switch self {
        case .ticker(let ticker): ticker.write(into: &writer)
        case .tickerLite(let ticker): ticker.write(into: &writer)
        case .trade(let trade): trade.write(into: &writer)
        case .book(let delta): delta.write(into: &writer)
        case .bookSnapshot(let snapshot): snapshot.write(into: &writer)
        case .order(let change): change.write(into: &writer)
        case .positions(let positions): positions.write(into: &writer)
        case .balances(let balances): balances.write(into: &writer)
        case .info, .challenge, .subscribed, .unsubscribed, .subscribeFailed, .unsubscribeFailed, .alert, .unrecognised:
            writer.object { writeEvent(&$0) }
        case .heartbeat, .tradeSnapshot, .orderSnapshot, .fills, .accountLog, .accountLogSnapshot, .notifications:
            writer.object { writeFeed(account, &$0) }
        }
        return writer.bytes
    }

    private func writeEvent(_ writer: inout JSONWriter) {
        switch self {
        case .info(let version):
            writer.put("event", "info")
            writer.put("version", version)
        case .challenge(let message):
            writer.put("event", "challenge")
            writer.put("message", message)
        case .alert(let alert):
            writer.put("event", "alert")
            writer.put("message", alert.message)
        case .subscribed(let feed, let products): Self.write("subscribed", feed, products, &writer)
        case .unsubscribed(let feed, let products): Self.write("unsubscribed", feed, products, &writer)
        case .subscribeFailed(let feed, let products): Self.write("subscribed_failed", feed, products, &writer)
        case .unsubscribeFailed(let feed, let products): Self.write("unsubscribed_failed", feed, products, &writer)
        case .unrecognised(let name): writer.put("event", name)
        case .heartbeat, .ticker, .tickerLite, .trade, .tradeSnapshot, .book, .bookSnapshot, .order, .orderSnapshot,
            .fills, .positions, .balances, .accountLog, .accountLogSnapshot, .notifications:
            break
        }
    }

    private static func write(
        _ event: String, _ feed: Open<Derivatives.Feed>, _ products: [InstrumentID], _ writer: inout JSONWriter
    ) {
        writer.put("event", event)
        writer.put("feed", feed)
        if !products.isEmpty { writer.put("product_ids", products.map(\.description)) }
    }

    private func writeFeed(_ account: String?, _ writer: inout JSONWriter) {
        switch self {
        case .heartbeat(let time):
            writer.put("feed", "heartbeat")
            writer.put("time", milliseconds: time)
        case .tradeSnapshot(let product, let trades):
            writer.put("feed", "trade_snapshot")
            writer.put("product_id", product)
            writer.name("trades")
            writer.array { writer in for trade in trades { trade.write(into: &writer) } }
        case .orderSnapshot(let orders, let isVerbose):
            writer.put("feed", isVerbose ? "open_orders_verbose_snapshot" : "open_orders_snapshot")
            writer.put("account", account)
            writer.name("orders")
            writer.array { writer in for order in orders { order.write(into: &writer) } }
        case .fills(let fills, let isSnapshot):
            writer.put("feed", isSnapshot ? "fills_snapshot" : "fills")
            writer.put("username", account)
            writer.name("fills")
            writer.array { writer in for fill in fills { fill.write(into: &writer) } }
        case .accountLog(let entry):
            writer.put("feed", "account_log")
            writer.put("new_entry", entry)
        case .accountLogSnapshot(let entries):
            writer.put("feed", "account_log_snapshot")
            writer.put("logs", entries)
        case .notifications(let notifications):
            writer.put("feed", "notifications_auth")
            writer.put("notifications", notifications)
        case .info, .challenge, .subscribed, .unsubscribed, .subscribeFailed, .unsubscribeFailed, .alert, .unrecognised,
            .ticker, .tickerLite, .trade, .book, .bookSnapshot, .order, .positions, .balances:
            break
        }
    }
}
