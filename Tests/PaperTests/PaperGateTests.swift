import Market
import Risk
import Strategy
import Testing
import Trading
import Venue

@testable import Paper

/// What a record is made of, and what the gate makes of it.
@Suite struct PaperGateTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    private func ticked(_ time: Timestamp) -> Event {
        Event(time: time, received: time, fact: .ticked(Desk.tick(Price(50_000), at: time)))
    }

    private func told(_ news: VenueEvent, at time: Timestamp = start) -> Event {
        Event(time: time, received: time, fact: .venue(news))
    }

    private func equity(_ amount: Int, at time: Timestamp = start) -> Event {
        told(
            .account(
                AccountReport(
                    balance: Money(amount), unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero,
                    time: time)))
    }

    private func commanded(_ command: OperatorCommand) -> Event {
        Event(time: Self.start, received: Self.start, fact: .commanded(command))
    }

    private func closed(_ number: Int) -> Outcome {
        var outcome = Outcome()
        outcome.notes.append(
            .closed(
                Trade(
                    id: TradeID(number), setupID: SetupID(1), instrument: bitcoin, pair: SpotPair("BTC/USD")!,
                    side: .long, setup: .emaCross, decidedAt: Self.start, openedAt: Self.start, closedAt: Self.start,
                    quantity: Quantity(1), entryPrice: Price(50_000), exitPrice: Price(50_010),
                    initialStop: Price(49_000), exitReason: .takeProfit1, gross: Money(10), fees: Money(3),
                    funding: Money(-1), risk: Money(1_000), maeR: 0, mfeR: 0, naked: .zero, legs: [], stops: [],
                    targets: [],
                    drawings: [])))
        return outcome
    }

    private func safety(_ state: SafetyState, _ detail: String) -> Outcome {
        var outcome = Outcome()
        outcome.notes.append(.safety(SafetyChange(time: Self.start, state: state, detail: detail)))
        return outcome
    }

    /// Thirty days to the second, fifty trades, a fall of 15 % and a drill.
    private func sufficient(
        length: Interval = .days(30), trades: Int = 50, low: Int = 8_500, drill: Bool = true
    ) -> PaperRecord {
        var record = PaperRecord()
        record.begin()
        var time = Self.start
        record.take(ticked(time), Outcome())
        while time < Self.start + length {
            time = min(time + PaperRecord.longestPause, Self.start + length)
            record.take(ticked(time), Outcome())
        }
        for number in 0..<trades { record.take(equity(10_000), closed(number)) }
        record.take(equity(low), Outcome())
        if drill {
            record.take(commanded(.halt(reason: "drill")), Outcome())
            record.take(commanded(.release(operatorName: "ann", reason: "drill")), Outcome())
        }
        return record
    }

    @Test func whatSufficesSufficesToTheLastUnit() {
        #expect(PaperGate().shortfalls(of: sufficient()) == [])
        #expect(sufficient().net == Money(50 * 6))
        func missing(_ record: PaperRecord) -> [String] { PaperGate().shortfalls(of: record).map(\.what) }
        #expect(missing(sufficient(length: .days(30) - Interval(nanoseconds: 1))) == ["days of running"])
        #expect(missing(sufficient(trades: 49)) == ["trades"])
        #expect(missing(sufficient(low: 8_499)) == ["drawdown"])
        #expect(missing(sufficient(drill: false)) == ["kill-switch drill"])
        #expect(missing(PaperRecord()) == ["days of running", "trades", "kill-switch drill"])
        let loose = PaperGate(days: 1, trades: 1, drawdown: .basisPoints(9_000))
        #expect(loose.shortfalls(of: sufficient(length: .days(1), trades: 1, low: 1_000)) == [])
    }

    @Test func timeWithoutPricesDoesNotCount() {
        var record = PaperRecord()
        record.begin()
        record.take(ticked(Self.start), Outcome())
        record.take(ticked(Self.start + PaperRecord.longestPause), Outcome())
        record.take(ticked(Self.start + .minutes(11)), Outcome())
        record.take(Event(time: Self.start, received: Self.start + .minutes(12), fact: .clock), Outcome())
        #expect(record.running == .minutes(5))
        // A clock that runs backwards earns nothing twice.
        record.take(ticked(Self.start + .minutes(9)), Outcome())
        record.take(ticked(Self.start + .minutes(11)), Outcome())
        #expect(record.running == .minutes(5))
    }

    @Test(arguments: [
        ("unprotected_position: no stop within 5 s", true), ("account_mismatch: 1 is held, 0 in the books", true),
        ("broken_invariant: targets", true), ("operator: a drill", false), ("drawdown: limit reached", false),
        ("warning: leverage", false),
    ])
    func ourOwnFaultsAreBreaches(detail: String, isBreach: Bool) {
        var record = sufficient()
        // Whatever it is halted for already.
        record.take(equity(10_000), safety(.halted(.operatorCommand), detail))
        #expect(record.breaches.map(\.what) == (isBreach ? [detail] : []))
        #expect(PaperGate().shortfalls(of: record).isEmpty != isBreach)
    }

    @Test func aLatchOfAnEarlierSessionIsNoNewBreach() {
        var record = PaperRecord()
        let restored = Event(
            time: Self.start, received: Self.start, fact: .safetyRestored(.halted(.brokenInvariant)))
        record.take(restored, safety(.halted(.brokenInvariant), "broken_invariant: restored from the safety record"))
        #expect(record.breaches == [])
    }

    @Test func aLiquidationIsABreach() {
        var record = PaperRecord()
        for cause in [FillCause.order, .partialLiquidation, .liquidation] {
            record.take(
                told(
                    .filled(
                        Fill(
                            id: 1, order: OrderID(high: 1, low: 1), instrument: bitcoin, side: .long,
                            quantity: Quantity(1), price: Price(1), fee: .zero, liquidity: .taker, cause: cause,
                            time: Self.start))), Outcome())
        }
        #expect(record.breaches.count == 2)
    }

    @Test func aDrillIsPulledAndReleased() {
        var record = PaperRecord()
        let release = commanded(.release(operatorName: "ann", reason: "well"))
        record.take(release, Outcome())
        #expect(!record.hasDrill)
        record.take(commanded(.flatten(reason: "drill")), Outcome())
        #expect(!record.hasDrill)
        record.take(release, Outcome())
        #expect(record.hasDrill)
    }

    /// The account of a journal that was put away goes on in the next one, and so does its peak.
    @Test func thePeakGoesOnWithTheAccountAndNotBeyond() {
        func carried(_ equity: Int) -> Event {
            let risk = RiskMemory(
                equity: Money(equity), peak: nil, dayStart: nil, dayFirst: .zero, dayLowest: .zero, dayEntries: 0,
                dayEnd: Self.start, losses: 0, streakUntil: Self.start, pauses: [])
            let over = Carryover(risk: risk, trades: 0, unattributedFunding: .zero, setups: [])
            return Event(time: Self.start, received: Self.start, fact: .carriedOver(over))
        }
        var first = PaperRecord()
        first.begin()
        first.take(equity(10_000), Outcome())
        var goesOn = first
        goesOn.begin()
        goesOn.take(carried(9_500), Outcome())
        goesOn.take(equity(9_000), Outcome())
        #expect(goesOn.drawdown == .basisPoints(1_000))
        var isNew = first
        isNew.begin()
        isNew.take(equity(9_000), Outcome())
        #expect(isNew.drawdown == .zero)
        var lostElsewhere = first
        lostElsewhere.skip()
        lostElsewhere.begin()
        lostElsewhere.take(carried(9_000), Outcome())
        lostElsewhere.take(equity(9_000), Outcome())
        #expect(lostElsewhere.drawdown == .zero)
    }
}
