import Market
import Notices
import Operations
import TestSupport
import Testing
import Venue
import Wire

private let start = Timestamp(seconds: 1_700_000_000)
private let bitcoin = InstrumentID("PF_XBTUSD")
private let ether = InstrumentID("PF_ETHUSD")

private func alert(
    _ severity: Alert.Severity, _ kind: Alert.Kind = .feed, _ text: String = "text", of instrument: InstrumentID? = nil,
    at time: Timestamp = start
) -> Alert {
    Alert(severity, kind, text, of: instrument, at: time)
}

private func notices(
    _ routes: [Route], muted: Set<Alert.Kind> = [], change: (inout NoticesConfiguration) -> Void = { _ in }
) -> Notices {
    var configuration = NoticesConfiguration(routes: routes, muted: muted, summaryAt: nil)
    change(&configuration)
    return Notices(configuration, at: start)
}

@Suite struct NoticesTests {
    @Test func theFirstAlertGoesAtOnceAndTheOthersOfItsWindowTogether() throws {
        var notices = notices([Route(.slack)])
        notices.take(alert(.info, .tradeOpened, "trade 1", of: bitcoin), at: start)
        let first = try #require(notices.due(at: start).first)
        #expect(first.channel == .slack)
        #expect(first.notice.lines == ["22:13:20Z trade 1"])
        notices.delivered(.slack, at: start)
        for number in 2...4 {
            notices.take(
                alert(.info, .tradeOpened, "trade \(number)", of: bitcoin), at: start + .seconds(Int64(number)))
        }
        #expect(notices.due(at: start + .seconds(59)).isEmpty)
        #expect(notices.nextDeadline == start + .seconds(60))
        let second = try #require(notices.due(at: start + .seconds(60)).first)
        #expect(second.notice.lines == ["22:13:20Z trade 2", "22:13:20Z trade 3", "22:13:20Z trade 4"])
        #expect(second.notice.heading == "trade opened PF_XBTUSD")
        notices.delivered(.slack, at: start + .seconds(60))
        // An empty window ends without a word, and the next alert goes at once again.
        #expect(notices.due(at: start + .seconds(120)).isEmpty)
        #expect(notices.nextDeadline == nil)
        notices.take(alert(.info, .tradeOpened, "trade 5", of: bitcoin), at: start + .seconds(121))
        #expect(notices.due(at: start + .seconds(121)).count == 1)
    }

    @Test func aFlushEndsEveryWindow() {
        var notices = notices([Route(.slack)]) { $0.pace = .zero }
        for text in ["one", "two", "three"] { notices.take(alert(.info, .entry, text), at: start) }
        #expect(notices.due(at: start).map(\.notice.lines) == [["22:13:20Z one"]])
        notices.delivered(.slack, at: start)
        notices.flush(at: start)
        #expect(notices.due(at: start).map(\.notice.lines) == [["22:13:20Z two", "22:13:20Z three"]])
        notices.delivered(.slack, at: start)
        #expect(notices.nextDeadline == nil)
    }

    @Test func anotherInstrumentOrKindHasItsOwnWindow() {
        var notices = notices([Route(.slack)]) { $0.pace = .zero }
        var seen: [String] = []
        for item in [
            alert(.info, .entry, of: bitcoin), alert(.info, .entry, of: ether), alert(.info, .stopMoved, of: bitcoin),
            alert(.info, .entry, of: bitcoin),
        ] {
            notices.take(item, at: start)
            seen += notices.due(at: start).map(\.notice.heading)
            notices.delivered(.slack, at: start)
        }
        #expect(seen == ["entry PF_XBTUSD", "entry PF_ETHUSD", "stop moved PF_XBTUSD"])
    }

    @Test func whatIsMoreSevereDoesNotWaitForTheWindow() {
        var notices = notices([Route(.slack)]) { $0.pace = .zero }
        notices.take(alert(.info), at: start)
        #expect(notices.due(at: start).count == 1)
        notices.delivered(.slack, at: start)
        notices.take(alert(.warning), at: start)
        #expect(notices.due(at: start).map(\.notice.severity) == [.warning])
        notices.delivered(.slack, at: start)
        notices.take(alert(.warning), at: start)
        #expect(notices.due(at: start).isEmpty)
    }

    @Test func criticalAlertsAreNeverMutedGatheredOrFilteredByLevel() {
        var notices = notices([Route(.mail, from: .critical)], muted: Set(Alert.Kind.allCases))
        for kind in Alert.Kind.allCases {
            notices.take(alert(.warning, kind), at: start)
            #expect(notices.due(at: start).isEmpty)
            for number in 0..<3 {
                notices.take(alert(.critical, kind, "\(number)"), at: start)
                let deliveries = notices.due(at: start)
                #expect(deliveries.map(\.notice.kind) == [kind.rawValue])
                notices.delivered(.mail, at: start)
            }
        }
    }

