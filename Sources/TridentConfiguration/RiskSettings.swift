import Market
public import Risk

/// `risk`: how much may be lost, and when nothing is opened.
public enum RiskSettings {
    enum Gates: String, SettingWord {
        case all
        case none
    }

    static let gates = Key<Gates>(
        "risk.gates", default: .all,
        "none switches every gate but the leverage cap off, for comparisons with other engines in backtests only")

    /// The optional parts in full, so that each of their numbers has a place.
    struct Draft {
        var parameters: RiskParameters
        var sizesWithDrawdown = true
        var drawdown = DrawdownLadder()
        var lossStreakOn = true
        var lossStreak = LossStreakLimit()
        var correlationOn = true
        var correlation = CorrelationLimit()
        var basisOn = true
        var basis = BasisGuard.Limits()
        var fundingOn = true
        var funding = FundingFilter()
        var volatilityOn = true
        var volatility = VolatilityFilter()
        var marginOn = true
        var margin = RisingLadder(plan: .basisPoints(6_000), warn: .basisPoints(7_000), halt: .basisPoints(8_000))
        var leverageOn = true
        var leverage = MonitorLimits(warn: .basisPoints(45_000), halt: Rate(6))
        var liquidationOn = true
        var liquidation = FallingLadder(
            plan: .basisPoints(3_500), warn: .basisPoints(1_800), halt: .basisPoints(1_000))

        var result: RiskParameters {
            var result = parameters
            result.drawdown = sizesWithDrawdown ? drawdown : nil
            result.lossStreak = lossStreakOn ? lossStreak : nil
            result.correlation = correlationOn ? correlation : nil
            result.basis = basisOn ? basis : nil
            result.funding = fundingOn ? funding : nil
            result.volatility = volatilityOn ? volatility : nil
            result.marginUtilisation = marginOn ? margin : nil
            result.leverageMonitor = leverageOn ? leverage : nil
            result.liquidationDistance = liquidationOn ? liquidation : nil
            return result
        }
    }

    static let whole = Rate.zero...Rate.one

    static let size: [Binding<Draft>] = [
        Binding(
            "risk.per_trade", \.parameters.riskFraction, default: .basisPoints(50),
            Rate(raw: 1)...Rate.basisPoints(500), "Equity that a trade may lose at its stop, costs included"),
        Binding(
            switchable: "risk.capital_cap", \.parameters.capitalCap, default: nil, Money(10)...Money(1_000_000_000),
            "Equity beyond this is not traded with; off for all of it"),
        Binding(
            switchable: "risk.capital_cap_until", \.parameters.capitalCapUntil, default: nil,
            Timestamp(seconds: 0)...Timestamp(seconds: 4_102_444_800), "When the capital cap ends; off for never"),
        Binding(
            "risk.leverage_cap", \.parameters.leverageCap, default: nil, Rate(raw: 1)...RiskParameters.leverageCeiling,
            "Gross notional over equity that entries may lead to"),
        Binding(
            "risk.size_includes_costs", \.parameters.includesCostsInSizing, default: true,
            "Whether fees and slippage are part of the loss that sizes a trade"),
        Binding(
            switchable: "risk.position_notional", \.parameters.positionNotional, default: Rate(2),
            Rate(raw: 1)...RiskParameters.leverageCeiling, "Notional of one position over equity"),
        Binding(
            switchable: "risk.free_margin_use", \.parameters.freeMarginUse, default: .basisPoints(9_500),
            Rate(raw: 1)...Rate.one, "Part of the free margin that one entry may use"),
        Binding(
            "risk.minimum_slices", \.parameters.minimumSlices, default: 1, 0...10,
            "Targets that must stay executable at the exchange's minimum"),
        Binding(
            switchable: "risk.positions", \.parameters.positionCount, default: 3, 1...100,
            "Positions and entries in flight at one time"),
        Binding(
            switchable: "risk.cost_share", \.parameters.costShare, default: .basisPoints(2_000),
            Rate(raw: 1)...Rate.one, "Fees and expected funding over one R"),
        Binding(
            switchable: "risk.net_reward", \.parameters.netReward, default: Rate(1), Rate(raw: 1)...Rate(100),
            "Reward after costs over loss after costs"),
        Binding(
            switchable: "risk.spread", \.parameters.spread, default: .basisPoints(20), Rate(raw: 1)...Rate.one,
            "Widest spread at entry, over mark"),
    ]

