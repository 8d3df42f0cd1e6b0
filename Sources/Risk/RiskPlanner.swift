import Market
public import Venue

/// Turns proposals into sized plans or named refusals. Cannot be made with incoherent limits.
public struct RiskPlanner: Sendable {
    public let parameters: RiskParameters

    public init(_ parameters: RiskParameters) throws(RiskParameterError) {
        self.parameters = try parameters.validated()
    }

    /// The account's present condition: `exposures` at their marks against the reported equity and margin.
    public func metrics(account: AccountReport, exposures: [Exposure], ledger: RiskLedger) -> RiskMetrics {
        RiskMetrics(account: account, exposures: exposures, peak: ledger.peak)
    }

    /// Sizes `proposal` and evaluates every gate on the state after the trade. Gates whose inputs are missing are left
    /// out: the missing input has failed a gate of its own.
    public func plan(_ proposal: EntryProposal, _ view: RiskView, _ ledger: RiskLedger) -> RiskVerdict {
        var list = CheckList()
        let inputs = KnownInputs(proposal.instrument, view, parameters, &list)
        let terms = tradeTerms(proposal, inputs, &list)
        let history = HistoryGates(now: view.now, ledger: ledger, limits: parameters)
        history.check(inputs.account, &list)
        history.check(proposal.instrument, inputs.exposures, &list)
        MarketGates(view: view, limits: parameters).check(inputs.tick, inputs.spot, &list)

        guard let terms, let tick = inputs.tick, let account = inputs.account, let exposures = inputs.exposures else {
            return .refused(list.firstFailure ?? .proposal, checks: list.checks)
        }
        let hypothesis = hypothesis(terms, account, exposures, ledger, at: view.now)
        let plan = size(proposal, hypothesis, tick, view.fundingAverage, &list)
        if let failure = list.firstFailure { return .refused(failure, checks: list.checks) }
        return .approved(Approved(plan), checks: list.checks)
    }

    private func tradeTerms(_ proposal: EntryProposal, _ inputs: KnownInputs, _ list: inout CheckList) -> TradeTerms? {
        guard let instrument = inputs.instrument, let tick = inputs.tick else { return nil }
        do {
            let terms = try TradeTerms(proposal, instrument, tick, parameters.slippage)
            list.add(.proposal, .rate(terms.stopDistance), passed: true)
            return terms
        } catch {
            list.add(.proposal, .word(error.rawValue), passed: false)
            return nil
        }
    }

    private func hypothesis(
        _ terms: TradeTerms, _ account: AccountReport, _ exposures: [Exposure], _ ledger: RiskLedger, at now: Timestamp
    ) -> Hypothesis {
        let drawdown = ledger.peak.drawdown(at: account.equity)
        let factor = parameters.drawdown?.factor(at: drawdown) ?? .one
        let load = AccountLoad(
            exposures, initialMargin: account.initialMargin, maintenanceMargin: account.maintenanceMargin)
        var correlated = Money.zero
        if let limit = parameters.correlation {
            for exposure in exposures where exposure.quantity.isPositive && limit.joins(terms.side, exposure) {
                correlated += exposure.lossAtStop(parameters.slippage)
            }
        }
        return Hypothesis(
            terms: terms, equity: account.equity,
            // Entries in flight hold margin that the exchange's figure need not know of.
            availableMargin: account.equity - load.initialMargin,
            budget: parameters.capital(of: account.equity, at: now).times(parameters.riskFraction, .down)
                .times(factor, .down), load: load,
            peak: ledger.peak, correlatedRisk: correlated, limits: parameters)
    }

    /// Finds the size, then evaluates the gates on it: on the smallest order when not even that passes them.
    private func size(
        _ proposal: EntryProposal, _ hypothesis: Hypothesis, _ tick: Tick, _ fundingAverage: Rate?,
        _ list: inout CheckList
    ) -> EntryPlan {
        let terms = hypothesis.terms
        let minimum = terms.instrument.minimum
        let largest = hypothesis.largestQuantity()
        let quantity = max(largest, minimum)
        let after = hypothesis.visitGates(quantity) { rule, value, limit, passed in
            list.add(rule, value, limit: limit, passed: passed)
        }
        let exit = ExitSlices(of: quantity, over: terms.targets, lot: terms.instrument.lot, minimum: minimum)
        let wanted = min(parameters.minimumSlices, terms.targets.count)
        let slices = exit?.slices ?? []
        list.add(
            .exitPlan, .quantity(largest), limit: .quantity(minimum),
            passed: largest >= minimum && slices.count >= wanted)
        let funding = terms.funding(tick.funding, average: fundingAverage, over: proposal.expectedHold)
        checkCosts(terms, slices, exit?.runner ?? .zero, funding, &list)

        let buffer = hypothesis.equity(after: quantity) - hypothesis.load(with: quantity).maintenanceMargin
        return EntryPlan(
            setup: proposal.setup, instrument: proposal.instrument, side: proposal.side, entry: placed(proposal, terms),
            entryPrice: terms.entry, stop: terms.stop, quantity: quantity, slices: slices,
            runner: exit?.runner ?? .zero, budget: hypothesis.budget,
            risk: terms.distance.notional(of: quantity, .nearestEven),
            lossAtStop: terms.loss.notional(of: quantity, .up), fees: terms.fees.notional(of: quantity, .up),
            expectedFunding: funding.notional(of: quantity, .up), notional: hypothesis.notional(quantity),
            initialMargin: hypothesis.initialMargin(quantity),
            liquidationPrice: Liquidation.price(
                mark: terms.entry, side: terms.side, quantity: quantity, buffer: buffer),
            after: after)
    }

    /// The entry as it is to be sent: limits on their tick.
    private func placed(_ proposal: EntryProposal, _ terms: TradeTerms) -> ProposedEntry {
        switch proposal.entry {
        case .market: .market
        case .limit: .limit(terms.entry)
        case .postOnly: .postOnly(terms.entry)
        }
    }

    private func checkCosts(
        _ terms: TradeTerms, _ slices: [ExitSlice], _ runner: Quantity, _ funding: Price, _ list: inout CheckList
    ) {
        if let limit = parameters.costShare {
            let share = (terms.fees + funding).ratio(to: terms.distance, .up) ?? .greatest
            list.add(.costShare, .rate(share), limit: .rate(limit), passed: share <= limit)
        }
        if let limit = parameters.netReward {
            let reward = netReward(terms, slices, runner, funding)
            list.add(
                .netReward, reward.map(Measure.rate) ?? .word("no target"), limit: .rate(limit),
                passed: reward.map { $0 >= limit } ?? false)
        }
    }

    /// Profit when every target fills over loss when the stop does, both after fees, slippage and funding. A runner is
    /// taken to leave at the last target; nil without targets.
    private func netReward(
        _ terms: TradeTerms, _ slices: [ExitSlice], _ runner: Quantity, _ funding: Price
    ) -> Rate? {
        guard let last = terms.targets.last else { return nil }
        var profit = gain(at: last.price, terms, funding).notional(of: runner, .down)
        var quantity = runner
        for slice in slices {
            profit += gain(at: slice.price, terms, funding).notional(of: slice.quantity, .down)
            quantity += slice.quantity
        }
        return profit.ratio(to: (terms.loss + funding).notional(of: quantity, .up), .down)
    }

    /// Per coin.
    private func gain(at target: Price, _ terms: TradeTerms, _ funding: Price) -> Price {
        (target - terms.entry).magnitude - terms.entryCost - target.times(terms.exitRate, .up) - funding
    }
}
