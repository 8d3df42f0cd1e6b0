import Market
import Research
import Risk
import Strategy
import Testing
import Trading
import Venue

/// Each rule of risk in a whole backtest, from candles to books: with the guard the trade is refused by its name and
/// does not happen, without it the same markets lead to the trade.
@Suite struct GuardRunTests {
    /// Every guard that configuration can switch off, off. A case switches its own on.
    static let relaxed = [
        "risk.leverage_cap=10", "risk.position_notional=off", "risk.free_margin_use=off", "risk.minimum_slices=0",
        "risk.positions=off", "risk.cost_share=off", "risk.net_reward=off", "risk.spread=off", "risk.daily_loss=off",
        "risk.daily_entries=off", "risk.symbol_cooldown=off", "risk.loss_streak.enabled=false",
        "risk.drawdown.enabled=false", "risk.correlation.enabled=false", "risk.margin.enabled=false",
        "risk.leverage.enabled=false", "risk.liquidation.enabled=false", "risk.liquidation.stops=off",
        "risk.basis.enabled=false", "risk.funding.enabled=false", "risk.volatility.enabled=false", "risk.age.tick=off",
        "risk.age.spot=off", "risk.age.account=off", "risk.size_includes_costs=false",
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let rule: RiskRule
        /// Where the refusal is made; a halt speaks before risk is asked.
        var stage = Decision.Stage.risk
        /// With the guard, and without it.
        var closed: CraftedRun
        var open: CraftedRun

        var testDescription: String { rule.rawValue }

        /// The same markets under two settings.
        init(
            _ rule: RiskRule, _ stage: Decision.Stage = .risk, on: [String], off: [String] = [],
            also assignments: [String] = [], _ markets: CraftedMarket...,
            intercept: @escaping @Sendable (Event) -> Event? = { $0 }
        ) {
            self.rule = rule
            self.stage = stage
            closed = CraftedRun(markets: markets, assignments: relaxed + assignments + on, intercept: intercept)
            open = CraftedRun(markets: markets, assignments: relaxed + assignments + off, intercept: intercept)
        }

        /// A guard that nothing switches off: the same settings in two worlds.
        init(_ rule: RiskRule, closed: CraftedRun, open: CraftedRun) {
            self.rule = rule
            self.closed = closed
            self.open = open
            self.closed.assignments = relaxed + closed.assignments
            self.open.assignments = relaxed + open.assignments
        }
    }

    /// The signal that is judged.
    static let judged: UInt64 = 2

    /// Rules whose failure no run can bring about: the trader makes the proposal in the very instrument whose terms it
    /// holds, and asks risk in the event that brought the spot candle. `theRestCannotFailInARun` holds that.
    static let impossible: [RiskRule] = [.instrument, .spot]

    static let cases = inputs + history + market + size + margin + costs

    // MARK: What is known

    static let inputs = [
        Case(
            .tick, on: ["risk.age.tick=30s"], .bitcoin(CraftedSignal(judged, at: 20)),
            intercept: { event in
                if case .ticked = event.fact, event.received > CraftedMarket.open(20) - .minutes(1),
                    event.received <= CraftedMarket.open(21)
                {
                    return nil
                }
                return event
            }),
        Case(
            .account, on: ["risk.age.account=120s"], .bitcoin(CraftedSignal(judged, at: 20)),
            intercept: { event in
                if case .venue(.account) = event.fact, event.received > CraftedMarket.open(20),
                    event.received <= CraftedMarket.open(21)
                {
                    return nil
                }
                return event
            }),
        // The account carries margin, and no report ever said of what.
        Case(
            .positions,
            closed: CraftedRun(markets: [.bitcoin(CraftedSignal(judged, at: 20))]) { event in
                if case .venue(.position) = event.fact { return nil }
                return withForeignMargin(event)
            },
            open: CraftedRun(markets: [.bitcoin(CraftedSignal(judged, at: 20))], intercept: withForeignMargin)),
        // The market is already where the stop of a limit entry would stand.
        Case(
            .proposal, closed: CraftedRun(markets: [.bitcoin(CraftedSignal(judged, at: 20, limit: 1.05))]),
            open: CraftedRun(markets: [
                CraftedMarket.bitcoin(CraftedSignal(judged, at: 20, limit: 0.995)).with {
                    $0.shape = { $0 < 23 ? 1 : 0.99 }
                }
            ])),
    ]

    static func withForeignMargin(_ event: Event) -> Event? {
        guard case .venue(.account(let report)) = event.fact else { return event }
        let changed = AccountReport(
            balance: report.balance, unrealised: report.unrealised, initialMargin: report.initialMargin + Money(10),
            maintenanceMargin: report.maintenanceMargin + Money(5), time: report.time)
        return Event(time: event.time, received: event.received, fact: .venue(.account(changed)))
    }

