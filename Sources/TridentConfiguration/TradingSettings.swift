import Market
public import Trading

extension TargetOrders: SettingWord {}

/// `trading`: how positions are managed.
public enum TradingSettings {
    /// Optional parts in full.
    struct Draft {
        var parameters = TradingParameters()
        var ladderRewards: [Double] = [1, 2.5]
        var ladderShares: [Rate] = [.basisPoints(4_000), .basisPoints(4_000)]
    }

    static let bindings: [Binding<Draft>] = [
        Binding(
            "trading.ladder_rewards", \.ladderRewards, default: [1, 2.5], "Targets in R for signals that name none"),
        Binding(
            "trading.ladder_shares", \.ladderShares, default: [.basisPoints(4_000), .basisPoints(4_000)],
            "Part of the position that leaves at each; the rest runs on"),
        Binding(
            "trading.target_orders", \.parameters.targetOrders, default: .limit,
            "Whether targets rest as limit orders or trigger market orders"),
        Binding(
            "trading.enters_post_only", \.parameters.entersPostOnly, default: false,
            "Whether a limit entry is refused rather than filled at once as taker"),
        Binding(
            "trading.breaks_even", \.parameters.breaksEven, default: true,
            "Whether the stop moves to entry and costs once the first target has filled"),
        Binding(
            switchable: "trading.trail_atr", \.parameters.trailATR, default: .basisPoints(15_000),
            Rate(raw: 1)...Rate(100), "ATRs at which the stop follows mark after the first target"),
        Binding(
            "trading.trails_structure", \.parameters.trailsStructure, default: true,
            "Whether the stop follows confirmed swings after the first target"),
        Binding(
            "trading.minimum_stop_move", \.parameters.minimumStopMove, default: .basisPoints(10),
            .zero...Rate.basisPoints(500), "Smallest move of a stop that is sent, over its price"),
        Binding(
            switchable: "trading.time_exit", \.parameters.timeExit, default: nil,
            Interval.minutes(1)...Interval.days(365), "Closes any position after this long, whatever its signal says"),
        Binding(
            "trading.closes_on_basis", \.parameters.closesOnBasis, default: false,
            "Whether the basis guard also closes what is open"),
        Binding(
            "trading.closes_on_broken_premise", \.parameters.closesOnBrokenPremise, default: true,
            "Whether a structure that flips against a position closes it"),
        Binding(
            "trading.protection_grace", \.parameters.protectionGrace, default: .seconds(5),
            Interval.milliseconds(100)...Interval.seconds(60),
            "How long a position may be without an accepted stop before it is repaired, then closed, and mark beyond a stop that is not triggered"
        ),
        Binding(
            "trading.answer_grace", \.parameters.answerGrace, default: .seconds(5),
            Interval.milliseconds(100)...Interval.seconds(60), "How long a command may stay unanswered"),
    ]

    static let section = Schema.Section(
        name: "trading", meaning: "How positions are managed.", keys: bindings.map(\.key))
}

extension Settings {
    public func tradingParameters() throws(ConfigurationError) -> TradingParameters {
        var draft = TradingSettings.Draft()
        for binding in TradingSettings.bindings { binding.apply(self, &draft) }
        let rewards = draft.ladderRewards.map { Rate($0, rounding: .nearestEven) ?? .zero }
        let total = draft.ladderShares.reduce(Rate.zero, +)
        guard rewards.count == draft.ladderShares.count, rewards.allSatisfy(\.isPositive),
            draft.ladderShares.allSatisfy(\.isPositive), total <= .one,
            zip(rewards, rewards.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw .incoherent(
                "trading.ladder_rewards must rise and have as many entries as trading.ladder_shares, which add up to at most 1"
            )
        }
        draft.parameters.ladder = zip(rewards, draft.ladderShares).map {
            TradingParameters.LadderStep(multiple: $0, share: $1)
        }
        return draft.parameters
    }
}