    @Test func eachChannelHasItsLevel() {
        var notices = notices([Route(.slack, from: .warning), Route(.discord)]) { $0.pace = .zero }
        notices.take(alert(.info, .entry), at: start)
        #expect(notices.due(at: start).map(\.channel) == [.discord])
        notices.delivered(.discord, at: start)
        notices.take(alert(.info, .entry, "second"), at: start)
        notices.take(alert(.warning, .entry, "third"), at: start)
        #expect(notices.due(at: start).map(\.channel) == [.slack, .discord])
        notices.delivered(.discord, at: start)
        let later = notices.due(at: start + .seconds(60))
        #expect(later.map(\.channel) == [.discord])
        #expect(later.first?.notice.lines == ["22:13:20Z second"])
    }

    @Test func criticalOvertakesWhatWaits() {
        var notices = notices([Route(.slack)])
        for kind in [Alert.Kind.entry, .feed, .data] { notices.take(alert(.info, kind), at: start) }
        #expect(notices.due(at: start).map(\.notice.kind) == ["entry"])
        notices.delivered(.slack, at: start)
        notices.take(alert(.critical, .protection), at: start)
        // The pace holds for the others only.
        #expect(notices.due(at: start).map(\.notice.kind) == ["protection"])
        notices.delivered(.slack, at: start)
        #expect(notices.due(at: start).isEmpty)
        #expect(notices.nextDeadline == start + .seconds(1))
        #expect(notices.due(at: start + .seconds(1)).map(\.notice.kind) == ["feed"])
    }

    @Test func pausesGrowAndEnd() {
        var notices = notices([Route(.slack)])
        notices.take(alert(.info), at: start)
        var now = start
        var pauses: [Int64] = []
        for _ in 0..<9 {
            #expect(notices.due(at: now).count == 1)
            notices.failed(.slack, .unavailable("HTTP 500"), at: now)
            #expect(notices.due(at: now).isEmpty)
            let next = notices.nextTry(after: now)
            pauses.append((next - now).nanoseconds / 1_000_000_000)
            now = next
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        _ = notices.due(at: now)
        notices.delivered(.slack, at: now)
        notices.take(alert(.warning), at: now)
        #expect(notices.due(at: now + .seconds(1)).count == 1)
        notices.failed(.slack, .unavailable("HTTP 500"), at: now + .seconds(1))
        #expect(notices.nextTry(after: now + .seconds(1)) == now + .seconds(2))
    }

    @Test func aNewCriticalAlertEndsALongPauseButNotAThrottle() {
        var notices = notices([Route(.slack)])
        notices.take(alert(.info), at: start)
        var now = start
        for _ in 0..<7 {
            _ = notices.due(at: now)
            notices.failed(.slack, .unavailable("HTTP 500"), at: now)
            now = notices.nextTry(after: now)
        }
        _ = notices.due(at: now)
        notices.failed(.slack, .unavailable("HTTP 500"), at: now)
        notices.take(alert(.critical), at: now + .seconds(5))
        #expect(notices.due(at: now + .seconds(5)).map(\.notice.severity) == [.critical])
        notices.failed(.slack, .throttled(.seconds(30)), at: now + .seconds(5))
        notices.take(alert(.critical, .journal), at: now + .seconds(34))
        #expect(notices.due(at: now + .seconds(34)).isEmpty)
        #expect(notices.due(at: now + .seconds(65)).count == 1)
    }

    @Test func aFailingChannelIsReportedOnTheOthersOnceAndItsReturnToo() {
        var notices = notices([Route(.slack), Route(.mail, from: .warning), Route(.discord)]) { $0.pace = .zero }
        notices.take(alert(.warning), at: start)
        _ = notices.due(at: start)
        notices.delivered(.mail, at: start)
        notices.delivered(.discord, at: start)
        var now = start
        var told: [Channel: [String]] = [:]
        for _ in 0..<8 {
            notices.failed(.slack, .unavailable("HTTP 503"), at: now)
            now = now + .seconds(60)
            for delivery in notices.due(at: now) where delivery.channel != .slack {
                told[delivery.channel, default: []] += delivery.notice.lines
                notices.delivered(delivery.channel, at: now)
            }
        }
        #expect(told[.mail]?.count == 1)
        #expect(told[.discord]?.count == 1)
        #expect(told[.mail]?.first?.hasSuffix("slack does not deliver: HTTP 503; trying again") == true)
        #expect(notices.takeOwnAlerts().map(\.severity) == [.warning])
        // Something critical waits for it now.
        notices.take(alert(.critical, .protection), at: now)
        notices.failed(.slack, .unavailable("HTTP 503"), at: now)
        #expect(notices.takeOwnAlerts().map(\.severity) == [.critical])
        for delivery in notices.due(at: now + .seconds(60)) { notices.delivered(delivery.channel, at: now) }
        let back = notices.takeOwnAlerts()
        #expect(back.map(\.text) == ["slack delivers again after 9 failures"])
    }

    @Test func aRefusedTokenIsReportedAtOnce() {
        var notices = notices([Route(.slack), Route(.mail)])
        notices.take(alert(.info), at: start)
        _ = notices.due(at: start)
        notices.delivered(.mail, at: start)
        notices.failed(.slack, .denied("HTTP 401"), at: start)
        #expect(notices.due(at: start + .seconds(1)).contains { $0.channel == .mail && $0.notice.kind == "delivery" })
    }

    @Test func aTextThatIsRefusedGoesPlainAndDoesNotHoldUpTheRest() {
        var notices = notices([Route(.telegram)]) { $0.pace = .zero }
        notices.take(alert(.info, .entry), at: start)
        notices.take(alert(.info, .data), at: start)
        var now = start
        var order: [String] = []
        for _ in 0..<4 {
            for delivery in notices.due(at: now) {
                order.append(delivery.notice.kind + (delivery.notice.isPlain ? " plain" : ""))
                if delivery.notice.kind == "entry" {
                    notices.failed(.telegram, .refused("HTTP 400"), at: now)
                } else {
                    notices.delivered(.telegram, at: now)
                }
            }
            now = now + .seconds(60)
        }
        #expect(order == ["entry", "data", "entry plain", "entry plain"])
        // It is given up, and the next delivery says so.
        notices.take(alert(.info, .data), at: now)
        _ = notices.due(at: now)
        notices.delivered(.telegram, at: now)
        #expect(
            notices.takeOwnAlerts().last?.text
                == "telegram: 1 notices were dropped: its queue was full or it refused them")
    }

