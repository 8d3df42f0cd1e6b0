import Market
import Notices
import Operations
import Strategy
import Testing
import Trading
import Venue

/// What is alarming only as a sum is told once, and again only after its reason has gone.
@Suite struct SessionAlarmsTests {
    private static let start = Timestamp(seconds: 1_700_000_000)
    private static let pair = SpotPair("BTC/USD")!

    private static func at(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

    private static func event(_ fact: Event.Fact, _ seconds: Int64) -> RuntimeRecord {
        .event(Event(time: at(seconds), received: at(seconds), fact: fact))
    }

    private static func kinds(_ alarms: inout SessionAlarms, _ fact: Event.Fact, _ seconds: Int64) -> [Alert.Kind] {
        let alerts = alarms.take(event(fact, seconds), at: at(seconds))
        #expect(alerts.allSatisfy { $0.severity == .warning && $0.time == at(seconds) })
        return alerts.map(\.kind)
    }

    private static func decided(_ verdict: Decision.Verdict) -> RuntimeRecord {
        var outcome = Outcome()
        outcome.notes = [
            .decided(
                Decision(
                    time: start, pair: pair, side: .long, setup: .emaCross, setupID: SetupID(1), verdict: verdict,
                    checks: []))
        ]
        return .outcome(outcome)
    }

    @Test func theFourthRejectionWithinFiveMinutesIsToldOnce() {
        var alarms = SessionAlarms()
        let fact = Event.Fact.venue(.rejected(OrderID(high: 1, low: 2), .insufficientMargin))
        var told: [Int64] = []
        for second: Int64 in [0, 100, 200, 300, 301, 399, 420, 421, 2_000, 2_001, 2_002, 2_003] {
            let kinds = Self.kinds(&alarms, fact, second)
            if kinds == [.rejections] { told.append(second) }
            #expect(kinds.isEmpty || kinds == [.rejections])
        }
        // At 300 the one at 0 is out of the window; 301 is the fourth: 100, 200, 300, 301.
        #expect(told == [301, 2_003])
    }

    @Test func marginBeyondItsPartIsToldUntilItFalls() {
        var alarms = SessionAlarms()
        func account(_ margin: Int, equity: Int = 1_000) -> Event.Fact {
            .venue(
                .account(
                    AccountReport(
                        balance: Money(equity), unrealised: .zero, initialMargin: Money(margin),
                        maintenanceMargin: .zero, time: Self.start)))
        }
        #expect(Self.kinds(&alarms, account(700), 0) == [])
        #expect(Self.kinds(&alarms, account(701), 1) == [.margin])
        #expect(Self.kinds(&alarms, account(900), 2) == [])
        #expect(Self.kinds(&alarms, account(600), 3) == [])
        #expect(Self.kinds(&alarms, account(1, equity: -5), 4) == [.margin])
    }

    @Test func tenSignalsWithoutAnOrderInSixHoursAreStarvation() {
        func run(takenAt: Int?) -> [Int] {
            var alarms = SessionAlarms()
            return (0..<20).filter { number in
                let time = Self.start + .hours(Int64(number))
                let verdict: Decision.Verdict =
                    number == takenAt
                    ? .taken(quantity: Quantity(1), entry: Price(100), stop: Price(90))
                    : .refused(.risk, reason: "basis")
                let alerts = alarms.take(Self.decided(verdict), at: time)
                #expect(alerts.allSatisfy { $0.kind == .starvation && $0.text.contains("basis") })
                return !alerts.isEmpty
            }
        }
        #expect(run(takenAt: nil) == [9])
        #expect(run(takenAt: 5) == [15])
    }

    @Test func candlesThatStopAreStarvation() {
        var alarms = SessionAlarms()
        func candle(_ minute: Int64) -> Event.Fact {
            let price = Price(100)
            return .candleClosed(
                Self.pair,
                Candle(
                    openTime: Self.at(minute * 60), open: price, high: price, low: price, close: price, volume: 1))
        }
        for minute: Int64 in 0..<3 { #expect(Self.kinds(&alarms, candle(minute), minute * 60 + 60) == []) }
        #expect(Self.kinds(&alarms, .clock, 180 + 300) == [])
        #expect(Self.kinds(&alarms, .clock, 180 + 301) == [.starvation])
        #expect(Self.kinds(&alarms, .clock, 180 + 900) == [])
        // They come again, and stop again.
        #expect(Self.kinds(&alarms, candle(18), 1_140) == [])
        #expect(Self.kinds(&alarms, .clock, 1_441) == [.starvation])
    }

    @Test func noTradeForLongIsToldOncePerStretch() {
        let day: Int64 = 86_400
        func told(_ limits: SessionAlarms.Limits, tradeOn: Int64?) -> [Int64] {
            var alarms = SessionAlarms(limits)
            return (0...40).filter { number in
                if number == tradeOn {
                    var outcome = Outcome()
                    outcome.notes = [.opened(TradeID(1), at: Self.start)]
                    return !alarms.take(.outcome(outcome), at: Self.at(number * day)).isEmpty
                }
                return !Self.kinds(&alarms, .clock, number * day).isEmpty
            }
        }
        var limits = SessionAlarms.Limits()
        #expect(told(limits, tradeOn: nil) == [14, 28])
        #expect(told(limits, tradeOn: 10) == [24, 38])
        limits.idle = nil
        #expect(told(limits, tradeOn: nil) == [])
    }
}
