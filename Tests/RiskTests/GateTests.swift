import Market
import Risk
import Testing
import Venue

/// Each gate alone stops a trade and lets it pass at its limit.
@Suite struct GateTests {
    @Test func everythingPassesInACalmMarket() {
        let verdict = decide(standard { $0.dailyEntries = 5 })
        #expect(verdict.reason == nil)
        #expect(verdict.violations.isEmpty)
        // Every rule was evaluated, in the order of the enumeration.
        #expect(verdict.checks.map(\.name) == RiskRule.allCases)
    }

    @Test func bareHasNothingLeftToInterfere() {
        let verdict = decide(bare())
        #expect(
            verdict.checks.map(\.name) == [
                .instrument, .tick, .spot, .account, .positions, .proposal, .onePosition, .riskBudget, .leverage,
                .exchangeLimit, .exitPlan,
            ])
    }

    @Test func contractTerms() {
        #expect(decide(bare(), proposal(), view(instrument: nil)).reason == .instrument)
        #expect(decide(bare(), proposal(), view(instrument: ether)).reason == .instrument)
    }

    @Test func unknownInputsRefuse() {
        var now = view()
        now.tick = .unknown
        #expect(decide(bare(), proposal(), now).reason == .tick)
        now = view()
        now.spot = .unknown
        #expect(decide(bare(), proposal(), now).reason == .spot)
        now = view()
        now.account = .unknown
        #expect(decide(bare(), proposal(), now).reason == .account)
        #expect(decide(bare(), proposal(), view(exposures: nil)).reason == .positions)
    }

    @Test func staleInputsRefuse() {
        let parameters = standard()
        var now = view()
        now.tick = .known(tick(), at: noon - .seconds(30))
        now.spot = .known(price("50000"), at: noon - .seconds(120))
        now.account = .known(account(), at: noon - .seconds(120))
        #expect(decide(parameters, proposal(), now).reason == nil)
        let verdict = decide(parameters, proposal(), later(now, by: .milliseconds(1)))
        #expect(verdict.reason == .tick)
        #expect(verdict.violations == [.tick, .spot, .account])
        #expect(verdict.check(.tick)?.value == .number(30.001))
        #expect(verdict.check(.tick)?.limit == .number(30))
        // Without a limit any age will do.
        #expect(decide(bare(), proposal(), later(now, by: .days(30))).reason == nil)
    }

    func later(_ view: RiskView, by interval: Interval) -> RiskView {
        var later = view
        later.now = view.now + interval
        return later
    }

    @Test func impossibleInputsRefuse() {
        #expect(decide(bare(), proposal(), view(tick(bid: "50001", ask: "50000"))).reason == .tick)
        #expect(decide(bare(), proposal(), view(tick(of: ether))).reason == .tick)
        #expect(decide(bare(), proposal(), view(spot: "0")).reason == .spot)
        #expect(decide(bare(), proposal(), view(account: account("0"))).reason == .account)
        #expect(decide(bare(), proposal(), view(account: account("1000000001"))).reason == .account)
    }

    @Test(arguments: [
        (Side.long, "50000", "stop"), (.long, "50500", "stop"), (.short, "50000", "stop"), (.long, "-1", "stop"),
        (.short, "100000.5", "stop"),
    ])
    func stopOnTheWrongSide(side: Side, stop: String, defect: String) {
        let verdict = decide(bare(), proposal(side, stop: stop))
        #expect(verdict.reason == .proposal)
        #expect(verdict.check(.proposal)?.value == .word(defect))
    }

    @Test func proposalsThatMakeNoSense() {
        func defect(_ proposal: EntryProposal, _ now: RiskView = view()) -> Measure? {
            decide(bare(), proposal, now).check(.proposal)?.value
        }
        #expect(defect(proposal(entry: .limit(price("-1")))) == .word("price"))
        // Behind a limit entry, but mark is there already: the stop would trigger at once.
        #expect(defect(proposal(entry: .limit(price("51000")), stop: "50500")) == .word("reached"))
        #expect(defect(proposal(targets: [("50000", "0.5")])) == .word("target"))
        #expect(defect(proposal(targets: [("0", "0.5")])) == .word("target"))
        #expect(defect(proposal(targets: [("52000", "0.5"), ("51000", "0.5")])) == .word("target"))
        #expect(defect(proposal(targets: [("51000", "0")])) == .word("share"))
        #expect(defect(proposal(targets: [("51000", "0.6"), ("52000", "0.5")])) == .word("share"))
        #expect(defect(proposal(hold: .seconds(-1))) == .word("hold"))
    }

    @Test func drawdown() {
        let parameters = bare { $0.drawdown = DrawdownLadder() }
        var ledger = RiskLedger()
        ledger.observe(equity: dollars("117647.05"), at: noon)
        #expect(decide(parameters, proposal(), view(), ledger).reason == nil)
        ledger.observe(equity: dollars("117647.06"), at: noon)
        #expect(decide(parameters, proposal(), view(), ledger).reason == .drawdown)
    }

    @Test func dailyLoss() {
        let parameters = bare { $0.dailyLoss = rate("0.02") }
        var ledger = RiskLedger()
        ledger.observe(equity: dollars("100000"), at: noon - .hours(3))
        #expect(decide(parameters, proposal(), view(account: account("98000")), ledger).reason == nil)
        #expect(decide(parameters, proposal(), view(account: account("97999.99")), ledger).reason == .dailyLoss)
        // Unrealised loss counts too.
        let open = account("100000", unrealised: "-2000.01")
        #expect(decide(parameters, proposal(), view(account: open), ledger).reason == .dailyLoss)
        // Once reached it blocks for the day, although equity has recovered.
        ledger.observe(equity: dollars("97000"), at: noon - .hours(2))
        ledger.observe(equity: dollars("100000"), at: noon - .hours(1))
        #expect(decide(parameters, proposal(), view(), ledger).reason == .dailyLoss)
    }

    @Test func dailyEntries() {
        let parameters = bare { $0.dailyEntries = 2 }
        var ledger = RiskLedger()
        ledger.recordEntry(at: noon - .hours(2))
        #expect(decide(parameters, proposal(), view(), ledger).reason == nil)
        ledger.recordEntry(at: noon - .hours(1))
        #expect(decide(parameters, proposal(), view(), ledger).reason == .dailyEntries)
    }

    @Test func lossStreak() {
        let parameters = bare { $0.lossStreak = LossStreakLimit() }
        var ledger = RiskLedger()
        for minutes in [90, 60] { ledger.record(lost(minutesAgo: Int64(minutes)), under: parameters) }
        #expect(decide(parameters, proposal(), view(), ledger).reason == nil)
        #expect(decide(parameters, proposal(), view(), ledger).check(.lossStreak)?.value == .count(2))
        ledger.record(lost(minutesAgo: 30), under: parameters)
        let verdict = decide(parameters, proposal(), view(), ledger)
        #expect(verdict.reason == .lossStreak)
        #expect(verdict.check(.lossStreak)?.value == .time(noon + .minutes(90)))
    }

    @Test func symbolCooldown() {
        let parameters = bare { $0.symbolCooldown = .minutes(60) }
        var ledger = RiskLedger()
        ledger.record(lost(minutesAgo: 59), under: parameters)
        #expect(decide(parameters, proposal(), view(), ledger).reason == .symbolCooldown)
        ledger = RiskLedger()
        ledger.record(lost(minutesAgo: 60), under: parameters)
        #expect(decide(parameters, proposal(), view(), ledger).reason == nil)
        ledger.record(lost(minutesAgo: 1, in: ether), under: parameters)
        #expect(decide(parameters, proposal(), view(), ledger).reason == nil)
    }

    func lost(minutesAgo minutes: Int64, in instrument: Instrument = bitcoin) -> ClosedTrade {
        ClosedTrade(
            instrument: instrument.id, net: dollars("-500"), risk: dollars("500"), closedAt: noon - .minutes(minutes))
    }

    @Test func onePositionPerInstrument() {
        // In the same direction, against it, or only in flight: also with every other gate off.
        for open in [
            exposure(of: bitcoin), exposure(.short, stop: "51000", of: bitcoin), exposure(of: bitcoin, inFlight: true),
        ] {
            #expect(decide(bare(), proposal(), view(exposures: [open])).reason == .onePosition)
        }
        #expect(decide(bare(), proposal(), view(exposures: [exposure(.long, "0", of: bitcoin)])).reason == nil)
    }

    @Test func positionCount() {
        let parameters = bare { $0.positionCount = 3 }
        let names = ["PF_AUSD", "PF_BUSD", "PF_CUSD"].map { instrument($0, "A/USD") }
        let open = names.map { exposure(of: $0, inFlight: $0.id == names[0].id) }
        #expect(decide(parameters, proposal(), view(exposures: Array(open.prefix(2)))).reason == nil)
        let verdict = decide(parameters, proposal(), view(exposures: open))
        #expect(verdict.reason == .positionCount)
        #expect(verdict.check(.positionCount)?.value == .count(4))
    }

    @Test func basis() {
        let parameters = bare { $0.basis = BasisGuard.Limits() }
        #expect(decide(parameters, proposal(), view(tick("50250"))).reason == nil)
        #expect(decide(parameters, proposal(), view(tick("50250.5"))).reason == .basis)
        #expect(decide(parameters, proposal(), view(tick("49749.5"))).reason == .basis)
        var guarded = view()
        guarded.basisState = .exitsOnly(since: noon - .hours(1))
        let verdict = decide(parameters, proposal(), guarded)
        #expect(verdict.reason == .basisGuard)
        #expect(verdict.check(.basisGuard)?.value == .time(noon - .hours(1)))
    }

    @Test func spread() {
        let parameters = bare { $0.spread = rate("0.002") }
        #expect(decide(parameters, proposal(), view(tick(bid: "49950", ask: "50050"))).reason == nil)
        #expect(decide(parameters, proposal(), view(tick(bid: "49950", ask: "50050.5"))).reason == .spread)
    }

    @Test func fundingSpike() {
        let parameters = bare { $0.funding = FundingFilter() }
        var now = view(tick(funding: "0.001"))
        now.fundingAverage = rate("0.0005")
        #expect(decide(parameters, proposal(), now).reason == nil)
        now.tick = .known(tick(funding: "-0.001000000001"), at: noon)
        #expect(decide(parameters, proposal(), now).reason == .fundingSpike)
        // Three times the average.
        now.tick = .known(tick(funding: "0.0003"), at: noon)
        now.fundingAverage = rate("0.0001")
        #expect(decide(parameters, proposal(), now).reason == nil)
        now.fundingAverage = rate("0.000099999999")
        #expect(decide(parameters, proposal(), now).reason == .fundingSpike)
        // Too small to be a spike, whatever the average.
        now.tick = .known(tick(funding: "0.00005"), at: noon)
        now.fundingAverage = .zero
        #expect(decide(parameters, proposal(), now).reason == nil)
        now.fundingAverage = nil
        #expect(decide(parameters, proposal(), now).reason == .fundingSpike)
        let absolute = bare { $0.funding = FundingFilter(averageMultiple: nil) }
        #expect(decide(absolute, proposal(), now).reason == nil)
    }

    @Test func volatility() {
        let parameters = bare { $0.volatility = VolatilityFilter(lowest: 0.1, highest: 0.9) }
        for (percentile, reason) in [(0.1, nil), (0.9, nil), (0.09, .volatility), (0.91, .volatility)]
            as [(Double, RiskRule?)]
        {
            var now = view()
            now.volatilityPercentile = percentile
            #expect(decide(parameters, proposal(), now).reason == reason)
        }
        var now = view()
        now.volatilityPercentile = nil
        #expect(decide(parameters, proposal(), now).reason == .volatility)
        now.volatilityPercentile = .nan
        #expect(decide(parameters, proposal(), now).reason == .volatility)
    }

    @Test func riskBudget() {
        // 0.5 % of $100 is less than the smallest order loses at its stop.
        let coarse = instrument("PF_XBTUSD", "BTC/USD", minimum: "0.001")
        let verdict = decide(bare(), proposal(), view(account: account("100"), instrument: coarse))
        #expect(verdict.reason == .riskBudget)
        #expect(verdict.violations == [.riskBudget, .exitPlan])
        #expect(verdict.check(.riskBudget)?.value == .money(dollars("1.08399275")))
        #expect(verdict.check(.riskBudget)?.limit == .money(dollars("0.5")))
    }

    @Test func correlatedRisk() throws {
        let parameters = bare { $0.correlation = CorrelationLimit() }
        func decision(_ open: Exposure, _ side: Side = .long) -> RiskVerdict {
            decide(parameters, proposal(side), view(exposures: [open]))
        }
        let alone = try #require(decide(parameters).plan).quantity
        // Uncorrelated, or correlated the other way: no effect.
        #expect(decision(exposure(correlation: 0.59)).plan?.quantity == alone)
        #expect(decision(exposure(correlation: 0.9), .short).plan != nil)
        // Half a coin with a stop $1000 away has taken $500 and costs: about $212 are left of $750.
        for joined in [exposure(correlation: 0.6), exposure(correlation: nil)] {
            let plan = try #require(decision(joined).plan)
            #expect(plan.quantity < alone)
            #expect(plan.lossAtStop <= dollars("225.51"))
            #expect(plan.lossAtStop > dollars("225"))
        }
        // Opposite directions of opposite markets are the same bet.
        let opposite = exposure(.short, stop: "51000", correlation: -0.9)
        #expect(try #require(decision(opposite).plan).quantity < alone)
        // The bucket is full, or its loss unbounded.
        #expect(decision(exposure(.long, "0.8", correlation: 1)).reason == .correlatedRisk)
        #expect(decision(exposure(.long, "0.1", stop: nil, correlation: 1)).reason == .correlatedRisk)
        // A stop in profit risks nothing any more.
        let safe = exposure(.long, "0.8", mark: "52000", stop: "51000", correlation: 1)
        #expect(decision(safe).plan?.quantity == alone)
    }

    @Test func leverage() {
        // 2 coins at 50,000 are 1x already.
        let parameters = bare { $0.leverageCap = Rate(1) }
        let full = exposure(.long, "2")
        #expect(decide(parameters, proposal(), view(exposures: [full])).reason == .leverage)
        let nearly = exposure(.long, "1.99")
        #expect(decide(parameters, proposal(), view(exposures: [nearly])).reason == nil)
    }

    @Test func exchangeLimit() {
        let tiny = instrument("PF_XBTUSD", "BTC/USD", minimum: "0.01", most: "0.0099")
        #expect(decide(bare(), proposal(), view(instrument: tiny)).reason == .exchangeLimit)
    }

    @Test func positionNotional() {
        let coarse = instrument("PF_XBTUSD", "BTC/USD", minimum: "0.1")
        let parameters = bare { $0.positionNotional = rate("0.05") }
        // Entry costs lower equity, so that 0.1 coin is a little more than 5 %.
        #expect(decide(parameters, proposal(), view(instrument: coarse)).reason == .positionNotional)
        #expect(
            decide(bare { $0.positionNotional = rate("0.0501") }, proposal(), view(instrument: coarse)).reason == nil)
    }

    @Test func freeMargin() {
        let coarse = instrument("PF_XBTUSD", "BTC/USD", minimum: "0.1")
        let parameters = bare { $0.freeMarginUse = rate("0.95") }
        // 2 % of $5,000 is $100; 95 % of the free margin must cover it.
        func decision(_ used: String, _ open: [Exposure] = []) -> RiskRule? {
            let report = account(initial: used)
            return decide(parameters, proposal(), view(account: report, exposures: open, instrument: coarse)).reason
        }
        #expect(decision("99894.73") == nil)
        #expect(decision("99894.74") == .freeMargin)
        #expect(decision("200000") == .freeMargin)
        // An entry in flight has reserved $50 already.
        #expect(decision("99850", [exposure(.long, "0.05", inFlight: true)]) == .freeMargin)
    }

    @Test func marginUtilisation() {
        let ladder = RisingLadder(plan: rate("0.6"), warn: rate("0.7"), halt: rate("0.8"))
        let parameters = bare { $0.marginUtilisation = ladder }
        #expect(decide(parameters, proposal(), view(account: account(initial: "59990"))).reason == nil)
        #expect(decide(parameters, proposal(), view(account: account(initial: "60000"))).reason == .marginUtilisation)
    }

    @Test func liquidationDistance() throws {
        let ladder = FallingLadder(plan: rate("0.35"), warn: rate("0.2"), halt: rate("0.1"))
        let parameters = bare { $0.liquidationDistance = ladder }
        // (100,000 - 2,700) / 270,000 = 36 %: there is little room left.
        let open = exposure(.long, "5.4")
        let plan = try #require(decide(parameters, proposal(), view(exposures: [open])).plan)
        let distance = try #require(plan.after.liquidationDistance)
        #expect(distance >= rate("0.35"))
        #expect(distance < rate("0.3501"))
        let full = exposure(.long, "5.6")
        #expect(decide(parameters, proposal(), view(exposures: [full])).reason == .liquidationDistance)
    }

    @Test func stopWellBeforeLiquidation() {
        // A stop 6 % away needs 12 % to liquidation: (100,000 - 7,700) / 770,000 is too little.
        let parameters = bare { $0.liquidationToStop = Rate(2) }
        let far = proposal(stop: "47000")
        let calm = view(exposures: [exposure(.long, "15.4")])
        #expect(decide(parameters, far, calm).reason == .stopBeforeLiquidation)
        let lighter = view(exposures: [exposure(.long, "15.3")])
        #expect(decide(parameters, far, lighter).reason == nil)
    }

    @Test func exitPlan() {
        // The smallest order passes but cannot be parted over two targets.
        let coarse = instrument("PF_XBTUSD", "BTC/USD", minimum: "0.3")
        let parameters = bare { $0.minimumSlices = 2 }
        #expect(decide(bare(), proposal(), view(instrument: coarse)).reason == nil)
        #expect(decide(parameters, proposal(), view(instrument: coarse)).reason == .exitPlan)
        // No more slices are asked for than there are targets.
        let single = proposal(targets: [("51000", "0.5")])
        #expect(decide(parameters, single, view(instrument: coarse)).reason == nil)
    }

    @Test func costShare() {
        // Fees of 49.49275 on an R of 1000, and 10 hours of funding at 0.001 % of 50,000: 5 a coin.
        let market = view(tick(funding: "0.00001"))
        let trade = proposal(hold: .hours(10))
        #expect(decide(bare { $0.costShare = rate("0.05449275") }, trade, market).reason == nil)
        #expect(decide(bare { $0.costShare = rate("0.054492749") }, trade, market).reason == .costShare)
        // A short receives that funding: no cost. Its fees are 24.995 + 25.51275.
        #expect(decide(bare { $0.costShare = rate("0.05050775") }, proposal(.short), market).reason == nil)
        // The average counts where it is greater than the present rate.
        var dear = market
        dear.fundingAverage = rate("0.0001")
        #expect(decide(bare { $0.costShare = rate("0.09949275") }, trade, dear).reason == nil)
        #expect(decide(bare { $0.costShare = rate("0.099492749") }, trade, dear).reason == .costShare)
    }

    @Test func netReward() throws {
        // One target at 2R: 2000 - 35.005 - 52 over 1083.99275.
        let trade = proposal(targets: [("52000", "1")])
        let verdict = decide(bare { $0.netReward = rate("1.76") }, trade)
        #expect(verdict.reason == nil)
        guard case .rate(let value)? = verdict.check(.netReward)?.value else {
            Issue.record("no value")
            return
        }
        #expect(value.formatted(4) == "1.7648")
        #expect(decide(bare { $0.netReward = rate("1.77") }, trade).reason == .netReward)
        #expect(decide(bare { $0.netReward = rate("0.01") }, proposal(targets: [])).reason == .netReward)
    }

    @Test func everyViolationIsListed() {
        let parameters = standard()
        var ledger = RiskLedger()
        ledger.observe(equity: Money(200_000), at: noon - .hours(1))
        var now = view(tick("50500", funding: "0.01"), exposures: [exposure(of: bitcoin)])
        now.volatilityPercentile = 1
        let verdict = decide(parameters, proposal(), now, ledger)
        #expect(verdict.reason == .drawdown)
        for rule in [RiskRule.drawdown, .dailyLoss, .onePosition, .basis, .fundingSpike, .volatility, .costShare] {
            #expect(verdict.violations.contains(rule))
        }
        #expect(verdict.plan == nil)
    }
}
