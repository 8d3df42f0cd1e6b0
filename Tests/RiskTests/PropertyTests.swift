import Market
import Risk
import TestSupport
import Testing
import Venue

/// Laws that must hold for any input, on seeded random ones.
@Suite struct PropertyTests {
    struct Case {
        var parameters: RiskParameters
        let proposal: EntryProposal
        var view: RiskView
        let instrument: Instrument
    }

    /// A random market, account and proposal; limits random but coherent.
    func sample(_ generator: inout SeededGenerator, costs: Bool = true) -> Case {
        func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
        let side: Side = pick(0...1) == 0 ? .long : .short
        let tickSize = Price(raw: [1_000_000, 100_000_000, 5_000_000_000][Int(pick(0...2))])
        let lot = Quantity(raw: [1, 100, 1_000_000][Int(pick(0...2))])
        let mark = Price(raw: tickSize.raw * pick(1_000...200_000))
        let fee = costs ? Rate(raw: pick(0...1_000_000_000)) : .zero
        let instrument = Instrument(
            id: bitcoin.id, pair: bitcoin.pair, tick: tickSize, lot: lot,
            minimum: Quantity(raw: lot.raw * pick(1...20)),
            maximumPosition: Quantity(raw: lot.raw * pick(100...100_000_000)), margin: classA,
            fees: FeeSchedule(maker: fee, taker: fee), fundingCap: .one)
        let half = costs ? Price(raw: tickSize.raw * pick(0...2)) : .zero
        let away = Price(raw: max(tickSize.raw * 4, mark.raw / 10_000 * pick(5...800)))
        let stop = side == .long ? mark - away : mark + away
        let first = side == .long ? mark + away : mark - away
        var parameters = RiskParameters(
            leverageCap: Rate(raw: pick(1...10) * Rate.scale),
            slippage: SlippageAssumption(
                entry: costs ? Rate(raw: pick(0...2_000_000_000)) : .zero,
                exit: costs ? Rate(raw: pick(0...5_000_000_000)) : .zero))
        parameters.leverageMonitor = nil
        parameters.riskFraction = .basisPoints(Int(pick(5...75)))
        parameters.netReward = nil
        parameters.costShare = nil
        parameters.spread = nil
        let tick = Tick(
            instrument: bitcoin.id, mark: mark, index: mark, last: mark, bid: mark - half, ask: mark + half,
            funding: .zero, time: noon)
        let report = AccountReport(
            balance: Money(raw: pick(10...10_000_000) * Money.scale), unrealised: .zero, initialMargin: .zero,
            maintenanceMargin: .zero, time: noon)
        let entry: ProposedEntry = costs && pick(0...2) == 0 ? .limit(mark) : .market
        return Case(
            parameters: parameters,
            proposal: EntryProposal(
                setup: 1, instrument: bitcoin.id, side: side, entry: entry, stop: stop,
                targets: [ProposedTarget(price: first, share: rate("0.5"))], expectedHold: .hours(pick(0...48)),
                decidedAt: noon),
            view: RiskView(
                now: noon, instrument: instrument, tick: .known(tick, at: noon), spot: .known(mark, at: noon),
                account: .known(report, at: noon), exposures: [], fundingAverage: .zero, volatilityPercentile: 0.5,
                basisState: .normal),
            instrument: instrument)
    }

    func decide(_ sample: Case) -> EntryPlan? {
        RiskTests.decide(sample.parameters, sample.proposal, sample.view).plan
    }

