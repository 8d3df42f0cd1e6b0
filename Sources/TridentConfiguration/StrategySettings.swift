import Market
import SmartMoney
public import Strategy

extension StrategyPreset: SettingWord {}
extension SetupKind: SettingWord {}
extension SmartMoneyStrategyParameters.EntryPoint: SettingWord {}
extension SmartMoneyStrategyParameters.StopBase: SettingWord {}
extension SmartMoneyStrategyParameters.ExitPlan: SettingWord {}

/// `strategy`: what is traded on. A preset gives all numbers; settings other than `preset` stand over it.
public enum StrategySettings {
    public static let preset = Key<StrategyPreset>(
        "strategy.preset", default: .swing,
        "swing (bias 1d and 4h, decisions on 1h), intraday (4h and 1h, 15m), or ema-cross, a yardstick without merit")

    private static let percents: ClosedRange<Double> = 0.0...100.0

    static let smartMoney: [Binding<SmartMoneyStrategyParameters>] = [
        Binding(
            preset: "strategy.bias_timeframes", \.biasTimeframes, "Timeframes whose structure and average give the bias"
        ),
        Binding(
            preset: "strategy.decision_timeframe", \.decisionTimeframe, "Timeframe on whose closes signals are made"),
        Binding(
            preset: "strategy.refinement_timeframe", \.refinementTimeframe, "Timeframe that narrows the entry zone"),
        Binding(preset: "strategy.bias_average", \.biasAveragePeriod, 2...1000, "Bars of the bias average"),
        Binding(preset: "strategy.bias_band", \.biasBand, 0.0...5.0, "ATRs beyond the average that make a bias"),
        Binding(
            preset: "strategy.warm_bias_timeframes", \.warmBiasTimeframes, 1...4,
            "Bias timeframes that must have their average before anything is traded"),
        Binding(preset: "strategy.minimum_adx", \.minimumADX, percents, "Smallest ADX on the decision timeframe"),
        Binding(preset: "strategy.minimum_volatility", \.minimumVolatility, 0.0...1.0, "Lowest rank of the ATR"),
        Binding(preset: "strategy.maximum_volatility", \.maximumVolatility, 0.0...1.0, "Highest rank of the ATR"),
        Binding(preset: "strategy.requires_sweep", \.requiresSweep, "Whether liquidity must have been swept first"),
        Binding(preset: "strategy.requires_divergence", \.requiresDivergence, "Whether price and RSI must diverge"),
        Binding(preset: "strategy.setups", \.setups, "Kinds of setup, the preferred first"),
        Binding(
            preset: "strategy.discount", \.discount, 0.0...1.0,
            "Position in the dealing range below which an entry is at a discount"),
        Binding(
            preset: "strategy.retest_depth", \.retestDepth, 0.01...5.0,
            "Height of the zone behind a broken level in ATR"),
        Binding(preset: "strategy.entry_point", \.entryPoint, "Where in the zone the entry rests"),
        Binding(preset: "strategy.stop_base", \.stopBase, "What the stop lies behind"),
        Binding(preset: "strategy.stop_buffer", \.stopBuffer, 0.0...5.0, "ATRs between that and the stop"),
        Binding(
            preset: "strategy.minimum_stop_noise", \.minimumStopNoise, 0.0...20.0,
            "Smallest stop distance in ATRs of the finest timeframe"),
        Binding(preset: "strategy.exit_plan", \.exitPlan, "Targets at resting liquidity, or at multiples of the risk"),
        Binding(
            preset: "strategy.minimum_reward", \.minimumReward, 0.01...20.0, "Smallest reward of the first target in R"),
        Binding(
            preset: "strategy.target_spacing", \.targetSpacing, 0.0...20.0, "Smallest distance between two targets in R"
        ),
        Binding(preset: "strategy.ladder_rewards", \.ladderRewards, "Where the ladder pays, in R"),
        Binding(preset: "strategy.target_shares", \.targetShares, "What leaves at each target; the rest runs on"),
        Binding(
            preset: "strategy.reach_bars", \.reachBars, 0...1000,
            "Decision bars that an entry is kept once price has reached it"),
        Binding(preset: "strategy.valid_bars", \.validBars, 1...10_000, "Decision bars that an entry is kept in all"),
        Binding(
            preset: "strategy.expected_hold", \.expectedHold, Interval.minutes(1)...Interval.days(365),
            "How long a trade is expected to last, for the cost of funding"),
        Binding(preset: "strategy.time_exit", \.timeExit, "When a position is closed by time"),
    ]

