import Market
import Venue

/// One fill and what it cost beside what was meant.
struct Execution: Hashable, Sendable {
    let role: OrderRole
    /// The side of the fill: `long` bought.
    let side: Side
    let quantity: Quantity
    /// What was meant to be paid: a limit, a trigger, or for a market order the other side of the market at the close of
    /// the candle that it was decided on.
    let intended: Price
    /// For a market order the other side of the market when it filled; else `intended`.
    let arrival: Price
    let price: Price
    let time: Timestamp

    /// Paid because the market moved before the order took effect; negative when it moved our way.
    var latency: Money { Self.cost(side, quantity, from: intended, to: arrival) }
    /// Paid beyond the market that the order met; negative for a better price.
    var slippage: Money { Self.cost(side, quantity, from: arrival, to: price) }

    private static func cost(_ side: Side, _ quantity: Quantity, from: Price, to: Price) -> Money {
        // By notionals, as fills are booked: the parts of one price then add up to it exactly.
        let difference = to.notional(of: quantity, .nearestEven) - from.notional(of: quantity, .nearestEven)
        return side == .long ? difference : -difference
    }
}