    /// Law: loss at the stop, with fees and slippage worked out leg by leg, stays within the budget.
    @Test func lossAtTheStopIsWithinTheBudget() {
        var generator = SeededGenerator(seed: 11)
        var approved = 0
        for _ in 0..<3_000 {
            let sample = sample(&generator)
            guard let plan = decide(sample) else { continue }
            approved += 1
            let sign = Price(raw: plan.side.sign)
            let slip = sample.parameters.slippage
            let isMarket = sample.proposal.entry == .market
            let paid =
                plan.entryPrice
                + Price(raw: sign.raw * plan.entryPrice.times(isMarket ? slip.entry : .zero, .nearestEven).raw)
            let left = plan.stop - Price(raw: sign.raw * plan.stop.times(slip.exit, .nearestEven).raw)
            let bought = paid.notional(of: plan.quantity, .nearestEven)
            let sold = left.notional(of: plan.quantity, .nearestEven)
            let fees = sample.instrument.fees.fee(on: bought, .taker) + sample.instrument.fees.fee(on: sold, .taker)
            let loss = (bought - sold).magnitude + fees
            // Four roundings to the smallest unit of money.
            #expect(loss <= plan.budget + Money(raw: 4))
            #expect(plan.lossAtStop <= plan.budget)
            #expect((plan.lossAtStop - loss).magnitude <= Money(raw: 4 + plan.quantity.raw / 1_000_000))
        }
        #expect(approved > 1_000)
    }

    @Test func capsHoldAndSizesAreExecutable() {
        var generator = SeededGenerator(seed: 12)
        var approved = 0
        for _ in 0..<3_000 {
            let sample = sample(&generator)
            guard let plan = decide(sample) else { continue }
            approved += 1
            #expect(plan.after.effectiveLeverage <= sample.parameters.leverageCap)
            #expect((plan.after.liquidationDistance ?? .zero) >= rate("0.35"))
            #expect(plan.after.marginUtilisation <= rate("0.6"))
            #expect(plan.quantity <= sample.instrument.maximumPosition)
            #expect(plan.quantity >= sample.instrument.minimum)
            #expect(plan.quantity.isMultiple(of: sample.instrument.lot))
            let slices = plan.slices.reduce(Quantity.zero) { $0 + $1.quantity }
            #expect(slices + plan.runner == plan.quantity)
            #expect(plan.slices.allSatisfy { $0.quantity >= sample.instrument.minimum })
            #expect(plan.runner.isZero || plan.runner >= sample.instrument.minimum)
            #expect(plan.stop.isMultiple(of: sample.instrument.tick))
        }
        #expect(approved > 1_000)
    }

    /// The size is the largest one: a limit does not bite before its time.
    @Test func oneLotMoreWouldBreakALimit() {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<1_000 {
            let sample = sample(&generator)
            guard let plan = decide(sample) else { continue }
            // Among more limits the same trade gets no larger, and with one lot of budget less it is at least as small.
            let loss = Rounding.up.divide(
                Int128(plan.lossAtStop.raw) * Int128(plan.quantity.raw + sample.instrument.lot.raw),
                Int128(plan.quantity.raw))
            let grown = plan.quantity + sample.instrument.lot
            let leverage = (plan.notional.raw / plan.quantity.raw) * grown.raw
            let account = sample.view.account.value!.equity
            let bites =
                loss > plan.budget.raw || grown > sample.instrument.maximumPosition
                || Double(leverage) * 1.0001 > account.double * 1e8 * min(2, sample.parameters.leverageCap.double)
                || (plan.after.liquidationDistance ?? .zero) < rate("0.3501")
            #expect(bites)
        }
    }

