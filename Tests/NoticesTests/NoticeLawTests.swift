import Market
import Notices
import Operations
import TestSupport
import Testing
import Venue
import Wire

/// Whatever comes and however the channels fail.
@Suite struct NoticeLawTests {
    private struct Run {
        var arrived: [Channel: [Alert.Severity: Int]] = [:]
        var taken: [Alert.Severity: Int] = [:]
        var texts: [String] = []
        var longest = 0
    }

    private static let canary = "hunter2-canary-4711"

    /// Random alerts against channels that fail at random, then quiet until all has gone out.
    private func run(seed: UInt64, failing: Int, queue: Int = 50) -> Run {
        var random = SeededGenerator(seed: seed)
        var configuration = NoticesConfiguration(
            routes: [Route(.telegram), Route(.mail, from: .critical), Route(.webhook, from: .warning)],
            summaryAt: nil)
        configuration.queue = queue
        let start = Timestamp(seconds: 1_700_000_000)
        var notices = Notices(configuration, scrubber: Scrubber([Redacted(Self.canary)]), at: start)
        var run = Run()
        var now = start
        let instruments = [nil, InstrumentID("PF_XBTUSD"), InstrumentID("PF_ETHUSD")]
        func carry(failing: Int, _ random: inout SeededGenerator) {
            for delivery in notices.due(at: now) {
                let outcome = Int.random(in: 0..<100, using: &random)
                let failure: DeliveryFailure? =
                    if outcome >= failing {
                        nil
                    } else {
                        [
                            .unavailable("at \(Self.canary)"), .throttled(.seconds(7)), .denied("no \(Self.canary)"),
                            .refused("bad"),
                        ][outcome % 4]
                    }
                if let failure {
                    notices.failed(delivery.channel, failure, at: now)
                    continue
                }
                notices.delivered(delivery.channel, at: now)
                let notice = delivery.notice
                run.texts += [
                    NoticeText.telegram(notice, origin: "x"), NoticeText.discord(notice, origin: "x"),
                    NoticeText.slack(notice, origin: "x"), NoticeText.mailBody(notice, origin: "x"),
                    NoticeText.mailSubject(notice, origin: "x"),
                    String(decoding: NoticePayload.generic(notice, origin: "x"), as: UTF8.self),
                ]
                // What channels say of each other is not counted.
                if notice.kind != "delivery" {
                    run.arrived[delivery.channel, default: [:]][notice.severity, default: 0] += notice.count
                }
            }
            run.longest = max(run.longest, notices.backlog.map(\.notices).max() ?? 0)
        }
        for _ in 0..<600 {
            let severity: Alert.Severity = [.info, .warning, .critical][Int.random(in: 0..<3, using: &random)]
            let kind = Alert.Kind.allCases.filter { $0 != .delivery }.randomElement(using: &random) ?? .feed
            run.taken[severity, default: 0] += 1
            notices.take(
                Alert(
                    severity, kind, "<b>&\u{0}\n*_[]\(Self.canary)",
                    of: instruments.randomElement(using: &random) ?? nil,
                    at: now), at: now)
            carry(failing: failing, &random)
            now = now + .milliseconds(Int64.random(in: 0...4_000, using: &random))
        }
        for _ in 0..<5_000 {
            guard let next = notices.nextDeadline else { break }
            now = max(now, next)
            carry(failing: 0, &random)
        }
        run.texts += notices.takeOwnAlerts().map(\.text)
        #expect(notices.nextDeadline == nil)
        return run
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func everyCriticalAlertArrivesOnEveryChannel(seed: UInt64) {
        let run = run(seed: seed, failing: 60)
        let critical = run.taken[.critical] ?? 0
        #expect(critical > 100)
        for channel in [Channel.telegram, .mail, .webhook] { #expect(run.arrived[channel]?[.critical] == critical) }
        #expect(run.arrived[.mail]?.count == 1)
        #expect(run.longest <= 102)
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func withWorkingChannelsNothingIsLost(seed: UInt64) {
        let run = run(seed: seed, failing: 0, queue: 1_000)
        let taken = run.taken.values.reduce(0, +)
        #expect(run.arrived[.telegram]?.values.reduce(0, +) == taken)
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func noTextShowsASecretOrBreaksItsLimit(seed: UInt64) {
        let run = run(seed: seed, failing: 40)
        #expect(run.texts.count > 1_000)
        #expect(!run.texts.contains { $0.contains(Self.canary) })
        #expect(run.texts.contains { $0.contains("(secret)") })
        #expect(!run.texts.contains { $0.contains("\u{0}") })
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func aShortQueueStaysShortAndComesToRest(seed: UInt64) {
        #expect(run(seed: seed, failing: 60, queue: 10).longest <= 22)
    }

    @Test func equalInputsGiveEqualOutputs() {
        #expect(run(seed: 3, failing: 30).texts == run(seed: 3, failing: 30).texts)
    }
}
