public import Market

/// What an operator may ask for in a chat: to look, and after a confirmation to stop entries. Nothing else.
public struct ChatCommands: Sendable {
    public static let confirmationTime = Interval.minutes(2)
    /// A command that has waited longer was meant for another hour.
    public static let latest = Interval.minutes(2)

    public enum Reply: Hashable, Sendable {
        case say([String])
        /// The operator has confirmed: stop entries.
        case hold(reason: String)
        /// Not a command, too old, or not from the operator.
        case nothing
    }

    private var awaited: (code: String, until: Timestamp)?

    public init() {}

    /// - Parameters:
    ///   - text: what was written, from the chat that is trusted.
    ///   - sent: when it was written.
    ///   - code: makes the number that confirms; asked when one is needed.
    public mutating func take(
        _ text: String, sent: Timestamp, standing: Standing?, at now: Timestamp, code: () -> String
    ) -> Reply {
        guard now - sent <= Self.latest else { return .nothing }
        let words = text.split(separator: " ").map(String.init)
        // In groups a command may name its bot: /status@trident_bot.
        guard let command = words.first?.split(separator: "@").first, command.hasPrefix("/") else { return .nothing }
        switch command {
        case "/status": return .say(standing?.lines ?? Self.unknown)
        case "/positions": return .say(standing?.positionLines ?? Self.unknown)
        case "/hold": return hold(words.dropFirst().first, at: now, code: code)
        case "/help", "/start": return .say(Self.help)
        default: return .say(["not known: \(command)"] + Self.help)
        }
    }

    private mutating func hold(_ given: String?, at now: Timestamp, code: () -> String) -> Reply {
        guard let given else {
            let code = code()
            awaited = (code, now + Self.confirmationTime)
            return .say(["To stop entries, answer within 2 minutes: /hold \(code)"])
        }
        // One attempt for each code.
        defer { awaited = nil }
        guard let awaited, awaited.code == given, now <= awaited.until else {
            return .say(["This does not confirm anything. To stop entries, begin with /hold"])
        }
        return .hold(reason: "asked for in the chat")
    }

    private static let unknown = ["the session has not told its status yet"]
    private static let help = [
        "/status: how the session stands", "/positions: what is open",
        "/hold: stop entries; positions keep their stops. Asks for a confirmation.",
    ]
}
