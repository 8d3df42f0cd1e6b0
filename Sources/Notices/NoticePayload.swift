import Market
import Operations
import Venue
import Wire

/// The JSON bodies that carry notices.
public enum NoticePayload {
    /// For `sendMessage` of Telegram's Bot API.
    public static func telegram(_ notice: Notice, chat: String, origin: String) -> [UInt8] {
        object {
            $0.member("chat_id", chat)
            $0.member("text", NoticeText.telegram(notice, origin: origin))
            if !notice.isPlain { $0.member("parse_mode", "HTML") }
            $0.name("disable_notification")
            $0.bool(notice.severity == .info)
            $0.name("link_preview_options")
            $0.object {
                $0.name("is_disabled")
                $0.bool(true)
            }
        }
    }

    /// For a webhook of Discord. Nobody is mentioned, whatever the text says.
    public static func discord(_ notice: Notice, origin: String) -> [UInt8] {
        object {
            $0.member("content", NoticeText.discord(notice, origin: origin))
            $0.name("allowed_mentions")
            $0.object {
                $0.name("parse")
                $0.array { _ in }
            }
        }
    }

    /// For an incoming webhook of Slack.
    public static func slack(_ notice: Notice, origin: String) -> [UInt8] {
        object {
            $0.member("text", NoticeText.slack(notice, origin: origin))
            for name in ["mrkdwn", "unfurl_links", "unfurl_media"] {
                $0.name(name)
                $0.bool(false)
            }
        }
    }

    /// For anything else: the notice itself.
    public static func generic(_ notice: Notice, origin: String) -> [UInt8] {
        object {
            $0.member("schema", "trident-notice-1")
            $0.member("origin", origin)
            $0.member("severity", notice.severity.name)
            $0.member("kind", notice.kind)
            $0.name("instrument")
            if let instrument = notice.instrument { $0.string(instrument.description) } else { $0.null() }
            $0.member("time", notice.time.description)
            $0.member("heading", notice.heading)
            $0.name("lines")
            $0.array { for line in notice.lines { $0.string(line) } }
            $0.name("count")
            $0.integer(notice.count)
        }
    }

    private static func object(_ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(fill)
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }
}
