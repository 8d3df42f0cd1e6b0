import KrakenServer
import Market
import Trading

/// Settings and orders under which the demo market shows what is to be seen.
public enum Drill {
    /// The strategy that trades most, with all that could keep it from trading switched off.
    public static let busy = [
        "strategy.preset=ema-cross", "risk.gates=none", "risk.per_trade=0.05%", "risk.leverage_cap=10",
        "risk.size_includes_costs=false",
    ]

    /// Entries that rest, within hours instead of days.
    public static let resting = [
        "strategy.preset=intraday", "strategy.bias_timeframes=1h,15m", "strategy.decision_timeframe=5m",
        "strategy.refinement_timeframe=1m", "strategy.minimum_adx=0", "strategy.minimum_volatility=0",
        "strategy.maximum_volatility=1", "strategy.requires_sweep=false", "strategy.requires_divergence=false",
        "strategy.discount=1", "strategy.minimum_reward=0.1", "strategy.bias_average=20", "strategy.bias_band=0",
        "strategy.warm_bias_timeframes=1", "risk.gates=none", "risk.per_trade=0.05%", "risk.leverage_cap=10",
        "risk.size_includes_costs=false",
    ]

    /// Days of the demo market before a drill begins.
    public static let past = 20
}

extension Scenario {
    /// By the settings of `Drill.busy`: positions that are closed in parts under stops that follow, a halt while one is
    /// held, a release, and the next entry.
    public func managedLife() -> Scenario {
        var life = life(from: .minutes(626), for: .minutes(100))
        life.trading.usesSignalTargets = false
        life.trading.ladder = [
            .init(multiple: .basisPoints(3_000), share: .basisPoints(4_000)),
            .init(multiple: .basisPoints(25_000), share: .basisPoints(4_000)),
        ]
        life.script.world = [
            WorldFault(.halt, at: life.start + .minutes(40), lasting: .zero),
            WorldFault(.release, at: life.start + .minutes(44), lasting: .zero),
        ]
        return life
    }

    /// By the settings of `Drill.resting`: an entry that is half filled in the moment in which the operator's halt
    /// cancels it, its stop, and a release.
    public func restingLife() -> Scenario {
        var life = life(from: .minutes(375), for: .minutes(30))
        let halt = life.start + .minutes(20)
        life.script.exchange = [.init(.partialFillBeforeCancel, at: halt - .minutes(1), count: 2, lasting: .minutes(5))]
        life.script.world = [
            WorldFault(.halt, at: halt, lasting: .zero), WorldFault(.release, at: halt + .minutes(4), lasting: .zero),
        ]
        return life
    }

    private func life(from wait: Interval, for length: Interval) -> Scenario {
        var life = self
        life.start = start + wait
        life.length = length
        life.faultEvery = nil
        life.script = WorldPlan()
        return life
    }
}
