import Market
import Risk
import Testing

@Suite struct CoherenceTests {
    func found(_ change: (inout RiskParameters) -> Void) -> [RiskIncoherence] { standard(change).incoherences }

    @Test func theDefaultsAreCoherent() throws {
        #expect(try standard().validated() == standard())
        #expect(bare().incoherences.isEmpty)
    }

    @Test func noConfigurationPassesTheCeiling() {
        #expect(found { $0.leverageCap = rate("10.000000000001") }.contains(.aboveCeiling(rate("10.000000000001"))))
        var parameters = bare()
        parameters.leverageCap = Rate(11)
        #expect(throws: RiskParameterError(incoherences: [.aboveCeiling(Rate(11))])) { try RiskPlanner(parameters) }
        #expect(
            found { $0.leverageMonitor = MonitorLimits(warn: Rate(5), halt: Rate(11)) }
                == [.outOfRange(.leverage, .rate(Rate(11)))])
    }

    @Test func everyLadderMustBeOrdered() {
        func orders(_ limit: RiskLimit, _ change: (inout RiskParameters) -> Void) -> Bool {
            found(change).contains { if case .disordered(limit, _) = $0 { true } else { false } }
        }
        #expect(orders(.drawdown) { $0.drawdown?.reduce = rate("0.1") })
        #expect(orders(.drawdown) { $0.drawdown?.warn = rate("0.15") })
        #expect(orders(.drawdown) { $0.drawdown?.halt = .one })
        #expect(orders(.marginUtilisation) { $0.marginUtilisation?.plan = rate("0.7") })
        #expect(orders(.marginUtilisation) { $0.marginUtilisation?.warn = rate("0.8") })
        #expect(orders(.leverage) { $0.leverageCap = rate("4.5") })
        #expect(orders(.leverage) { $0.leverageMonitor?.warn = Rate(6) })
        #expect(orders(.liquidationDistance) { $0.liquidationDistance?.plan = rate("0.18") })
        #expect(orders(.liquidationDistance) { $0.liquidationDistance?.halt = rate("0.18") })
    }

    @Test func everyRangeIsChecked() {
        let broken: [(RiskLimit, (inout RiskParameters) -> Void)] = [
            (.riskFraction, { $0.riskFraction = .zero }), (.slippageEntry, { $0.slippage.entry = rate("-0.1") }),
            (.slippageExit, { $0.slippage.exit = rate("0.06") }), (.leverageCap, { $0.leverageCap = .zero }),
            (.positionNotional, { $0.positionNotional = Rate(11) }), (.freeMarginUse, { $0.freeMarginUse = Rate(2) }),
            (.minimumSlices, { $0.minimumSlices = -1 }), (.drawdownFactor, { $0.drawdown?.factor = .zero }),
            (.marginUtilisation, { $0.marginUtilisation?.halt = Rate(2) }),
            (.liquidationDistance, { $0.liquidationDistance?.plan = Rate(2) }),
            (.liquidationToStop, { $0.liquidationToStop = rate("0.9") }), (.positionCount, { $0.positionCount = 0 }),
            (.dailyLoss, { $0.dailyLoss = .zero }), (.dailyEntries, { $0.dailyEntries = 0 }),
            (.lossStreak, { $0.lossStreak?.losses = 0 }), (.lossStreakPause, { $0.lossStreak?.pause = .zero }),
            (.smallestLoss, { $0.lossStreak?.smallestLoss = Rate(2) }),
            (.symbolCooldown, { $0.symbolCooldown = .zero }),
            (.correlationThreshold, { $0.correlation?.threshold = .nan }),
            (.correlatedRisk, { $0.correlation?.risk = .one }), (.basis, { $0.basis?.entry = rate("0.0076") }),
            (.basis, { $0.basis?.leave = rate("0.0076") }), (.fundingLimit, { $0.funding?.limit = .zero }),
            (.fundingMultiple, { $0.funding?.averageMultiple = .one }),
            (.fundingFloor, { $0.funding?.floor = rate("0.0011") }), (.volatility, { $0.volatility?.highest = 0 }),
            (.spread, { $0.spread = .zero }), (.costShare, { $0.costShare = Rate(2) }),
            (.netReward, { $0.netReward = .zero }), (.tickAge, { $0.tickAge = .zero }),
            (.spotAge, { $0.spotAge = .days(400) }), (.accountAge, { $0.accountAge = .seconds(-1) }),
        ]
        for (limit, change) in broken {
            let named = found(change).contains { if case .outOfRange(limit, _) = $0 { true } else { false } }
            #expect(named, "\(limit)")
        }
    }

    @Test func limitsMustFitEachOther() {
        #expect(
            found { $0.riskFraction = rate("0.021") }
                == [.exceeds(.riskFraction, .dailyLoss), .exceeds(.riskFraction, .correlatedRisk)])
        #expect(found { $0.dailyLoss = rate("0.16") } == [.exceeds(.dailyLoss, .drawdown)])
    }

    @Test func errorsReadWell() throws {
        let error = try #require(
            #expect(throws: RiskParameterError.self) {
                try standard {
                    $0.leverageCap = Rate(12)
                    $0.riskFraction = rate("0.06")
                }.validated()
            })
        #expect(
            error.description
                == "risk_fraction is out of range: 0.06; leverage of 12 is above the ceiling of 10; "
                + "leverage: planner, warning and halt are out of order: 12, 4.5, 6; "
                + "risk_fraction is greater than daily_loss; risk_fraction is greater than correlated_risk")
    }
}
