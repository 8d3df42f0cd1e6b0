public import Market

/// The answer to a proposal, with every gate that could be evaluated, its value and its limit.
public enum RiskVerdict: Hashable, Sendable {
    case approved(Approved<EntryPlan>, checks: [Check<RiskRule>])
    /// The first gate that failed, in the order of `RiskRule`; `checks` lists all that did.
    case refused(RiskRule, checks: [Check<RiskRule>])

    /// In the order of `RiskRule`. Gates that are switched off, or whose inputs are unknown, are absent; unknown
    /// inputs have a failed check of their own.
    public var checks: [Check<RiskRule>] {
        switch self {
        case .approved(_, let checks), .refused(_, let checks): checks
        }
    }

    public var plan: EntryPlan? {
        switch self {
        case .approved(let approved, _): approved.plan
        case .refused: nil
        }
    }

    /// Every violated rule.
    public var violations: [RiskRule] { checks.filter { !$0.passed }.map(\.name) }
}