    /// Without costs a short is a long in the mirror.
    @Test func mirrorSymmetry() {
        var generator = SeededGenerator(seed: 14)
        var approved = 0
        for _ in 0..<2_000 {
            let sample = sample(&generator, costs: false)
            let mark = sample.view.tick.value!.mark
            func reflect(_ price: Price) -> Price { mark + mark - price }
            let mirrored = EntryProposal(
                setup: 1, instrument: bitcoin.id, side: sample.proposal.side.opposite, entry: .market,
                stop: reflect(sample.proposal.stop),
                targets: sample.proposal.targets.map { ProposedTarget(price: reflect($0.price), share: $0.share) },
                expectedHold: sample.proposal.expectedHold, decidedAt: noon)
            let plan = decide(sample)
            let other = RiskTests.decide(sample.parameters, mirrored, sample.view).plan
            #expect(plan?.quantity == other?.quantity)
            #expect(plan?.lossAtStop == other?.lossAtStop)
            #expect(plan?.after == other?.after)
            #expect(plan?.slices.map(\.quantity) == other?.slices.map(\.quantity))
            if let plan, let other { #expect(reflect(plan.stop) == other.stop) }
            if plan != nil { approved += 1 }
        }
        #expect(approved > 500)
    }

    /// A tighter limit never approves more.
    @Test func monotonicity() {
        let tighten: [(inout RiskParameters) -> Void] = [
            { $0.riskFraction = Rate(raw: $0.riskFraction.raw * 2 / 3) },
            { $0.leverageCap = Rate(raw: $0.leverageCap.raw * 2 / 3) }, { $0.positionNotional = rate("0.7") },
            { $0.freeMarginUse = rate("0.01") }, { $0.liquidationDistance?.plan = rate("0.9") },
            { $0.liquidationToStop = Rate(40) }, { $0.correlation?.threshold = 0.1 },
            {
                $0.marginUtilisation = RisingLadder(plan: rate("0.01"), warn: rate("0.02"), halt: rate("0.03"))
            },
            { $0.costShare = rate("0.02") }, { $0.netReward = rate("1.5") }, { $0.minimumSlices = 2 },
            { $0.slippage.exit = Rate(raw: $0.slippage.exit.raw * 2) },
        ]
        var generator = SeededGenerator(seed: 15)
        for _ in 0..<500 {
            let sample = sample(&generator)
            let loose = decide(sample)
            for change in tighten {
                var tighter = sample
                change(&tighter.parameters)
                guard tighter.parameters.incoherences.isEmpty else { continue }
                guard let plan = decide(tighter) else { continue }
                #expect(plan.quantity <= loose?.quantity ?? .zero)
            }
        }
    }

    /// What the planner foresees is what the monitor then measures: one function, before and after.
    @Test func theStateAfterIsTheStateForeseen() throws {
        var generator = SeededGenerator(seed: 17)
        var approved = 0
        for _ in 0..<1_000 {
            var sample = sample(&generator, costs: false)
            let equity = try #require(sample.view.account.value).equity
            let step = Quantity(raw: equity.quantity(at: Price(50_000), .down)?.raw ?? 0)
            let others = ["PF_AUSD", "PF_BUSD"].map { name in
                let share = Rate(raw: Int64.random(in: 1...Rate.scale / 2, using: &generator))
                return Exposure(
                    instrument: instrument(name, "A/USD"), side: Bool.random(using: &generator) ? .long : .short,
                    quantity: step.times(share, .up), entryPrice: price("50000"), mark: price("50500"), stop: nil,
                    isInFlight: Bool.random(using: &generator), correlation: 0)
            }
            sample.view.exposures = others
            var ledger = RiskLedger()
            ledger.observe(equity: equity + Money(raw: equity.raw / 50), at: noon - .days(2))
            let verdict = RiskTests.decide(sample.parameters, sample.proposal, sample.view, ledger)
            guard let plan = verdict.plan else { continue }
            approved += 1
            let opened = Exposure(
                instrument: sample.instrument, side: plan.side, quantity: plan.quantity, entryPrice: plan.entryPrice,
                mark: plan.entryPrice, stop: plan.stop, isInFlight: true)
            let planner = try RiskPlanner(sample.parameters)
            let report = try #require(sample.view.account.value)
            #expect(planner.metrics(account: report, exposures: others + [opened], ledger: ledger) == plan.after)
        }
        #expect(approved > 300)
    }

    @Test func theSameInputsGiveTheSameVerdict() {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<200 {
            let sample = sample(&generator)
            let first = RiskTests.decide(sample.parameters, sample.proposal, sample.view)
            #expect(first == RiskTests.decide(sample.parameters, sample.proposal, sample.view))
        }
    }
}
