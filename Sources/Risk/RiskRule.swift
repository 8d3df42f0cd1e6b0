/// The gates between a proposed trade and an order, in the order in which they are evaluated. The raw value is the
/// name in decisions, counters and reports.
public enum RiskRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// The contract terms are known and are those of the proposed instrument.
    case instrument
    /// The perpetual's prices are known, fresh and possible.
    case tick
    /// The spot price is known and fresh.
    case spot
    /// The account report is known and fresh, and equity is positive.
    case account
    /// Open positions and entries in flight are known.
    case positions
    /// Stop behind the entry and the market, targets before it, shares at most one.
    case proposal
    /// Drawdown from peak equity is below the halt.
    case drawdown
    /// The day's loss, realised and unrealised, at its worst.
    case dailyLoss = "daily_loss"
    /// Entries sent on this UTC day.
    case dailyEntries = "daily_entries"
    /// The pause after a run of losses.
    case lossStreak = "loss_streak"
    /// The pause of one instrument after a loss in it.
    case symbolCooldown = "symbol_cooldown"
    /// One position or entry in flight per instrument: no pyramiding, no averaging down.
    case onePosition = "one_position"
    /// Positions and entries in flight over all instruments, with this one.
    case positionCount = "position_count"
    /// Distance of mark from spot before entry.
    case basis
    /// The basis guard allows exits only.
    case basisGuard = "basis_guard"
    /// Spread of the perpetual's book.
    case spread
    /// Relative hourly funding, absolute and against its average.
    case fundingSpike = "funding_spike"
    /// Volatility within its usual range.
    case volatility
    /// Loss at the stop within the risk budget.
    case riskBudget = "risk_budget"
    /// Combined open risk of correlated positions in the same direction.
    case correlatedRisk = "correlated_risk"
    /// Gross notional over equity after the trade.
    case leverage
    /// Notional of this position over equity.
    case positionNotional = "position_notional"
    /// The exchange's own limit of position size.
    case exchangeLimit = "exchange_limit"
    /// The position's initial margin against free margin.
    case freeMargin = "free_margin"
    /// Initial margin over equity after the trade.
    case marginUtilisation = "margin_utilisation"
    /// Estimated distance to liquidation after the trade.
    case liquidationDistance = "liquidation_distance"
    /// Liquidation lies well behind the stop.
    case stopBeforeLiquidation = "stop_before_liquidation"
    /// Size and exit slices are executable at the exchange's minimum.
    case exitPlan = "exit_plan"
    /// Fees and expected funding as a part of R.
    case costShare = "cost_share"
    /// Reward to risk, both after costs.
    case netReward = "net_reward"
}