    static let emaCross: [Binding<EMACrossParameters>] = [
        Binding(preset: "strategy.ema_cross.timeframe", \.timeframe, "Bars that the yardstick decides on"),
        Binding(preset: "strategy.ema_cross.fast", \.fastPeriod, 1...10_000, "Bars of the fast average"),
        Binding(preset: "strategy.ema_cross.slow", \.slowPeriod, 2...10_000, "Bars of the slow average"),
        Binding(preset: "strategy.ema_cross.atr", \.atrPeriod, 1...10_000, "Bars of the ATR"),
        Binding(preset: "strategy.ema_cross.stop", \.stopATR, 0.01...100.0, "ATRs from entry to stop"),
        Binding(preset: "strategy.ema_cross.target", \.targetATR, 0.01...100.0, "ATRs from entry to target"),
    ]

    static let detectors: [Binding<SmartMoneyParameters>] = [
        Binding(
            preset: "strategy.swings.external", \.externalStrength, 1...100, "Bars on each side of an external swing"),
        Binding(
            preset: "strategy.swings.internal", \.internalStrength, 1...100, "Bars on each side of an internal swing"),
        Binding(
            preset: "strategy.swings.equal_tolerance", \.equalTolerance, 0.0...5.0, "ATRs within which swings are equal"
        ),
        Binding(
            preset: "strategy.displacement.bars", \.displacementBars, 1...100,
            "Bars whose largest body measures displacement"),
        Binding(preset: "strategy.displacement.body", \.displacementBody, 0.0...20.0, "Body in ATR that displaces"),
        Binding(
            preset: "strategy.displacement.close", \.displacementClose, 0.0...20.0,
            "Close beyond the level in ATR that stands in for a gap"),
        Binding(
            preset: "strategy.blocks.search", \.blockSearch, 0...50,
            "Bars around the leg's origin in which the block is looked for"),
        Binding(
            preset: "strategy.blocks.mitigation", \.blockMitigation, 0.0...1.0, "Fill from which a block is mitigated"),
        Binding(preset: "strategy.blocks.expiry", \.blockExpiry, 1...100_000, "Bars after which a block expires"),
        Binding(
            preset: "strategy.blocks.needs_impulse", \.blockNeedsImpulse,
            "Whether the next bar must leave the block with an outsized range"),
        Binding(preset: "strategy.blocks.impulse_range", \.impulseRange, 0.0...20.0, "That range over the median"),
        Binding(
            preset: "strategy.gaps.minimum_fraction", \.gapMinimumFraction, 0.0...1.0,
            "Smallest gap as a fraction of price"),
        Binding(preset: "strategy.gaps.minimum_atr", \.gapMinimumATR, 0.0...20.0, "Smallest gap in ATR"),
        Binding(preset: "strategy.gaps.joins", \.joinsGaps, "Whether consecutive gaps are one"),
        Binding(preset: "strategy.gaps.expiry", \.gapExpiry, 1...100_000, "Bars after which a gap expires"),
    ]

    static let section = Schema.Section(
        name: "strategy",
        meaning: "What is traded on. A preset gives all numbers; a setting other than `preset` stands over it.",
        keys: [AnyKey(preset)] + smartMoney.map(\.key) + detectors.map(\.key) + emaCross.map(\.key))
}

extension Settings {
    public func strategyConfiguration() throws(ConfigurationError) -> StrategyConfiguration {
        switch self[StrategySettings.preset].configuration {
        case .smartMoney(var parameters):
            for binding in StrategySettings.smartMoney { binding.apply(self, &parameters) }
            for binding in StrategySettings.detectors { binding.apply(self, &parameters.smartMoney) }
            guard parameters.isConsistent else {
                throw .incoherent(
                    "strategy: bias timeframes must be above the decision timeframe, the refinement below it; targets need "
                        + "shares that add up to at most 1 and as many rising rewards; volatility limits must be in order"
                )
            }
            return .smartMoney(parameters)
        case .emaCross(var parameters):
            for binding in StrategySettings.emaCross { binding.apply(self, &parameters) }
            guard parameters.fastPeriod < parameters.slowPeriod else {
                throw .incoherent("strategy.ema_cross.fast must be below strategy.ema_cross.slow")
            }
            return .emaCross(parameters)
        }
    }
}