    static let losses: [Binding<Draft>] = [
        Binding(
            switchable: "risk.daily_loss", \.parameters.dailyLoss, default: .basisPoints(200), Rate(raw: 1)...Rate.one,
            "Loss of the day's first equity, open positions included, after which nothing is opened until midnight UTC"),
        Binding(
            switchable: "risk.daily_entries", \.parameters.dailyEntries, default: nil, 1...100_000,
            "Entries sent per UTC day"),
        Binding(
            switchable: "risk.symbol_cooldown", \.parameters.symbolCooldown, default: .minutes(60),
            Interval(nanoseconds: 1)...Interval.days(30), "How long a market rests after a loss in it"),
        Binding("risk.loss_streak.enabled", \.lossStreakOn, default: true, "Pause after a run of losses"),
        Binding("risk.loss_streak.losses", \.lossStreak.losses, default: 3, 1...1000, "Losses in a row"),
        Binding(
            "risk.loss_streak.pause", \.lossStreak.pause, default: .hours(2),
            Interval(nanoseconds: 1)...Interval.days(30), "How long nothing is opened"),
        Binding(
            "risk.loss_streak.smallest", \.lossStreak.smallestLoss, default: .basisPoints(1_000), whole,
            "Part of R from which a result counts"),
        Binding("risk.drawdown.enabled", \.sizesWithDrawdown, default: true, "Drawdown ladder"),
        Binding(
            "risk.drawdown.reduce", \.drawdown.reduce, default: .basisPoints(500), whole,
            "Drawdown from which risk is reduced"),
        Binding(
            "risk.drawdown.factor", \.drawdown.factor, default: .basisPoints(5_000), whole,
            "What the risk is then multiplied by"),
        Binding("risk.drawdown.warn", \.drawdown.warn, default: .basisPoints(1_000), whole, "Drawdown that warns"),
        Binding(
            "risk.drawdown.halt", \.drawdown.halt, default: .basisPoints(1_500), whole,
            "Drawdown that halts entries until an operator releases them"),
        Binding(
            "risk.correlation.enabled", \.correlationOn, default: true,
            "Cap on what correlated positions can lose together"),
        Binding(
            "risk.correlation.threshold", \.correlation.threshold, default: 0.6, 0.01...1.0,
            "Correlation of returns from which two positions are one bet"),
        Binding(
            "risk.correlation.risk", \.correlation.risk, default: .basisPoints(75),
            Rate(raw: 1)...Rate.basisPoints(2_000), "Their combined loss at the stops over equity"),
    ]

    static let account: [Binding<Draft>] = [
        Binding("risk.margin.enabled", \.marginOn, default: true, "Limits on initial margin over equity"),
        Binding(
            "risk.margin.plan", \.margin.plan, default: .basisPoints(6_000), whole, "Most that an entry may lead to"),
        Binding("risk.margin.warn", \.margin.warn, default: .basisPoints(7_000), whole, "Warning"),
        Binding("risk.margin.halt", \.margin.halt, default: .basisPoints(8_000), whole, "Halt"),
        Binding("risk.leverage.enabled", \.leverageOn, default: true, "Monitor of effective leverage above the cap"),
        Binding(
            "risk.leverage.warn", \.leverage.warn, default: .basisPoints(45_000),
            Rate(raw: 1)...RiskParameters.leverageCeiling, "Warning"),
        Binding(
            "risk.leverage.halt", \.leverage.halt, default: Rate(6), Rate(raw: 1)...RiskParameters.leverageCeiling,
            "Halt"),
        Binding(
            "risk.liquidation.enabled", \.liquidationOn, default: true,
            "Limits on the distance from mark to liquidation"),
        Binding(
            "risk.liquidation.plan", \.liquidation.plan, default: .basisPoints(3_500), whole,
            "Least that an entry may lead to"),
        Binding("risk.liquidation.warn", \.liquidation.warn, default: .basisPoints(1_800), whole, "Warning"),
        Binding("risk.liquidation.halt", \.liquidation.halt, default: .basisPoints(1_000), whole, "Halt"),
        Binding(
            switchable: "risk.liquidation.stops", \.parameters.liquidationToStop, default: Rate(2),
            Rate.one...Rate(100), "Stop distances that liquidation must at least be away"),
    ]

