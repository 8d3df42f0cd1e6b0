import Operations

/// A notice in the words and the markup of each channel, within what the channel takes.
public enum NoticeText {
    /// Telegram takes 4096 characters after its markup is read; Discord 2000. Slack cuts long texts by its own taste.
    static let telegramLimit = 4096
    static let discordLimit = 2000
    static let slackLimit = 3900
    static let mailLimit = 60_000
    static let plainLimit = 1000

    /// HTML as Telegram's Bot API reads it, or plain text when the notice is to be plain.
    public static func telegram(_ notice: Notice, origin: String) -> String {
        guard !notice.isPlain else { return plain(notice, origin: origin) }
        return compose(notice, origin: origin, limit: telegramLimit, escape: html) { "<b>\($0)</b>" }
    }

    /// Discord's Markdown.
    public static func discord(_ notice: Notice, origin: String) -> String {
        guard !notice.isPlain else { return plain(notice, origin: origin) }
        return compose(notice, origin: origin, limit: discordLimit, escape: markdown) { "**\($0)**" }
    }

    /// Text for Slack, to be sent with its markup switched off.
    public static func slack(_ notice: Notice, origin: String) -> String {
        let limit = notice.isPlain ? plainLimit : slackLimit
        return compose(notice, origin: origin, limit: limit, escape: html) { $0 }
    }

    public static func mailBody(_ notice: Notice, origin: String) -> String {
        compose(notice, origin: origin, limit: mailLimit, escape: { $0 }, head: { $0 })
    }

    /// One line.
    public static func mailSubject(_ notice: Notice, origin: String) -> String {
        let first = notice.count == 1 ? (notice.lines.first.map { ": " + $0 } ?? "") : " (\(notice.count))"
        return OneLine.of(head(notice, origin: origin) + first, limit: 150)
    }

    private static func plain(_ notice: Notice, origin: String) -> String {
        compose(notice, origin: origin, limit: plainLimit, escape: { $0 }, head: { $0 })
    }

    private static func head(_ notice: Notice, origin: String) -> String {
        let name = notice.severity == .info ? "" : notice.severity.name.uppercased() + " "
        return "[\(origin)] " + name + notice.heading
    }

    private static func compose(
        _ notice: Notice, origin: String, limit: Int, escape: (String) -> String, head: (String) -> String
    ) -> String {
        var text = notice.heading.isEmpty ? "" : head(escape(Self.head(notice, origin: origin)))
        // Room for the line that tells what is missing.
        let room = limit - 32
        var shown = 0
        for line in notice.lines {
            let next = (text.isEmpty ? "" : "\n") + escape(line)
            // UTF-16: what the services count.
            guard text.utf16.count + next.utf16.count <= room else { break }
            text += next
            shown += 1
        }
        let missing = notice.count - shown
        return missing == 0 ? text : text + "\n" + escape("and \(missing) more")
    }

    private static func html(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static let markdownMarks: Set<Unicode.Scalar> = [
        "\\", "*", "_", "~", "`", "|", ">", "#", "[", "]", "(", ")", "<", "-", "@", ":", ".", "+",
    ]

    private static func markdown(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            if markdownMarks.contains(character) { result += "\\" }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
