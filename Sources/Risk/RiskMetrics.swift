public import Market
public import Venue

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

    /// Of the account as reported, with `exposures` at their marks.
    public init(account: AccountReport, exposures: [Exposure], peak: PeakEquity) {
        let load = AccountLoad(
            exposures, initialMargin: account.initialMargin, maintenanceMargin: account.maintenanceMargin)
        self.init(equity: account.equity, load, peak: peak)
    }

    /// Of an account worth `equity` that carries `load`.
    public init(equity: Money, _ load: AccountLoad, peak: PeakEquity) {
        drawdown = peak.drawdown(at: equity)
        marginUtilisation = Self.ratio(load.initialMargin, equity)
        effectiveLeverage = Self.ratio(load.gross, equity)
        liquidationDistance = Liquidation.distance(equity: equity, load)
        positions = load.positions
    }

    /// Without equity any load is beyond every limit.
    static func ratio(_ load: Money, _ equity: Money) -> Rate {
        guard load.isPositive else { return .zero }
        guard equity.isPositive else { return .greatest }
        return load.ratio(to: equity, .up) ?? .greatest
    }
}
