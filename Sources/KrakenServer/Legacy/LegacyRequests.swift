import Kraken
import Market
import Wire

extension LocalExchange {
    /// A frame on WebSocket v1. There are no request ids: every answer names its feed.
    mutating func receiveLegacy(_ text: [UInt8], _ connection: ConnectionID) {
        guard sessions[connection]?.requests.pay(1, at: clock) == true else {
            return alert("Too many requests", connection)
        }
        let message: JSONValue
        do { message = try JSONValue(text) } catch { return alert("Bad websocket message", connection) }
        switch message["event"]?.string {
        case "challenge": challenge(message, connection)
        case "subscribe": subscription(message, connection, isNew: true)
        case "unsubscribe": subscription(message, connection, isNew: false)
        default: alert("Bad websocket message", connection)
        }
    }

    func alertText(_ message: String) -> [UInt8] {
        JSONWriter.text { writer in
            writer.field("event", "alert")
            writer.field("message", message)
        }
    }

    private mutating func alert(_ message: String, _ connection: ConnectionID) {
        send(alertText(message), to: connection)
    }

    /// A challenge is issued for any key, known or not, and belongs to the connection.
    private mutating func challenge(_ message: JSONValue, _ connection: ConnectionID) {
        guard message["api_key"]?.string != nil, let session = sessions[connection] else {
            return alert("Bad websocket message", connection)
        }
        let count = session.challenges + 1
        let text = Mixer.uuid(Mixer.mix(configuration.seed, connection.number &+ 9_000), count)
        sessions[connection]?.challenges = count
        sessions[connection]?.challenge = text
        send(
            JSONWriter.text { writer in
                writer.field("event", "challenge")
                writer.field("message", text)
            }, to: connection)
    }

    private mutating func subscription(_ message: JSONValue, _ connection: ConnectionID, isNew: Bool) {
        guard let name = message["feed"]?.string else { return alert("Bad websocket message", connection) }
        if name == "heartbeat" {
            if isNew { legacy.add(heartbeat: connection) } else { legacy.remove(heartbeat: connection) }
            acknowledge(name, connection, isNew: isNew) { _ in }
        } else if let feed = LegacyFeeds.Product(name: name) {
            products(feed, message, connection, isNew: isNew)
        } else if let feed = LegacyFeeds.Private(rawValue: name) {
            privateFeed(feed, message, connection, isNew: isNew)
        } else {
            alert("Couldn't subscribe to invalid feed", connection)
        }
    }

    private mutating func acknowledge(
        _ feed: String, _ connection: ConnectionID, isNew: Bool, _ more: (inout JSONWriter) -> Void
    ) {
        send(
            JSONWriter.text { writer in
                writer.field("event", isNew ? "subscribed" : "unsubscribed")
                writer.field("feed", feed)
                more(&writer)
            }, to: connection)
    }

    /// One acknowledgement per product.
    private mutating func products(
        _ feed: LegacyFeeds.Product, _ message: JSONValue, _ connection: ConnectionID, isNew: Bool
    ) {
        guard let names = message["product_ids"]?.array, !names.isEmpty, names.count <= 1000 else {
            return alert("Bad websocket message", connection)
        }
        for name in names {
            let text = name.string ?? ""
            guard let market = market(text) else {
                alert("Couldn't subscribe to invalid product `\(text)`", connection)
                continue
            }
            if !isNew { legacy.remove(connection, feed, market) }
            let contract = tape.markets[market].names.contract
            acknowledge(feed.name, connection, isNew: isNew) { writer in
                writer.array("product_ids") { $0.string(contract) }
            }
            guard isNew else { continue }
            snapshot(feed, market, connection)
            legacy.add(connection, feed, market)
        }
    }

    private mutating func privateFeed(
        _ feed: LegacyFeeds.Private, _ message: JSONValue, _ connection: ConnectionID, isNew: Bool
    ) {
        guard let key = message["api_key"]?.string, let original = message["original_challenge"]?.string,
            let signed = message["signed_challenge"]?.string, let account = accountByFuturesKey[key],
            let signer = accounts[account].signer, sessions[connection]?.challenge == original,
            Signer.isEqual(signer.challenge(original), signed)
        else { return alert("Failed to subscribe to authenticated feed", connection) }
        if !isNew { legacy.remove(connection, feed) }
        acknowledge(feed.rawValue, connection, isNew: isNew) { writer in
            writer.field("api_key", key)
            writer.field("original_challenge", original)
            writer.field("signed_challenge", signed)
        }
        guard isNew else { return }
        var subscription = LegacyFeeds.Subscription(connection: connection, account: account, feed: feed)
        snapshot(&subscription)
        legacy.add(subscription)
    }
}