    static let market: [Binding<Draft>] = [
        Binding("risk.basis.enabled", \.basisOn, default: true, "Guard on the distance between perpetual and spot"),
        Binding("risk.basis.entry", \.basis.entry, default: .basisPoints(50), whole, "No entry above this"),
        Binding("risk.basis.enter", \.basis.enter, default: .basisPoints(75), whole, "Above this, exits only"),
        Binding("risk.basis.leave", \.basis.leave, default: .basisPoints(50), whole, "Back to normal at or below this"),
        Binding("risk.funding.enabled", \.fundingOn, default: true, "Filter of funding spikes"),
        Binding(
            "risk.funding.limit", \.funding.limit, default: .basisPoints(10), whole,
            "Greatest funding per hour, either way"),
        Binding(
            switchable: "risk.funding.multiple", \.funding.averageMultiple, default: Rate(3), Rate.one...Rate(1000),
            "Greatest multiple of its average"),
        Binding(
            "risk.funding.floor", \.funding.floor, default: Rate(raw: 50_000_000), whole,
            "Rates up to this are never a spike"),
        Binding("risk.volatility.enabled", \.volatilityOn, default: true, "Filter of unusual volatility"),
        Binding(
            "risk.volatility.lowest", \.volatility.lowest, default: 0, 0.0...1.0, "Lowest percentile of ATR over price"),
        Binding("risk.volatility.highest", \.volatility.highest, default: 0.97, 0.0...1.0, "Highest percentile"),
        Binding(
            switchable: "risk.age.tick", \.parameters.tickAge, default: .seconds(30),
            Interval(nanoseconds: 1)...Interval.days(1), "Oldest perpetual price that an entry may use"),
        Binding(
            switchable: "risk.age.spot", \.parameters.spotAge, default: .seconds(120),
            Interval(nanoseconds: 1)...Interval.days(1), "Oldest spot price"),
        Binding(
            switchable: "risk.age.account", \.parameters.accountAge, default: .seconds(120),
            Interval(nanoseconds: 1)...Interval.days(1), "Oldest account report"),
    ]

    static var bindings: [Binding<Draft>] { size + losses + account + market }

    static let section = Schema.Section(
        name: "risk", meaning: "How much may be lost, and when nothing is opened. Fractions are of equity.",
        keys: [AnyKey(gates)] + bindings.map(\.key))

    static let assumptions = ["risk.leverage_cap": "3"]
}

extension Settings {
    /// The limits, checked as one ordered ladder.
    public func riskParameters() throws(ConfigurationError) -> RiskParameters {
        let slippage = SlippageAssumption(
            entry: self[CostSettings.entrySlippage], exit: self[CostSettings.stopSlippage])
        var draft = RiskSettings.Draft(parameters: RiskParameters(leverageCap: .one, slippage: slippage))
        for binding in RiskSettings.bindings { binding.apply(self, &draft) }
        var result = draft.result
        switch self[RiskSettings.gates] {
        case .all: break
        case .none:
            var bare = RiskParameters.bare(leverageCap: result.leverageCap, slippage: slippage)
            bare.riskFraction = result.riskFraction
            bare.includesCostsInSizing = result.includesCostsInSizing
            result = bare
        }
        do {
            return try result.validated()
        } catch {
            throw .incoherent("\(error)")
        }
    }
}
