import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// Each guard in turn is the only thing that stops the trade: with it the entry is refused by its name, without it the
/// same events lead to an order.
struct GuardTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let stage: Decision.Stage
        let arm: @Sendable (inout RiskParameters) -> Void
        let before: @Sendable (inout Desk) -> Void
        var testDescription: String { name }
        init(
            _ name: String, _ stage: Decision.Stage = .risk, arm: @escaping @Sendable (inout RiskParameters) -> Void,
            before: @escaping @Sendable (inout Desk) -> Void = { _ in }
        ) {
            self.name = name
            self.stage = stage
            self.arm = arm
            self.before = before
        }
    }

    static let cases = [
        Case("tick", arm: { $0.tickAge = .seconds(30) }),
        Case("account", arm: { $0.accountAge = .seconds(30) }),
        Case("daily_entries", arm: { $0.dailyEntries = 1 }, before: { $0.playLosingTrade() }),
        Case("loss_streak", arm: { $0.lossStreak = LossStreakLimit(losses: 1) }, before: { $0.playLosingTrade() }),
        Case("symbol_cooldown", arm: { $0.symbolCooldown = .hours(1) }, before: { $0.playLosingTrade() }),
        Case(
            "daily_loss", arm: { $0.dailyLoss = .basisPoints(200) },
            before: { desk in
                desk.lose(to: 9_700)
                desk.lose(to: 10_000)
            }),
        Case("basis", arm: { $0.basis = BasisGuard.Limits() }, before: { $0.spot = 994 }),
        Case(
            "basis_guard", arm: { $0.basis = BasisGuard.Limits(entry: .basisPoints(55), enter: .basisPoints(75)) },
            before: { desk in
                desk.tick(1_000, index: 990)
                // Below the entry limit, not yet below the guard's own.
                desk.spot = 994.8
                desk.tick(1_000, index: 994.8)
            }),
        Case("spread", arm: { $0.spread = .basisPoints(20) }, before: { $0.tick(1_000, spread: 2) }),
        Case("funding_spike", arm: { $0.funding = FundingFilter() }),
        Case("volatility", arm: { $0.volatility = VolatilityFilter() }),
        Case("cost_share", arm: { $0.costShare = .basisPoints(100) }),
        Case("net_reward", arm: { $0.netReward = Rate(5) }),
    ]

    @Test(arguments: cases) func theGuardAloneStopsTheTrade(_ test: Case) {
        func run(_ risk: RiskParameters) -> Desk {
            var desk = Desk([0: [.signal(signal(1))], 10: [.signal(signal(2, minute: 10))]], risk: risk)
            test.before(&desk)
            desk.candle(10)
            return desk
        }
        let open = run(plainRisk())
        #expect(open.placed(.entry).count == 1, "without the guard the entry is sent")
        var risk = plainRisk()
        test.arm(&risk)
        let closed = run(risk)
        #expect(closed.placed(.entry).isEmpty)
        #expect(closed.verdicts.last == .refused(test.stage, reason: test.name))
    }

    @Test func unknownIsNeverFlat() {
        var desk = Desk(account: false)
        desk.candle()
        #expect(desk.verdicts == [.refused(.risk, reason: "tick")])
        var noAccount = Desk(account: false)
        noAccount.tick(1_000)
        noAccount.candle()
        #expect(noAccount.verdicts == [.refused(.risk, reason: "account")])
        // An account that carries margin says that something is open, not what.
        var margined = Desk(account: false)
        margined.tick(1_000)
        margined.report(equity: 10_000, margin: 100)
        margined.candle()
        #expect(margined.verdicts == [.refused(.risk, reason: "positions")])
    }

    @Test func basisGuardStateIsRecordedAndMayClose() {
        var risk = plainRisk()
        risk.basis = BasisGuard.Limits()
        var parameters = TradingParameters()
        parameters.closesOnBasis = true
        var desk = Desk(risk: risk, parameters: parameters)
        _ = desk.open()
        desk.tick(1_000, index: 990)
        #expect(desk.safetyNotes.last == "PF_XBTUSD: basis too wide, exits only")
        desk.fill(desk.place(.close))
        #expect(desk.trades.map(\.exitReason) == [.basisGuard])
        desk.tick(1_000, index: 1_000)
        #expect(desk.safetyNotes.last == "PF_XBTUSD: basis is back to normal")
    }

    @Test func monitorWarnsThenHalts() {
        var risk = plainRisk()
        risk.drawdown = DrawdownLadder()
        var desk = Desk(risk: risk)
        desk.lose(to: 8_900)
        #expect(desk.safetyNotes.last == "warning: drawdown" && desk.trader.safety == .ready)
        #expect(desk.trader.readings.map(\.metric) == [.drawdown])
        #expect(desk.trader.readings.first?.severity == .warn)
        desk.lose(to: 8_400)
        #expect(desk.trader.safety == .halted(.drawdown))
        #expect(desk.trader.readings.first?.severity == .halt)
    }

    @Test func incoherentLimitsAreRefusedAtTheStart() {
        var risk = plainRisk()
        risk.riskFraction = .basisPoints(600)
        #expect(throws: RiskParameterError.self) {
            try Trader(parameters: TradingParameters(), risk: risk, markets: [])
        }
    }

    @Test func newTermsAreUsed() {
        var desk = Desk()
        desk.send(.instrumentListed(listing(tick: 4)))
        desk.candle()
        desk.fill(desk.place(.entry))
        #expect(desk.place(.stop).price == dollars(992))
    }

    @Test func foreignFillHalts() {
        var desk = Desk()
        let order = Order(
            id: OrderID(high: 99, low: 1), instrument: contract, side: .long, quantity: coins(1), kind: .market,
            reduceOnly: false, role: .entry)
        desk.fill(order)
        #expect(desk.trader.safety == .halted(.accountMismatch) && desk.trades.isEmpty)
    }
}

extension Desk {
    /// A whole trade that loses one R.
    mutating func playLosingTrade() {
        let (stop, targets) = open()
        fill(stop, at: 990)
        for target in targets { cancelled(target) }
    }
}
