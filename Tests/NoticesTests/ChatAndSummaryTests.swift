import Market
import Notices
import Operations
import Testing
import Venue
import Wire

private let status = """
    {"schema":"trident-status-1","mode":"live","account":"main","phase":"hold","hold":["the clock"],"safety":"ready",
    "safety_reason":null,"trades":3,"equity":"10250.5","positions":[{"instrument":"PF_XBTUSD","side":"long",
    "quantity":"0.5","entry_price":"40000","mark":"41000","stop":"39000","protected":"0.5","unrealised":"500"}],
    "orders":[{},{}]}
    """

@Suite struct StandingTests {
    @Test func readsTheStatus() throws {
        let standing = try Standing(status: Array(status.utf8))
        #expect(
            standing.lines == [
                "live main: hold: the clock", "safety: ready", "equity: 10250.5 USD",
                "positions: 1, orders: 2, trades: 3",
            ])
        #expect(
            standing.positionLines == [
                "PF_XBTUSD long 0.5 from 40000, mark 41000, stop 39000, protected 0.5, unrealised 500"
            ])
    }

    @Test func beforeTheTraderStandsItSaysSo() throws {
        let standing = try Standing(status: Array(#"{"mode":"paper","account":"a","phase":"syncing"}"#.utf8))
        #expect(
            standing.lines == ["paper a: syncing", "equity: not known", "positions: 0, orders: 0, trades: not known"])
        #expect(standing.positionLines == ["no open position"])
    }
}

@Suite struct ChatCommandsTests {
    private let now = Timestamp(seconds: 1_700_000_000)
    private let standing: Standing

    init() throws { standing = try Standing(status: Array(status.utf8)) }

    private func say(
        _ text: String, _ chat: inout ChatCommands, after: Interval = .zero, sent: Interval = .zero
    ) -> ChatCommands.Reply {
        chat.take(text, sent: now + sent, standing: standing, at: now + after) { "4711" }
    }

    @Test func answersQuestions() {
        var chat = ChatCommands()
        #expect(say("/status", &chat) == .say(standing.lines))
        #expect(say("/positions@trident_bot", &chat) == .say(standing.positionLines))
        #expect(say("good morning", &chat) == .nothing)
        #expect(
            chat.take("/status", sent: now, standing: nil, at: now) { "" }
                == .say(["the session has not told its status yet"]))
    }

    @Test func holdsOnlyAfterTheCodeInTimeAndOnce() {
        var chat = ChatCommands()
        #expect(say("/hold", &chat) == .say(["To stop entries, answer within 2 minutes: /hold 4711"]))
        #expect(
            say("/hold 4711", &chat, after: .seconds(120), sent: .seconds(119))
                == .hold(reason: "asked for in the chat"))
        guard case .say = say("/hold 4711", &chat) else { Issue.record("a code counts once"); return }
    }

    @Test(arguments: ["/hold 4712", "/hold 47", "/hold yes"]) func aWrongCodeEndsTheQuestion(text: String) {
        var chat = ChatCommands()
        _ = say("/hold", &chat)
        guard case .say = say(text, &chat) else { Issue.record("\(text) confirmed"); return }
        guard case .say = say("/hold 4711", &chat) else { Issue.record("the code was used up"); return }
    }

    @Test func aLateCodeOrAnOldCommandDoesNothing() {
        var chat = ChatCommands()
        _ = say("/hold", &chat)
        guard case .say = say("/hold 4711", &chat, after: .seconds(121), sent: .seconds(121)) else {
            Issue.record("a late code confirmed")
            return
        }
        _ = say("/hold", &chat)
        #expect(say("/hold 4711", &chat, after: .seconds(125)) == .nothing)
        #expect(say("/hold 4711", &chat) == .hold(reason: "asked for in the chat"))
    }
}

@Suite struct SummaryTests {
    /// 22:13:20 on the evening before.
    private let start = Timestamp(seconds: 1_700_000_000)
    private var midnight: Timestamp { start.startOfDay + .days(1) }

    private func notices() -> Notices {
        Notices(NoticesConfiguration(routes: [Route(.mail, from: .critical)], summaryAt: .hours(1)), at: start)
    }

    @Test func tellsTheDayOnEveryChannelOnce() throws {
        var notices = notices()
        let due = midnight + .hours(1)
        notices.note(try Standing(status: Array(status.replacing("10250.5", with: "10000").utf8)), at: start)
        notices.note(closedTradeWith: Money(300), fees: Money(4))
        notices.note(closedTradeWith: Money(-50), fees: Money(3))
        notices.take(Alert(.info, .entry, "x", at: start), at: start)
        notices.note(try Standing(status: Array(status.utf8)), at: due - .seconds(1))
        #expect(notices.due(at: due - .seconds(1)).isEmpty)
        #expect(notices.nextDeadline == due)
        let notice = try #require(notices.due(at: due).first?.notice)
        #expect(notice.severity == .info)
        #expect(
            notice.lines == [
                "since 2023-11-14T22:13:20Z", "live main: hold: the clock", "safety: ready", "equity: 10250.5 USD",
                "positions: 1, orders: 2, trades: 3", "change of equity: +250.5 USD",
                "closed trades: 2, 1 won, net 250 USD, fees 7 USD", "alerts: 0 critical, 0 warnings, 1 infos",
                "PF_XBTUSD long 0.5 from 40000, mark 41000, stop 39000, protected 0.5, unrealised 500",
            ])
        notices.delivered(.mail, at: due)
        #expect(notices.nextDeadline == due + .days(1))
    }

    @Test func withoutAFreshStatusTheSummaryIsAWarning() throws {
        var notices = notices()
        notices.note(try Standing(status: Array(status.utf8)), at: start)
        // Three days asleep: one summary.
        let late = midnight + .days(3)
        let notice = try #require(notices.due(at: late).first?.notice)
        #expect(notice.severity == .warning)
        #expect(notice.lines.contains("no status of the session since 2023-11-14T22:13:20Z"))
        notices.delivered(.mail, at: late)
        #expect(notices.nextDeadline == late + .hours(1))
    }

    @Test func aClockThatIsPutRightKeepsTheHour() throws {
        var notices = notices()
        let earlier = start - .days(1_210)
        #expect(notices.due(at: earlier).isEmpty)
        let due = earlier.startOfDay + .days(1) + .hours(1)
        #expect(notices.nextDeadline == due)
        #expect(notices.due(at: due).first?.notice != nil)
    }

    @Test func timeWithoutAStopIsToldByTheDay() throws {
        var notices = notices()
        func told(_ naked: String) throws -> Standing {
            try Standing(status: Array((status.dropLast() + #","naked_seconds":\#(naked)}"#).utf8))
        }
        notices.note(try told("1.5"), at: start)
        let due = midnight + .hours(1)
        notices.note(try told("4.25"), at: due)
        #expect(try #require(notices.due(at: due).first?.notice).lines.contains("held without a full stop: 2.750 s"))
        // A journal that began anew counts from zero.
        notices.delivered(.mail, at: due)
        notices.note(try told("0.02"), at: due + .days(1))
        let second = try #require(notices.due(at: due + .days(1)).first?.notice)
        #expect(second.lines.contains("held without a full stop: 20 ms"))
    }
}
