import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// Deposits and withdrawals are told by nobody: they are what the books do not explain while nothing is held.
struct CashAuditTests {
    private static func desk(_ script: [Int64: [Finding]] = [0: [.signal(signal())]]) -> Desk {
        var risk = plainRisk()
        risk.drawdown = DrawdownLadder()
        risk.dailyLoss = .basisPoints(200)
        return Desk(script, risk: risk)
    }

    @Test(arguments: [-4_000, 4_000]) func aFlowIsNeitherALossNorAProfit(amount: Int) {
        var desk = Self.desk()
        desk.report(equity: 9_960)
        #expect(desk.trader.ledger.drawdown == .basisPoints(40))
        desk.report(equity: 9_960 + amount)
        #expect(desk.trader.ledger.equity == Money(9_960), "one report proves nothing")
        desk.candle()
        #expect(desk.verdicts == [.refused(.safety, reason: "balance_unexplained")])
        #expect(desk.trader.suspicionDue != nil)
        desk.wait(CashAudit.grace)
        desk.report(equity: 9_960 + amount)
        #expect(desk.trader.ledger.equity == Money(9_960 + amount))
        #expect(desk.trader.ledger.drawdown.double.isAbout(0.004))
        #expect(desk.trader.safety == .ready && desk.trader.suspicionDue == nil)
        #expect(desk.trader.blocks.isEmpty, "no daily loss either")
        let word = amount < 0 ? "a withdrawal" : "a deposit"
        #expect(
            desk.safetyNotes.last
                == "the balance changed by \(amount) without a trade of ours: taken for \(word), drawdown and daily loss stay"
        )
    }

    @Test func aTradesResultIsNoFlow() {
        var desk = Self.desk()
        let (stop, targets) = desk.open()
        desk.tick(900)
        desk.venue(.triggered(stop.id))
        desk.fill(stop, at: 900)
        for target in targets { desk.cancelled(target) }
        // 10 coins lost 100 each; 5 bp of 10,000 and of 9,000.
        for _ in 0..<3 {
            desk.venue(
                .account(
                    AccountReport(
                        balance: Money(10_000) - Money(1_000) - Money(raw: 950_000_000), unrealised: .zero,
                        initialMargin: .zero, maintenanceMargin: .zero, time: desk.time + .milliseconds(10))))
            desk.wait(CashAudit.grace)
        }
        #expect(!desk.safetyNotes.contains { $0.contains("taken for") })
        #expect(desk.trader.ledger.drawdown > .basisPoints(1_000))
    }

    /// Balance and fills travel on feeds of their own: the balance of before a fill is not held against the books of after.
    @Test func anOldBalanceIsNotJudged() {
        var desk = Self.desk()
        let (stop, targets) = desk.open()
        let before = desk.time
        desk.tick(900)
        desk.fill(stop, at: 900)
        for target in targets { desk.cancelled(target) }
        desk.venue(
            .account(
                AccountReport(
                    balance: Money(9_995), unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero,
                    time: before)))
        #expect(desk.trader.suspicionDue == nil)
    }

    @Test func whatComesAndGoesIsForgotten() {
        var desk = Self.desk()
        desk.report(equity: 9_000)
        desk.wait(.seconds(5))
        desk.report(equity: 10_000)
        #expect(desk.trader.suspicionDue == nil)
        desk.wait(.minutes(1))
        desk.report(equity: 9_000)
        #expect(desk.trader.ledger.equity == Money(10_000), "the first has no part in it")
        desk.candle(2)
        #expect(desk.allCommands.isEmpty)
    }

    @Test func aLittleIsAResult() {
        var desk = Self.desk()
        desk.report(equity: 9_960)
        #expect(desk.trader.ledger.drawdown == .basisPoints(40))
        #expect(desk.trader.suspicionDue == nil)
    }

    /// What came in while something was held was observed as profit; once it is over it is none.
    @Test func aDepositWhileSomethingIsHeldIsFoundAfterwards() {
        var desk = Self.desk()
        let (stop, targets) = desk.open()
        desk.report(equity: 19_995, margin: 200)
        #expect(desk.trader.ledger.peak.value == Money(19_995))
        desk.tick(900)
        desk.venue(.triggered(stop.id))
        desk.fill(stop, at: 900)
        for target in targets { desk.cancelled(target) }
        let balance = Money(19_000) - Money(raw: 950_000_000)
        for _ in 0..<2 {
            desk.venue(
                .account(
                    AccountReport(
                        balance: balance, unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero,
                        time: desk.time + .milliseconds(10))))
            desk.wait(CashAudit.grace)
        }
        // From 10,000 to 8,990.5 by trading: 10.095 %, whatever came in.
        #expect(desk.trader.ledger.equity == balance)
        let drawdown = desk.trader.ledger.drawdown
        #expect(drawdown > .basisPoints(1_009) && drawdown < .basisPoints(1_010))
    }

    /// What another's hand closed has no price in the books: the balance that follows is believed.
    @Test func afterAnotherHandTheBalanceIsBelieved() {
        var desk = Self.desk([:])
        desk.position(.long, 2)
        desk.position(.long, 2, after: .milliseconds(1_500))
        let stop = desk.place(.stop)
        desk.accept(stop)
        desk.position(.long, 0)
        desk.position(.long, 0, after: .milliseconds(1_500))
        desk.cancelled(stop)
        #expect(desk.trader.isAtRest)
        desk.report(equity: 9_900)
        #expect(desk.trader.suspicionDue == nil)
        #expect(desk.trader.ledger.drawdown == .basisPoints(100))
    }

    /// The program was away, and a new journal had been begun before.
    @Test func aFlowMeanwhileIsFoundAtTheNextStart() throws {
        var old = Self.desk()
        old.lose(to: 9_900)
        let over = try #require(old.trader.carryover)
        var risk = plainRisk()
        risk.drawdown = DrawdownLadder()
        var desk = Desk(risk: risk, account: false)
        desk.send(.carriedOver(over))
        desk.report(equity: 5_000)
        desk.wait(CashAudit.grace)
        desk.report(equity: 5_000)
        #expect(desk.trader.safety == .ready)
        #expect(desk.trader.ledger.drawdown.double.isAbout(0.01))
    }
}

extension Double {
    /// Up to the rounding of a peak that is scaled.
    fileprivate func isAbout(_ other: Double) -> Bool { abs(self - other) < 1e-9 }
}
