import Market

/// One public trade.
struct TradePrint: Hashable, Sendable {
    /// Contiguous in its market.
    let number: Int64
    let time: Timestamp
    let price: Price
    let quantity: Quantity
    /// Of the taker.
    let side: Side
}