    @Test func theQueueIsBoundedAndNamesWhatItDropped() {
        var notices = notices([Route(.slack)]) { $0.queue = 10 }
        notices.take(alert(.critical, .journal), at: start)
        _ = notices.due(at: start)
        for number in 0..<200 {
            let time = start + .seconds(Int64(number) * 100)
            _ = notices.due(at: time)
            notices.take(alert(.info, .entry, at: time), at: time)
            #expect(notices.backlog.allSatisfy { $0.notices <= 12 })
        }
        let end = start + .hours(10)
        notices.delivered(.slack, at: end)
        #expect(
            notices.takeOwnAlerts().map(\.text) == [
                "slack: 190 notices were dropped: its queue was full or it refused them"
            ])
    }

    @Test func criticalAlertsThatWaitTravelTogetherAndNoneIsLost() throws {
        var notices = notices([Route(.slack)]) { $0.queue = 10 }
        notices.take(alert(.critical, .journal, "first"), at: start)
        _ = notices.due(at: start)
        for number in 0..<500 { notices.take(alert(.critical, .protection, "\(number)", of: bitcoin), at: start) }
        #expect(notices.backlog.map(\.notices) == [2])
        notices.delivered(.slack, at: start)
        let notice = try #require(notices.due(at: start).first?.notice)
        #expect(notice.count == 500)
        #expect(notice.lines.count == 10)
        #expect(notice.omitted == 490)
    }

    @Test func evenOfManyKindsNoneIsLost() {
        var notices = notices([Route(.slack)]) { $0.queue = 3 }
        for kind in Alert.Kind.allCases {
            for instrument in [bitcoin, ether] { notices.take(alert(.critical, kind, of: instrument), at: start) }
        }
        #expect(notices.backlog.map(\.notices) == [3])
        var counts: [Int] = []
        for delivery in (0..<3).flatMap({ _ in
            let due = notices.due(at: start)
            notices.delivered(.slack, at: start)
            return due
        }) {
            counts.append(delivery.notice.count)
        }
        #expect(counts == [1, 1, 2 * Alert.Kind.allCases.count - 2])
    }
}

extension Notices {
    /// When the next delivery is due, past the ends of windows.
    fileprivate func nextTry(after now: Timestamp) -> Timestamp {
        var copy = self
        while let next = copy.nextDeadline {
            if !copy.due(at: next).isEmpty { return next }
        }
        return now
    }
}
