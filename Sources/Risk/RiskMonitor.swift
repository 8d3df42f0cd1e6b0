public import Market

/// The numbers that the monitor watches, the gravest first.
public enum RiskMetric: String, Hashable, Sendable, Codable, CaseIterable {
    case liquidationDistance = "liquidation_distance"
    case marginUtilisation = "margin_utilisation"
    case effectiveLeverage = "effective_leverage"
    case drawdown
    case positionCount = "position_count"
}

/// What the monitor found.
public enum RiskCondition: Hashable, Sendable {
    case ok
    /// The gravest metric in warning.
    case warn(RiskMetric)
    /// The gravest metric at its halt.
    case halt(RiskMetric)
}

/// One metric held against its ladder.
public struct RiskReading: Hashable, Sendable {
    public let metric: RiskMetric
    /// `.none` when there is no exposure to measure.
    public let value: Measure
    public let warn: Measure
    public let halt: Measure
    public let severity: Severity
}

/// Watches the account by the limits that lie beyond the planner's. Pure: the same metrics always give the same answer.
public struct RiskMonitor: Sendable {
    private let limits: RiskParameters
    /// Nothing is limited, so that every account is `.ok`.
    public let isOff: Bool

    /// By the planner's own limits: one ladder for both.
    public init(_ planner: RiskPlanner) {
        limits = planner.parameters
        isOff =
            limits.liquidationDistance == nil && limits.marginUtilisation == nil && limits.leverageMonitor == nil
            && limits.drawdown == nil && limits.positionCount == nil
    }

    /// A halt before a warning, the gravest metric first. Allocates nothing.
    public func assess(_ metrics: RiskMetrics) -> RiskCondition {
        var warning: RiskMetric?
        var halt: RiskMetric?
        // Spelled out, the gravest last: this runs on every account report, where a walk over a list would cost more
        // than the comparisons.
        func look(_ metric: RiskMetric) {
            switch severity(of: metric, in: metrics) {
            case .ok: break
            case .warn: warning = metric
            case .halt: halt = metric
            }
        }
        look(.positionCount)
        look(.drawdown)
        look(.effectiveLeverage)
        look(.marginUtilisation)
        look(.liquidationDistance)
        return halt.map(RiskCondition.halt) ?? warning.map(RiskCondition.warn) ?? .ok
    }

    /// Every metric that has a ladder, for status and records.
    public func readings(_ metrics: RiskMetrics) -> [RiskReading] {
        Self.order.compactMap { metric in
            let (value, warn, halt) = reading(of: metric, in: metrics)
            guard warn != .none else { return nil }
            return RiskReading(
                metric: metric, value: value, warn: warn, halt: halt, severity: severity(of: metric, in: metrics))
        }
    }

    private static let order = RiskMetric.allCases

    private func severity(of metric: RiskMetric, in metrics: RiskMetrics) -> Severity {
        switch metric {
        case .liquidationDistance:
            guard let ladder = limits.liquidationDistance, let distance = metrics.liquidationDistance else {
                return .ok
            }
            return distance <= ladder.halt ? .halt : distance <= ladder.warn ? .warn : .ok
        case .marginUtilisation:
            guard let ladder = limits.marginUtilisation else { return .ok }
            return rising(metrics.marginUtilisation, ladder.warn, ladder.halt)
        case .effectiveLeverage:
            guard let ladder = limits.leverageMonitor else { return .ok }
            return rising(metrics.effectiveLeverage, ladder.warn, ladder.halt)
        case .drawdown:
            guard let ladder = limits.drawdown else { return .ok }
            return rising(metrics.drawdown, ladder.warn, ladder.halt)
        case .positionCount:
            guard let count = limits.positionCount else { return .ok }
            return rising(metrics.positions, count + 1, count + 2)
        }
    }

    private func rising<Value: Comparable>(_ value: Value, _ warn: Value, _ halt: Value) -> Severity {
        value >= halt ? .halt : value >= warn ? .warn : .ok
    }

    private func reading(
        of metric: RiskMetric, in metrics: RiskMetrics
    ) -> (value: Measure, warn: Measure, halt: Measure) {
        func limit(_ rate: Rate?) -> Measure { rate.map(Measure.rate) ?? .none }
        switch metric {
        case .liquidationDistance:
            let ladder = limits.liquidationDistance
            return (limit(metrics.liquidationDistance), limit(ladder?.warn), limit(ladder?.halt))
        case .marginUtilisation:
            let ladder = limits.marginUtilisation
            return (.rate(metrics.marginUtilisation), limit(ladder?.warn), limit(ladder?.halt))
        case .effectiveLeverage:
            let ladder = limits.leverageMonitor
            return (.rate(metrics.effectiveLeverage), limit(ladder?.warn), limit(ladder?.halt))
        case .drawdown:
            let ladder = limits.drawdown
            return (.rate(metrics.drawdown), limit(ladder?.warn), limit(ladder?.halt))
        case .positionCount:
            guard let count = limits.positionCount else { return (.none, .none, .none) }
            return (.count(metrics.positions), .count(count + 1), .count(count + 2))
        }
    }
}