    // MARK: What happened before

    /// A trade that loses two per cent of equity and more, then the signal that is judged, four hours later.
    static let afterALoss = CraftedMarket.bitcoin(CraftedSignal(1, at: 10), CraftedSignal(judged, at: 30)).with {
        $0.shape = { $0 < 14 ? 1 : 0.95 }
    }

    static let history = [
        // The planner's own gate stands behind the halt that the same account report brings about: a run shows the halt.
        Case(
            .drawdown, .safety,
            on: [
                "risk.drawdown.enabled=true", "risk.drawdown.reduce=0.5%", "risk.drawdown.warn=1%",
                "risk.drawdown.halt=1.5%",
            ], also: ["risk.per_trade=2%"], afterALoss),
        Case(.dailyLoss, on: ["risk.daily_loss=2%"], also: ["risk.per_trade=2%"], afterALoss),
        Case(.dailyEntries, on: ["risk.daily_entries=1"], off: ["risk.daily_entries=2"], afterALoss),
        Case(
            .lossStreak,
            on: ["risk.loss_streak.enabled=true", "risk.loss_streak.losses=1", "risk.loss_streak.pause=6h"],
            off: ["risk.loss_streak.enabled=true", "risk.loss_streak.losses=2", "risk.loss_streak.pause=6h"],
            afterALoss),
        Case(.symbolCooldown, on: ["risk.symbol_cooldown=6h"], off: ["risk.symbol_cooldown=60m"], afterALoss),
        Case(
            .onePosition,
            closed: CraftedRun(markets: [.bitcoin(CraftedSignal(1, at: 10), CraftedSignal(judged, at: 20))]),
            open: CraftedRun(markets: [.bitcoin(CraftedSignal(judged, at: 20))])),
        Case(
            .positionCount, on: ["risk.positions=1"], off: ["risk.positions=2"], .ether(CraftedSignal(1, at: 10)),
            .bitcoin(CraftedSignal(judged, at: 20))),
    ]

    // MARK: The market

    static let market = [
        Case(
            .basis, on: ["risk.basis.enabled=true"],
            CraftedMarket.bitcoin(CraftedSignal(judged, at: 20)).with { $0.basis = { _ in 0.006 } }),
        // Wide once, and not yet back below the limit that opens again.
        Case(
            .basisGuard, on: ["risk.basis.enabled=true", "risk.basis.leave=0.2%"],
            off: ["risk.basis.enabled=true", "risk.basis.leave=0.4%"],
            CraftedMarket.bitcoin(CraftedSignal(judged, at: 20)).with { $0.basis = { $0 < 15 ? 0.01 : 0.003 } }),
        Case(
            .spread, on: ["risk.spread=0.2%"], also: ["costs.half_spread=0.15%"],
            .bitcoin(CraftedSignal(judged, at: 20))),
        Case(
            .fundingSpike, on: ["risk.funding.enabled=true", "risk.funding.multiple=off"],
            CraftedMarket.bitcoin(CraftedSignal(judged, at: 20)).with { $0.funding = .basisPoints(20) }),
        Case(
            .volatility, on: ["risk.volatility.enabled=true"],
            CraftedMarket.bitcoin(CraftedSignal(judged, at: 130)).with {
                $0.bars = 180
                $0.atr = { .basisPoints($0 < 130 ? 30 + $0 % 5 : 200) }
            }),
    ]

    // MARK: Size

    static let size = [
        // The smallest order, five dollars, loses more than the ten cents that may be lost.
        Case(
            .riskBudget, on: ["risk.per_trade=0.001%"],
            .bitcoin(CraftedSignal(judged, at: 20, stop: .basisPoints(1_000)))),
        Case(
            .correlatedRisk, on: ["risk.correlation.enabled=true", "risk.correlation.risk=0.5%"],
            // Without costs of entry that are behind it then, the first trade may still lose all that was planned.
            also: ["costs.entry_slippage=0", "costs.taker_fee=0", "costs.maker_fee=0"],
            .ether(CraftedSignal(1, at: 10)), .bitcoin(CraftedSignal(judged, at: 20))),
        Case(
            .leverage, on: ["risk.leverage_cap=5"], also: ["risk.per_trade=3%"], levered,
            .bitcoin(CraftedSignal(judged, at: 20))),
        Case(.positionNotional, on: ["risk.position_notional=0.01%"], .bitcoin(CraftedSignal(judged, at: 20))),
        Case(
            .exchangeLimit,
            closed: CraftedRun(markets: [
                CraftedMarket.bitcoin(CraftedSignal(judged, at: 20)).with { $0.maximumPosition = .zero }
            ]),
            open: CraftedRun(markets: [
                CraftedMarket.bitcoin(CraftedSignal(judged, at: 20)).with { $0.maximumPosition = Quantity(1) }
            ])),
        // One lot cannot leave at two targets.
        Case(
            .exitPlan, on: ["risk.minimum_slices=2"], also: ["risk.per_trade=0.009%"],
            .bitcoin(
                CraftedSignal(
                    judged, at: 20, stop: .basisPoints(1_000), targets: [.basisPoints(1_000), .basisPoints(2_000)]))),
    ]

