public import Market
public import Venue

/// A sized trade with its whole exit, as it is to be sent: the plan that was checked is the plan that is placed.
public struct EntryPlan: Hashable, Sendable {
    public let setup: UInt64
    public let instrument: InstrumentID
    public let side: Side
    public let entry: ProposedEntry
    /// The price that everything was computed from: the limit on its tick, or the ask (bid) for a market entry.
    public let entryPrice: Price
    /// On the tick grid.
    public let stop: Price
    /// Whole lots.
    public let quantity: Quantity
    /// Nearest first, on the tick grid, each at least the exchange's minimum.
    public let slices: [ExitSlice]
    /// What has no target: zero or at least the exchange's minimum.
    public let runner: Quantity
    /// What may be lost: equity x risk fraction x drawdown factor.
    public let budget: Money
    /// One R: dollars between entry and stop for the whole quantity, without costs.
    public let risk: Money
    /// Loss when the stop fills, with fees and assumed slippage.
    public let lossAtStop: Money
    /// Entry and stop fees.
    public let fees: Money
    /// Funding paid over the expected hold; zero when it would be received.
    public let expectedFunding: Money
    public let notional: Money
    public let initialMargin: Money
    /// The mark price at which the account is estimated to be liquidated when only this instrument moves; nil when no
    /// positive price would do it.
    public let liquidationPrice: Price?
    /// The account after this trade.
    public let after: RiskMetrics
}
