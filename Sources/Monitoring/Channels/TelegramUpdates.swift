import Market
import Wire

/// What somebody wrote to the bot.
struct TelegramUpdate: Equatable {
    let number: Int64
    let chat: String
    let sent: Timestamp
    let text: String
}

/// The conversation with `getUpdates` of Telegram's Bot API.
enum TelegramUpdates {
    /// How long Telegram holds a request when there is nothing new, in seconds.
    static let longPoll = 25

    /// - Parameter offset: the first update that was not seen yet; nil at the start.
    static func body(offset: Int64?, wait: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.name("timeout")
            $0.integer(wait)
            if let offset {
                $0.name("offset")
                $0.integer(offset)
            }
            $0.name("allowed_updates")
            $0.array { $0.string("message") }
        }
        return writer.bytes
    }

    /// The highest number of all updates and those of them that are texts; nil when this is no such answer.
    static func read(_ body: [UInt8]) -> (last: Int64?, updates: [TelegramUpdate])? {
        let value: JSONValue
        do { value = try JSONValue(body) } catch { return nil }
        guard value["ok"]?.bool == true, let results = value["result"]?.array else { return nil }
        let updates = results.compactMap { result -> TelegramUpdate? in
            let message = result["message"]
            guard let number = result["update_id"]?.integer, let chat = message?["chat"]?["id"]?.digits,
                let date = message?["date"]?.integer, let text = message?["text"]?.string
            else { return nil }
            return TelegramUpdate(
                number: number, chat: chat, sent: Timestamp(seconds: min(max(date, 0), 4_000_000_000)), text: text)
        }
        return (results.compactMap { $0["update_id"]?.integer }.max(), updates)
    }
}
