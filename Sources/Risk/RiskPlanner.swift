import Market
public import Venue

/// Turns proposals into sized plans or named refusals. Cannot be made with incoherent limits.
public struct RiskPlanner: Sendable {
    public let parameters: RiskParameters

    public init(_ parameters: RiskParameters) throws(RiskParameterError) {
        self.parameters = parameters
    }

    /// Sizes `proposal` and evaluates every gate on the state after the trade.
    public func plan(_ proposal: EntryProposal, _ view: RiskView, _ ledger: RiskLedger) -> RiskVerdict {
        .refused(.instrument, checks: [])
    }

    /// The account's present condition: `account` at its present equity, `exposures` at their marks.
    public func metrics(account: AccountReport, exposures: [Exposure], ledger: RiskLedger) -> RiskMetrics {
        RiskMetrics(
            drawdown: .zero, marginUtilisation: .zero, effectiveLeverage: .zero, liquidationDistance: nil, positions: 0)
    }
}

/// All that is wrong with a set of limits.
public struct RiskParameterError: Error, Hashable, Sendable {
    public let incoherences: [RiskIncoherence]
}
public enum RiskIncoherence: Hashable, Sendable {
    case outOfRange(String)
}
