public import Market

/// What the account paid and received since the start. Deposit at the start plus
/// `deposits + realised − fees + funding + shortfall` is the balance, to the last unit.
public struct ExchangeTotals: Hashable, Sendable {
    /// What came in since the start, less what was taken out.
    public internal(set) var deposits = Money.zero
    /// Price profit of everything closed, before fees.
    public internal(set) var realised = Money.zero
    /// Trading and liquidation fees paid; rebates count negative.
    public internal(set) var fees = Money.zero
    /// The part of `fees` that liquidations cost beyond the taker fee.
    public internal(set) var liquidationFees = Money.zero
    /// Funding settled: positive when received.
    public internal(set) var funding = Money.zero
    /// What half spread and impact cost against the last price at the instant of each fill. It is contained in
    /// `realised` or in open positions, never charged apart.
    public internal(set) var slippage = Money.zero
    /// What the venue bore because the account's equity had fallen below zero.
    public internal(set) var shortfall = Money.zero
    public internal(set) var fills = 0
    /// Steps that closed part of a position, and steps that closed it.
    public internal(set) var partialLiquidations = 0
    public internal(set) var liquidations = 0

    public init() {}
}
