public import Exchange
public import Market
public import Trading

/// What one pass through the data left behind, before anything is computed from it.
public struct BacktestRun: Sendable {
    public let start: Timestamp
    public let end: Timestamp
    /// Base bars that the core saw, over all markets.
    public let bars: Int
    public let initialEquity: Money
    public let finalEquity: Money
    public let totals: ExchangeTotals
    /// In order of closing.
    public let trades: [Trade]
    public let decisions: [Decision]
    public let abandoned: [EntryAbandonment]
    public let safety: [SafetyChange]
    public let equity: [EquityPoint]
    public let minLiquidationDistance: Rate?
    public let maxEffectiveLeverage: Rate
    public let data: [DataSource]
    public let journalHash: String
    /// The journal as it stood at the instants that were asked for.
    public let checkpoints: [JournalCheckpoint]

    var metricsInput: MetricsInput {
        MetricsInput(
            trades: trades, equity: equity, initial: initialEquity, final: finalEquity, start: start, end: end)
    }
}

/// The journal's hash at one instant: of everything that happened up to then.
public struct JournalCheckpoint: Hashable, Sendable {
    public let time: Timestamp
    public let hash: String
}
