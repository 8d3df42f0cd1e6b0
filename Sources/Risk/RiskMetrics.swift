public import Market

/// The account's condition in the five numbers that planner and monitor share: the planner computes them for the state
/// after a trade, the monitor for the present one, by the same function.
public struct RiskMetrics: Hashable, Sendable {
    /// Fall from peak equity as a fraction of it.
    public let drawdown: Rate
    /// Initial margin over equity.
    public let marginUtilisation: Rate
    /// Gross notional at mark over equity.
    public let effectiveLeverage: Rate
    /// Smallest adverse move of mark that liquidates, as a fraction; nil without exposure.
    public let liquidationDistance: Rate?
    public let positions: Int

    init(
        drawdown: Rate, marginUtilisation: Rate, effectiveLeverage: Rate, liquidationDistance: Rate?, positions: Int
    ) {
        self.drawdown = drawdown
        self.marginUtilisation = marginUtilisation
        self.effectiveLeverage = effectiveLeverage
        self.liquidationDistance = liquidationDistance
        self.positions = positions
    }
}
