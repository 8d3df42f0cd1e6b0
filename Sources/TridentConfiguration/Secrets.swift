public import Wire

/// Credentials, from the environment or from a `.env` file; the environment wins. A backtest needs none.
public struct Secrets: Sendable {
    public enum Name: String, CaseIterable, Sendable {
        case futuresKey = "KRAKEN_FUTURES_KEY"
        case futuresSecret = "KRAKEN_FUTURES_SECRET"
        case spotKey = "KRAKEN_SPOT_KEY"
        case spotSecret = "KRAKEN_SPOT_SECRET"
        case telegramToken = "TRIDENT_TELEGRAM_TOKEN"
        /// Whole addresses: whoever knows them may write there.
        case discordAddress = "TRIDENT_DISCORD_WEBHOOK"
        case slackAddress = "TRIDENT_SLACK_WEBHOOK"
        case webhookAddress = "TRIDENT_WEBHOOK"
        case webhookKey = "TRIDENT_WEBHOOK_KEY"
        case mailPassword = "TRIDENT_MAIL_PASSWORD"
        /// It may hold a password.
        case databaseURL = "DATABASE_URL"
    }

    private let values: [Name: (value: Redacted, source: String)]

    /// - Parameter file: the text of a `.env` file; nil when there is none.
    public init(environment: [String: String], file: String?, fileName: String = ".env") throws(ConfigurationError) {
        let inFile = try Self.assignments(in: file ?? "", named: fileName)
        var values: [Name: (value: Redacted, source: String)] = [:]
        for name in Name.allCases {
            if let value = environment[name.rawValue], !value.isEmpty {
                values[name] = (Redacted(value), "environment")
            } else if let value = inFile[name.rawValue], !value.isEmpty {
                values[name] = (Redacted(value), fileName)
            }
        }
        self.values = values
    }

    public subscript(name: Name) -> Redacted? { values[name]?.value }

    /// Where a secret came from; nil when it is not set.
    public func source(of name: Name) -> String? { values[name]?.source }

    /// `NAME=value` lines; blank lines and lines starting with # are passed over, quotes around a value are taken off.
    private static func assignments(in text: String, named file: String) throws(ConfigurationError) -> [String: String]
    {
        var found: [String: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { continue }
            let parts = trimmed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // The line itself may be a secret: the error does not show it.
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .syntax(file: file, line: index + 1, reason: "expected NAME=value")
            }
            var value = parts[1]
            if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote {
                value = value.dropFirst().dropLast()
            }
            found[String(parts[0])] = String(value)
        }
        return found
    }
}
