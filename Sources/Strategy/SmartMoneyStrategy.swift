public import Market
import SmartMoney

/// Trades breaks of structure in the direction of the higher timeframes, by a limit entry where the leg began.
///
/// A break on the decision timeframe is judged once, at its close: it becomes a signal or a declined candidate. If all
/// that it lacked was a fresh zone at a discount, it is judged a second time when the far end of its leg is confirmed
/// (the leg has grown and its gaps are all known), and only a signal is then reported.
public struct SmartMoneyStrategy: Strategy {
    public let pair: SpotPair
    public let parameters: SmartMoneyStrategyParameters
    public var name: String { parameters.name }
    public var timeframes: [Timeframe] {
        let all = parameters.biasTimeframes + [parameters.decisionTimeframe]
        return (all + (parameters.refinementTimeframe.map { [$0] } ?? [])).sorted(by: >)
    }
    public var decisionTimeframe: Timeframe { parameters.decisionTimeframe }

    private let decision: Timeframe
    private var biases: ContiguousArray<TimeframeBias>
    private var state: SmartMoneyState
    private var filters: DecisionFilters
    private var refinement: EntryRefinement?
    /// The decision bar that waits for the refinement bar that closes with it.
    private var undecided: Candle?
    /// A break that lacked only a zone, until its leg ends.
    private var unripe: StructureTrigger?
    private var pending: ContiguousArray<PendingEntry> = []
    private var used = UsedSetups()

    public init(pair: SpotPair, parameters: SmartMoneyStrategyParameters) {
        precondition(parameters.isConsistent, "the parts of the strategy fit together")
        self.pair = pair
        self.parameters = parameters
        decision = parameters.decisionTimeframe
        biases = ContiguousArray(
            parameters.biasTimeframes.map {
                TimeframeBias(
                    timeframe: $0, averagePeriod: parameters.biasAveragePeriod, band: parameters.biasBand,
                    smartMoney: parameters.smartMoney)
            })
        state = SmartMoneyState(timeframe: parameters.decisionTimeframe, parameters: parameters.smartMoney)
        filters = DecisionFilters(parameters: parameters)
        refinement = parameters.refinementTimeframe.map {
            EntryRefinement(timeframe: $0, smartMoney: parameters.smartMoney)
        }
        pending.reserveCapacity(16)
    }

    public mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        if timeframe == refinement?.timeframe {
            // A bar of the next decision bar already: the one that was waited for never came.
            if let undecided, candle.openTime >= undecided.openTime + decision.interval { decideIfDue(&findings) }
            refinement?.push(candle)
            follow(candle, closedAt: candle.openTime + timeframe.interval, &findings)
            decideIfDue(&findings)
        } else if timeframe == decision {
            // Decide before the state moves on, with or without the refinement bar that was waited for.
            decideIfDue(&findings)
            state.push(candle)
            filters.push(candle)
            undecided = candle
            if refinement == nil {
                follow(candle, closedAt: candle.openTime + timeframe.interval, &findings)
                decideIfDue(&findings)
            }
        } else if let index = biases.firstIndex(where: { $0.timeframe == timeframe }) {
            decideIfDue(&findings)
            biases[index].push(candle)
        }
    }

    /// Withdraws the resting entries that a bar of the finest timeframe has ended.
    private mutating func follow(_ candle: Candle, closedAt: Timestamp, _ findings: inout [Finding]) {
        var index = 0
        while index < pending.count {
            if let withdrawal = pending[index].push(candle, closedAt: closedAt) {
                findings.append(.withdrawn(pending.remove(at: index).id, withdrawal))
            } else {
                index += 1
            }
        }
    }

    private mutating func decideIfDue(_ findings: inout [Finding]) {
        guard let candle = undecided else { return }
        undecided = nil
        let decidedAt = candle.openTime + decision.interval
        for index in state.events.indices { react(to: state.events[index], candle, decidedAt, &findings) }
        findings.append(.guidance(guidance(candle, decidedAt)))
    }

    private mutating func react(
        to event: SmartMoneyEvent, _ candle: Candle, _ decidedAt: Timestamp, _ findings: inout [Finding]
    ) {
        guard event.layer == parameters.layer else { return }
        if event.kind == .changeOfCharacter { flip(to: Side(event.direction), decidedAt, &findings) }
        if let trigger = StructureTrigger(event, layer: parameters.layer, in: state) {
            unripe = nil
            let finding = evaluate(trigger, candle, decidedAt)
            if report(finding, &findings) { return }
            findings.append(.declined(finding.candidate))
            switch finding.evaluation.reason {
            case .zone, .freshness, .discount: unripe = trigger
            case .warmedUp, .bias, .displacement, .sweep, .trendStrength, .volatility, .stopDistance, .firstTarget,
                .divergence, .usedOnce, nil:
                break
            }
        } else if event.kind == .dealingRangeFixed, let trigger = unripe, event.reference.index == trigger.index {
            unripe = nil
            _ = report(evaluate(trigger, candle, decidedAt), &findings)
        }
    }

    /// Structure has turned to `side`: what rests or is held on the other side has lost its reason.
    private mutating func flip(to side: Side, _ decidedAt: Timestamp, _ findings: inout [Finding]) {
        for entry in pending where entry.side != side { findings.append(.withdrawn(entry.id, .structureFlipped)) }
        pending.removeAll { $0.side != side }
        findings.append(.premiseBroken(side.opposite, at: decidedAt))
    }

    private func evaluate(_ trigger: StructureTrigger, _ candle: Candle, _ decidedAt: Timestamp) -> SetupFinding {
        var evaluation = SetupEvaluation(
            trigger, parameters: parameters, bias: CombinedBias(biases.lazy.map(\.bias)),
            warmBiasTimeframes: biases.count { $0.isWarm }, noise: refinement?.noise ?? filters.atr)
        evaluation.judge(state, filters, refinement: refinement)
        var finding = SetupFinding(
            pair: pair, evaluation: evaluation, decidedAt: decidedAt, reference: candle.close)
        evaluation.judgeUse(used.contains(finding.id))
        finding = SetupFinding(pair: pair, evaluation: evaluation, decidedAt: decidedAt, reference: candle.close)
        return finding
    }

    /// Reports a signal if there is one.
    private mutating func report(_ finding: SetupFinding, _ findings: inout [Finding]) -> Bool {
        guard let (signal, entry) = finding.signal else { return false }
        used.insert(signal.id)
        pending.append(entry)
        findings.append(.signal(signal))
        return true
    }

    private func guidance(_ candle: Candle, _ decidedAt: Timestamp) -> Guidance {
        let close = candle.close
        let low = lastSwing(.bearish).flatMap { (close - $0.price).ratio(to: close) }
        let high = lastSwing(.bullish).flatMap { ($0.price - close).ratio(to: close) }
        let atr = filters.atr.flatMap { Rate($0 / Double(close.raw), rounding: .nearestEven) }
        return Guidance(
            time: decidedAt, reference: SpotPrice(close), atr: atr, swingLow: low, swingHigh: high)
    }

    private func lastSwing(_ direction: Direction) -> Swing? {
        switch parameters.layer {
        case .external: state.external.lastSwing(direction)
        case .internal: state.internal.lastSwing(direction)
        }
    }
}
