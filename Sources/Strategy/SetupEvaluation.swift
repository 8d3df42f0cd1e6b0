import Market
import SmartMoney

/// Judges a break of structure: every condition of the setup with its value, in the order of `SignalRule`.
///
/// Conditions that need something that is missing (the discount of a zone that does not exist) are left out; whatever
/// can be measured is, also after a first failure.
struct SetupEvaluation {
    let trigger: StructureTrigger
    let parameters: SmartMoneyStrategyParameters
    let bias: CombinedBias
    let warmBiasTimeframes: Int
    /// ATR of the finest timeframe in smallest price units.
    let noise: Double?

    private(set) var checks: [Check<SignalRule>] = []
    private(set) var selection: ZoneSelection?
    private(set) var refined: EntryZone?
    private(set) var geometry: RiskGeometry?
    private(set) var targets: [(price: Int64, share: Rate)] = []

    private var side: Side { trigger.side }

    init(
        _ trigger: StructureTrigger, parameters: SmartMoneyStrategyParameters, bias: CombinedBias,
        warmBiasTimeframes: Int, noise: Double?
    ) {
        self.trigger = trigger
        self.parameters = parameters
        self.bias = bias
        self.warmBiasTimeframes = warmBiasTimeframes
        self.noise = noise
        checks.reserveCapacity(SignalRule.allCases.count)
    }

    var reason: SignalRule? { checks.first { !$0.passed }?.name }

    mutating func judge(
        _ state: borrowing SmartMoneyState, _ filters: borrowing DecisionFilters, refinement: EntryRefinement?
    ) {
        let isWarm = filters.isWarm && noise != nil && warmBiasTimeframes >= parameters.warmBiasTimeframes
        checks.append(Check(.warmedUp, .flag(isWarm), limit: .flag(true), passed: isWarm))
        checks.append(
            Check(.bias, .word(bias.rawValue), limit: .word(side.direction.description), passed: bias.allows(side)))
        checks.append(
            Check(
                .displacement, .number(trigger.strength), limit: .number(parameters.smartMoney.displacementBody),
                passed: trigger.displaced))
        judgeZone(state, atr: filters.atr)
        judgeFilters(state, filters)
        judgeRisk(state, atr: filters.atr, refinement)
        if parameters.requiresDivergence { judgeDivergence(state, filters) }
    }

    /// The last condition: it needs the identity that the others lead to.
    mutating func judgeUse(_ isUsed: Bool) {
        checks.append(Check(.usedOnce, .flag(isUsed), limit: .flag(false), passed: !isUsed))
    }

    private mutating func judgeZone(_ state: borrowing SmartMoneyState, atr: Double?) {
        let close = state.bar(state.count - 1).map { side.oriented($0.close) }
        if let atr, let close {
            let finder = ZoneFinder(trigger: trigger, parameters: parameters, atr: atr, close: close)
            selection = ZoneSelection.best(finder, in: state)
        }
        checks.append(Check(.zone, .flag(selection != nil), limit: .flag(true), passed: selection != nil))
        guard let selection else { return }
        let isFresh = selection.zone.isFresh
        checks.append(Check(.freshness, .flag(isFresh), limit: .flag(true), passed: isFresh))
        checks.append(
            Check(
                .discount, .number(selection.position), limit: .number(parameters.discount),
                passed: selection.isDiscount))
    }

    private mutating func judgeFilters(_ state: borrowing SmartMoneyState, _ filters: borrowing DecisionFilters) {
        if parameters.requiresSweep {
            let start = trigger.originIndex - parameters.smartMoney.blockSearch
            let swept = state.lastSweep(side.direction.opposite) >= max(0, start)
            checks.append(Check(.sweep, .flag(swept), limit: .flag(true), passed: swept))
        }
        if let adx = filters.trendStrength {
            checks.append(
                Check(
                    .trendStrength, .number(adx), limit: .number(parameters.minimumADX),
                    passed: adx >= parameters.minimumADX))
        }
        if let rank = filters.volatility {
            let isLow = rank < parameters.minimumVolatility
            checks.append(
                Check(
                    .volatility, .number(rank),
                    limit: .number(isLow ? parameters.minimumVolatility : parameters.maximumVolatility),
                    passed: !isLow && rank <= parameters.maximumVolatility))
        }
    }

    private mutating func judgeRisk(_ state: borrowing SmartMoneyState, atr: Double?, _ refinement: EntryRefinement?) {
        guard let selection, let atr else { return }
        // A finer zone whose stop would lie within the noise tightens nothing: it is passed over.
        refined = refinement?.zone(inside: selection.zone, side) { isClearOfNoise(risk(in: $0, atr)) }
        let geometry = risk(in: refined ?? selection.zone, atr)
        self.geometry = geometry
        checks.append(
            Check(
                .stopDistance, .number(noiseUnits(geometry) ?? 0), limit: .number(parameters.minimumStopNoise),
                passed: isClearOfNoise(geometry)))
        guard geometry.isPlaceable(side) else { return }
        let plan = TargetPlan(geometry, side, in: state, parameters: parameters)
        targets = plan.targets
        checks.append(
            Check(
                .firstTarget, .number(plan.firstReward), limit: .number(parameters.minimumReward),
                passed: !plan.targets.isEmpty))
    }

    private func risk(in zone: EntryZone, _ atr: Double) -> RiskGeometry {
        RiskGeometry(
            entry: zone.entry(parameters.entryPoint), zone: zone, trigger: trigger, atr: atr, parameters: parameters)
    }

    /// The distance to the stop in units of noise; nil when there is no noise to measure it by.
    private func noiseUnits(_ geometry: RiskGeometry) -> Double? {
        noise.flatMap { $0 > 0 ? Double(geometry.risk) / $0 : nil }
    }

    private func isClearOfNoise(_ geometry: RiskGeometry) -> Bool {
        guard geometry.isPlaceable(side), let units = noiseUnits(geometry) else { return false }
        return units >= parameters.minimumStopNoise
    }

    private mutating func judgeDivergence(
        _ state: borrowing SmartMoneyState, _ filters: borrowing DecisionFilters
    ) {
        let swings = state.layer(parameters.layer).swings(side.direction.opposite)
        let strength = Divergence.strength(side, swings: swings, filters: filters)
        checks.append(
            Check(.divergence, .number(strength ?? 0), limit: .number(0), passed: strength.map { $0 > 0 } ?? false))
    }
}
