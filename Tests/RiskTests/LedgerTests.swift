import Foundation
import Market
import Risk
import Testing
import Venue

@Suite struct LedgerTests {
    let midnight = CalendarDay(year: 2024, month: 3, day: 6)!.start

    @Test func theDayRollsOverAtMidnightUTC() {
        var ledger = RiskLedger()
        let parameters = standard()
        ledger.observe(equity: Money(100_000), at: noon)
        ledger.observe(equity: Money(97_000), at: noon + .hours(1))
        let last = midnight - Interval(nanoseconds: 1)
        #expect(ledger.day.loss(at: last, equity: Money(97_000)) == rate("0.03"))
        #expect(
            ledger.blocks(at: last, under: parameters)
                == [RiskBlock(rule: .dailyLoss, instrument: nil, until: midnight)])
        #expect(ledger.day.loss(at: midnight, equity: Money(97_000)) == .zero)
        #expect(ledger.blocks(at: midnight, under: parameters).isEmpty)
        ledger.observe(equity: Money(97_000), at: midnight)
        #expect(ledger.day.first == Money(97_000))
        #expect(ledger.day.start == midnight)
        #expect(ledger.day.loss(at: midnight, equity: Money(96_030)) == rate("0.01"))
    }

    @Test func entriesAreCountedPerDay() {
        var ledger = RiskLedger()
        let parameters = bare { $0.dailyEntries = 2 }
        ledger.recordEntry(at: noon)
        ledger.observe(equity: Money(100), at: noon + .seconds(1))
        ledger.recordEntry(at: noon + .hours(1))
        #expect(ledger.day.entries == 2)
        #expect(ledger.day.first == Money(100))
        #expect(ledger.blocks(at: noon + .hours(2), under: parameters).map(\.rule) == [.dailyEntries])
        #expect(ledger.blocks(at: midnight, under: parameters).isEmpty)
        ledger.recordEntry(at: midnight)
        #expect(ledger.day.entries == 1)
    }

    @Test func thePeakIsNeverForgotten() throws {
        var ledger = RiskLedger()
        #expect(ledger.drawdown == .zero)
        ledger.observe(equity: Money(100_000), at: noon)
        ledger.observe(equity: Money(120_000), at: noon + .days(1))
        for day in 2...40 { ledger.observe(equity: Money(90_000), at: noon + .days(Int64(day))) }
        #expect(ledger.peak.value == Money(120_000))
        #expect(ledger.drawdown == rate("0.25"))
        // A restart forgives nothing.
        ledger.record(
            ClosedTrade(instrument: bitcoin.id, net: Money(-5), risk: Money(5), closedAt: noon), under: standard())
        let stored = try JSONEncoder().encode(ledger)
        let restored = try JSONDecoder().decode(RiskLedger.self, from: stored)
        #expect(restored == ledger)
        #expect(restored.drawdown == rate("0.25"))
        #expect(restored.cooldowns.losses == 1)
    }

    @Test func cashFlowsChangeNeitherDrawdownNorDailyLoss() {
        var ledger = RiskLedger()
        ledger.recordCashFlow(Money(5))
        #expect(ledger == RiskLedger())
        ledger.observe(equity: Money(10_000), at: noon - .days(1))
        ledger.observe(equity: Money(8_000), at: noon)
        ledger.observe(equity: Money(7_920), at: noon + .hours(1))
        ledger.observe(equity: Money(8_000), at: noon + .hours(2))
        ledger.recordCashFlow(Money(-4_000))
        #expect(ledger.equity == Money(4_000))
        #expect(ledger.peak.value == Money(5_000))
        #expect(ledger.drawdown == rate("0.2"))
        #expect(ledger.day.loss(at: noon + .hours(2), equity: Money(4_000)) == rate("0.01"))
        // An account that was empty starts afresh.
        ledger.observe(equity: .zero, at: noon + .hours(3))
        ledger.recordCashFlow(Money(1_000))
        #expect(ledger.drawdown == .zero)
        #expect(ledger.day.first == Money(1_000))
    }

    @Test func equityThatIsGone() {
        var ledger = RiskLedger()
        ledger.observe(equity: .zero, at: noon)
        ledger.observe(equity: Money(-10), at: noon + .hours(1))
        #expect(ledger.drawdown == .one)
        #expect(ledger.day.loss(at: noon + .hours(1), equity: Money(-10)) == .one)
        ledger = RiskLedger()
        ledger.observe(equity: Money(-10), at: noon)
        ledger.observe(equity: Money(-20), at: noon)
        #expect(ledger.drawdown == .one)
    }

    func trade(_ net: Int, _ minutes: Int64, in instrument: Instrument = bitcoin) -> ClosedTrade {
        ClosedTrade(instrument: instrument.id, net: Money(net), risk: Money(100), closedAt: noon + .minutes(minutes))
    }

    @Test func aStreakPausesAndEndsByItself() {
        let parameters = bare { $0.lossStreak = LossStreakLimit() }
        var ledger = RiskLedger()
        for minute in 0...2 { ledger.record(trade(-100, Int64(minute)), under: parameters) }
        let end = noon + .minutes(122)
        #expect(ledger.cooldowns.streakPause(at: noon + .minutes(3)) == end)
        #expect(
            ledger.blocks(at: end - Interval(nanoseconds: 1), under: parameters)
                == [RiskBlock(rule: .lossStreak, instrument: nil, until: end)])
        #expect(ledger.blocks(at: end, under: parameters).isEmpty)
        // The count has started again: one more loss is no streak.
        ledger.record(trade(-100, 130), under: parameters)
        #expect(ledger.cooldowns.losses == 1)
        #expect(ledger.cooldowns.streakPause(at: noon + .minutes(131)) == nil)
    }

    @Test func winsClearAndScratchesDoNot() {
        let parameters = bare { $0.lossStreak = LossStreakLimit() }
        var ledger = RiskLedger()
        ledger.record(trade(-100, 0), under: parameters)
        ledger.record(trade(-9, 1), under: parameters)
        ledger.record(trade(9, 2), under: parameters)
        ledger.record(trade(0, 3), under: parameters)
        #expect(ledger.cooldowns.losses == 1)
        ledger.record(trade(-10, 4), under: parameters)
        #expect(ledger.cooldowns.losses == 2)
        ledger.record(trade(10, 5), under: parameters)
        #expect(ledger.cooldowns.losses == 0)
    }

    @Test func anInstrumentRestsAfterALoss() {
        let parameters = bare { $0.symbolCooldown = .minutes(60) }
        var ledger = RiskLedger()
        ledger.record(trade(-50, 0), under: parameters)
        ledger.record(trade(-50, 10, in: ether), under: parameters)
        ledger.record(trade(50, 20), under: parameters)
        #expect(
            ledger.blocks(at: noon + .minutes(30), under: parameters) == [
                RiskBlock(rule: .symbolCooldown, instrument: ether.id, until: noon + .minutes(70)),
                RiskBlock(rule: .symbolCooldown, instrument: bitcoin.id, until: noon + .minutes(60)),
            ])
        // A later loss moves the end; what has ended is forgotten.
        ledger.record(trade(-50, 65, in: ether), under: parameters)
        #expect(ledger.cooldowns.pauses.map(\.until) == [noon + .minutes(125)])
        #expect(ledger.cooldowns.pause(of: bitcoin.id, at: noon + .minutes(66)) == nil)
        #expect(ledger.cooldowns.pause(of: ether.id, at: noon + .minutes(66)) == noon + .minutes(125))
    }
}
