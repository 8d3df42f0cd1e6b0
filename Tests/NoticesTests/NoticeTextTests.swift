import Market
import Notices
import Operations
import Testing
import Venue
import Wire

@Suite struct NoticeTextTests {
    private let time = Timestamp(seconds: 1_700_000_000)

    private func notice(_ lines: [String], _ severity: Alert.Severity = .warning) -> Notice {
        Notice(
            severity, heading: "feed PF_XBTUSD", lines: lines, kind: "feed", instrument: InstrumentID("PF_XBTUSD"),
            at: time)
    }

    @Test func telegramTakesItsHTML() {
        #expect(
            NoticeText.telegram(notice(["a < b & c > d"]), origin: "live main")
                == "<b>[live main] WARNING feed PF_XBTUSD</b>\na &lt; b &amp; c &gt; d")
    }

    @Test func discordShowsMarksAsTheyAre() {
        #expect(
            NoticeText.discord(notice(["*x* @everyone"], .critical), origin: "m")
                == "**\\[m\\] CRITICAL feed PF\\_XBTUSD**\n\\*x\\* \\@everyone")
        let body = String(decoding: NoticePayload.discord(notice(["x"]), origin: "m"), as: UTF8.self)
        #expect(body.contains(#""allowed_mentions":{"parse":[]}"#))
    }

    @Test func slackMentionsNobody() {
        let body = String(decoding: NoticePayload.slack(notice(["<!channel>"]), origin: "m"), as: UTF8.self)
        #expect(
            body
                == #"{"text":"[m] WARNING feed PF_XBTUSD\u000a&lt;!channel&gt;","mrkdwn":false,"unfurl_links":false,"unfurl_media":false}"#
        )
    }

    @Test func theGenericBodySaysItAll() throws {
        let value = try JSONValue(NoticePayload.generic(notice(["one", "two"]), origin: "live main"))
        #expect(value["schema"]?.string == "trident-notice-1")
        #expect(value["severity"]?.string == "warning")
        #expect(value["instrument"]?.string == "PF_XBTUSD")
        #expect(value["time"]?.string == "2023-11-14T22:13:20Z")
        #expect(value["lines"]?.array?.compactMap(\.string) == ["one", "two"])
        #expect(value["count"]?.integer == 2)
    }

    /// Twenty lines that escapes make five times as long.
    @Test func longTextsAreCutAtALineAndSayHowMuchIsMissing() {
        let long = notice((0..<20).map { _ in String(repeating: "&", count: 400) })
        let telegram = NoticeText.telegram(long, origin: "m")
        #expect(telegram.utf16.count <= 4096)
        #expect(telegram.hasSuffix("\nand 18 more"))
        #expect(NoticeText.discord(long, origin: "m").hasSuffix("and 16 more"))
        #expect(NoticeText.discord(long, origin: "m").utf16.count <= 2000)
        #expect(NoticeText.slack(long, origin: "m").utf16.count <= 3900)
    }

    @Test func theSubjectIsOneShortLine() {
        #expect(NoticeText.mailSubject(notice(["one"]), origin: "m") == "[m] WARNING feed PF_XBTUSD: one")
        #expect(NoticeText.mailSubject(notice(["one", "two"]), origin: "m") == "[m] WARNING feed PF_XBTUSD (2)")
        let long = NoticeText.mailSubject(notice([String(repeating: "x\r\nBcc: y", count: 60)]), origin: "m")
        #expect(long.unicodeScalars.count == 150)
        #expect(!long.contains { $0.isNewline })
    }

    @Test func longAndUnrulyTextsOfAlertsAreTamed() {
        var notices = Notices(
            NoticesConfiguration(routes: [Route(.slack)], summaryAt: nil),
            scrubber: Scrubber([Redacted("s3cret-value")]),
            at: time)
        notices.take(
            Alert(.critical, .feed, "a\r\nb\u{202e}c s3cret-value " + String(repeating: "z", count: 2_000), at: time),
            at: time)
        let line = notices.due(at: time).first?.notice.lines.first ?? ""
        #expect(line.hasPrefix("22:13:20Z a  b c (secret) zzz"))
        #expect(line.unicodeScalars.count == 510)
        #expect(line.hasSuffix("…"))
    }
}