    /// Three per cent of equity over a stop of 0.4 %: seven and a half times equity in ether, if nothing stops it. A
    /// small loss then takes what room the planner's caution had left.
    static let levered = CraftedMarket.ether(CraftedSignal(1, at: 10, stop: .basisPoints(40))).with {
        $0.shape = { $0 < 15 ? 1 : 0.998 }
    }

    // MARK: Margin and liquidation

    static let margin = [
        Case(.freeMargin, on: ["risk.free_margin_use=0.0001%"], .bitcoin(CraftedSignal(judged, at: 20))),
        Case(
            .marginUtilisation,
            on: [
                "risk.margin.enabled=true", "risk.margin.plan=10%", "risk.margin.warn=20%", "risk.margin.halt=30%",
            ], also: ["risk.per_trade=3%"], levered, .bitcoin(CraftedSignal(judged, at: 20))),
        Case(
            .liquidationDistance,
            on: [
                "risk.liquidation.enabled=true", "risk.liquidation.plan=20%", "risk.liquidation.warn=10%",
                "risk.liquidation.halt=5%",
            ], also: ["risk.per_trade=3%"], levered, .bitcoin(CraftedSignal(judged, at: 20))),
        // Liquidation is some 12 % away; a stop of 10 % wants 20.
        Case(
            .stopBeforeLiquidation, on: ["risk.liquidation.stops=2"], also: ["risk.per_trade=3%"], levered,
            .bitcoin(CraftedSignal(judged, at: 20, stop: .basisPoints(1_000)))),
    ]

    // MARK: Costs

    static let costs = [
        Case(
            .costShare, on: ["risk.cost_share=20%"], off: ["risk.cost_share=100%"],
            .bitcoin(CraftedSignal(judged, at: 20, stop: .basisPoints(30)))),
        Case(
            .netReward, on: ["risk.net_reward=1"], off: ["risk.net_reward=0.1"],
            .bitcoin(CraftedSignal(judged, at: 20, targets: [.basisPoints(100)]))),
    ]

    // MARK: Tests

    @Test(arguments: cases) func theGuardAloneStopsTheTradeOfAWholeRun(_ test: Case) throws {
        let open = try test.open.result()
        let taken = try #require(open.decisions.first { $0.setupID.value == Self.judged })
        guard case .taken = taken.verdict else {
            Issue.record("without the guard: \(taken.verdict)")
            return
        }
        #expect(open.trades.contains { $0.setupID.value == Self.judged })

        let closed = try test.closed.result()
        let refused = try #require(closed.decisions.first { $0.setupID.value == Self.judged })
        #expect(refused.verdict == .refused(test.stage, reason: test.rule.rawValue))
        #expect(!closed.trades.contains { $0.setupID.value == Self.judged })
        // The guard that refused is the only one that would have, of those before the size is known.
        let failed = refused.checks.filter { !$0.passed }.map(\.name)
        #expect(failed.isEmpty || failed.first == test.rule.rawValue)
        // What came before the guard happened all the same.
        #expect(closed.trades.count == open.trades.count - 1 || test.rule == .onePosition)
    }

    @Test func everyRuleHasARun() {
        let covered = Self.cases.map(\.rule) + Self.impossible
        for rule in RiskRule.allCases {
            #expect(covered.count { $0 == rule } == 1, "\(rule.rawValue)")
        }
    }

    @Test(arguments: cases) func theRestCannotFailInARun(_ test: Case) throws {
        var seen = 0
        for decision in try test.closed.result().decisions {
            for rule in Self.impossible {
                guard let check = decision.checks.first(where: { $0.name == rule.rawValue }) else { continue }
                seen += 1
                #expect(check.passed)
                if rule == .spot { #expect(check.value == .number(0)) }
            }
        }
        // A halt, or an open position, refuses before risk is asked; its run has an earlier decision that was.
        #expect(seen >= 2)
    }
}
