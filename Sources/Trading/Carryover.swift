public import Market
public import Risk
public import Strategy

/// What a trader at rest must not forget when its journal is put away and it starts again from nothing: what risk
/// remembers, how many trades there were, and which setups were taken, because their order ids are used up.
public struct Carryover: Hashable, Sendable {
    public var risk: RiskMemory
    public var trades: Int
    public var unattributedFunding: Money
    /// Ascending.
    public var setups: [SetupID]

    public init(risk: RiskMemory, trades: Int, unattributedFunding: Money, setups: [SetupID]) {
        self.risk = risk
        self.trades = trades
        self.unattributedFunding = unattributedFunding
        self.setups = setups
    }
}

extension Trader {
    /// Nil while something is held, ordered or under way: then nothing may be put away.
    public var carryover: Carryover? {
        guard isAtRest else { return nil }
        return Carryover(
            risk: ledger.memory, trades: trades, unattributedFunding: unattributedFunding, setups: setups.all)
    }

    mutating func carry(_ over: Carryover) {
        ledger = RiskLedger(over.risk)
        trades = over.trades
        unattributedFunding = over.unattributedFunding
        if let equity = over.risk.equity {
            cash.begin(CashAudit.Agreement(balance: equity, results: results, ledger: ledger))
        }
        for setup in over.setups { setups.insert(setup, at: now) }
    }
}
