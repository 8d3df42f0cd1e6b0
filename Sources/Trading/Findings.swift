import Market
import Risk
import Strategy
import Venue

/// From what a strategy found to orders, each with its reason.
extension Trader {
    mutating func act(on index: Int, into outcome: inout Outcome) {
        // Levels first: a signal of the same close is judged with them.
        for finding in findings {
            if case .guidance(let guidance) = finding { guide(guidance, index, into: &outcome) }
        }
        for place in findings.indices {
            switch findings[place] {
            case .signal(let signal): consider(signal, index, into: &outcome)
            case .declined(let candidate): if parameters.notesDeclined { note(candidate, into: &outcome) }
            case .withdrawn(let setup, let reason): withdraw(setup, reason, index, into: &outcome)
            case .premiseBroken(let side, _): breakPremise(side, index, into: &outcome)
            case .guidance: break
            }
        }
        findings.removeAll(keepingCapacity: true)
    }

    private mutating func guide(_ guidance: Guidance, _ index: Int, into outcome: inout Outcome) {
        markets[index].observe(guidance)
        guard watches[index].isBusy else { return }
        markets[index].position?.follow(guidance, at: now, into: &outcome)
        settle(index, into: &outcome)
    }

    private func note(_ candidate: Candidate, into outcome: inout Outcome) {
        outcome.notes.append(
            .decided(
                Decision(
                    time: candidate.decidedAt, pair: candidate.pair, side: candidate.side, setup: candidate.setup,
                    setupID: candidate.id,
                    verdict: .refused(.strategy, reason: candidate.reason?.rawValue ?? "unnamed"),
                    checks: candidate.checks.map { DecisionCheck($0) })))
    }

    private mutating func withdraw(
        _ setup: SetupID, _ reason: Withdrawal, _ index: Int, into outcome: inout Outcome
    ) {
        guard markets[index].position?.origin.setup == setup else { return }
        markets[index].position?.abandonEntry(.withdrawn(reason), at: now, into: &outcome)
        settle(index, into: &outcome)
    }

    private mutating func breakPremise(_ side: Side, _ index: Int, into outcome: inout Outcome) {
        guard let position = markets[index].position, position.side == side else { return }
        switch position.phase {
        case .pending:
            markets[index].position?.abandonEntry(.withdrawn(.structureFlipped), at: now, into: &outcome)
        case .open:
            guard parameters.closesOnBrokenPremise else { return }
            markets[index].position?.close(.premiseInvalidation, at: now, into: &outcome)
        case .closing, .closed: return
        }
        settle(index, into: &outcome)
    }

    // MARK: Signals

    private mutating func consider(_ signal: Signal, _ index: Int, into outcome: inout Outcome) {
        if let refusal = refusal(of: signal, index) {
            outcome.notes.append(.decided(decision(signal, .refused(refusal.stage, reason: refusal.reason), risk: [])))
            return
        }
        // Parts are read one by one: a market as a whole is much to copy.
        let instrument = markets[index].instrument
        guard let tick = markets[index].tick.value else {
            return refuse(signal, .risk, RiskRule.tick.rawValue, into: &outcome)
        }
        guard let priced = PricedSignal(signal, instrument, tick, parameters) else {
            return refuse(signal, .risk, RiskRule.proposal.rawValue, into: &outcome)
        }
        let view = RiskView(
            now: now, instrument: instrument, tick: markets[index].tick, spot: markets[index].spot, account: account,
            exposures: exposures(beside: index), fundingAverage: markets[index].funding.value,
            volatilityPercentile: planner.parameters.volatility == nil ? nil : markets[index].volatilityPercentile,
            basisState: markets[index].basis.state)
        switch planner.plan(priced.proposal, view, ledger) {
        case .refused(let rule, let checks):
            outcome.notes.append(
                .decided(decision(signal, .refused(.risk, reason: rule.rawValue), risk: checks)))
        case .approved(let approved, let checks):
            let plan = approved.plan
            outcome.notes.append(
                .decided(
                    decision(
                        signal, .taken(quantity: plan.quantity, entry: plan.entryPrice, stop: plan.stop), risk: checks))
            )
            enter(approved, signal, priced.targets, tick.mark, index, into: &outcome)
        }
    }

    private mutating func enter(
        _ approved: Approved<EntryPlan>, _ signal: Signal, _ targets: [ProposedTarget], _ mark: Price, _ index: Int,
        into outcome: inout Outcome
    ) {
        let origin = PositionOrigin(
            setup: signal.id, kind: signal.setup, pair: signal.pair, decidedAt: signal.decidedAt,
            expiresAt: signal.expiresAt, timeExit: signal.timeExit, drawings: signal.drawings)
        var position = Position(
            approved, origin, targets: targets, instrument: markets[index].instrument, mark: mark, rules: parameters)
        position.enter(at: now, into: &outcome)
        watches[index] = Watch(isBusy: true, setup: signal.id.value, deadline: position.deadline)
        markets[index].position = position
        setups.insert(signal.id, at: now)
        ledger.recordEntry(at: now)
        isFlatReported = false
        refreshDeadline()
    }

    /// What stands against any entry, before risk is asked.
    private func refusal(of signal: Signal, _ index: Int) -> (stage: Decision.Stage, reason: String)? {
        switch safety {
        case .ready: break
        case .halted(let reason), .flattening(let reason): return (.safety, reason.rawValue)
        }
        switch permission {
        case .open: break
        case .paused, .withdrawn: return (.safety, "hold")
        }
        if setups.contains(signal.id) { return (.strategy, SignalRule.usedOnce.rawValue) }
        switch markets[index].truth.standing {
        case .agrees: break
        case .suspect, .contradicts: return (.safety, HaltReason.accountMismatch.rawValue)
        }
        if cash.suspicionDue != nil { return (.safety, "balance_unexplained") }
        // A position that is flat may still have orders that can trade.
        if let position = markets[index].position {
            return position.phase == .closed
                ? (.safety, "unsettled_orders") : (.risk, RiskRule.onePosition.rawValue)
        }
        if case .known(let report, _) = markets[index].truth.report, report.quantity >= markets[index].instrument.lot {
            return (.safety, HaltReason.accountMismatch.rawValue)
        }
        return now >= signal.expiresAt ? (.strategy, Withdrawal.expired.rawValue) : nil
    }

    private func refuse(_ signal: Signal, _ stage: Decision.Stage, _ reason: String, into outcome: inout Outcome) {
        outcome.notes.append(.decided(decision(signal, .refused(stage, reason: reason), risk: [])))
    }

    private func decision(_ signal: Signal, _ verdict: Decision.Verdict, risk: [Check<RiskRule>]) -> Decision {
        var checks: [DecisionCheck] = []
        checks.reserveCapacity(signal.checks.count + risk.count)
        for check in signal.checks { checks.append(DecisionCheck(check)) }
        for check in risk { checks.append(DecisionCheck(check)) }
        return Decision(
            time: signal.decidedAt, pair: signal.pair, side: signal.side, setup: signal.setup, setupID: signal.id,
            verdict: verdict, checks: checks)
    }

    /// All positions and entries in flight, with their correlation to the market at `candidate`; nil while the venue has
    /// not told about every instrument.
    mutating func exposures(beside candidate: Int? = nil) -> [Exposure]? {
        var list: [Exposure] = []
        for index in markets.indices {
            guard markets[index].truth.isKnown else { return nil }
            guard watches[index].isBusy else { continue }
            let correlation = candidate.flatMap { correlations?.value($0, index) }
            markets[index].addExposures(to: &list, correlation: correlation)
        }
        return list
    }
}
