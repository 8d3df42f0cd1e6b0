import Market
import Strategy
import Trading
import Venue

/// What became of one setup in one of the two runs.
struct SetupRecord: Sendable {
    /// The decision that ordered its entry; nil when it was refused.
    var taken: Decision?
    /// The last time that it was refused.
    var refused: Decision?
    /// Asked for by entry orders.
    var ordered = Quantity.zero
    var abandoned: EntryAbandonment?
    var executions: [Execution] = []
    /// When it ended; nil while it is open and when nothing was filled.
    var trade: Trade?
    /// Orders that may still fill, and what was last asked of them.
    var orders: [OrderID: Order] = [:]
    /// What was meant when each market order was sent.
    var touches: [OrderID: Price] = [:]
    /// Target prices that were ever asked for.
    var targets: Set<Price> = []

    /// Either decision; nil when the setup was never seen.
    var decision: Decision? { taken ?? refused }

    /// Bought or sold by its entry.
    var entered: Quantity {
        executions.reduce(.zero) { $1.role == .entry ? $0 + $1.quantity : $0 }
    }

    var isOpen: Bool { entered.isPositive && trade == nil }
}

/// The result of a finished trade, taken apart: `net = ideal - latency - slippage - fees + funding`.
struct Anatomy {
    let net: Money
    /// What it would have made at the prices that were meant.
    let ideal: Money
    let latency: Money
    let slippage: Money
    let fees: Money
    let funding: Money
    let entered: Quantity
    /// How it was left: the roles of its exits in their order, each once, and what ended it.
    let exits: [OrderRole]
    let reason: ExitReason

    /// Nil when the setup has no finished trade.
    init?(_ record: SetupRecord) {
        guard let trade = record.trade else { return nil }
        net = trade.net
        latency = record.executions.reduce(.zero) { $0 + $1.latency }
        slippage = record.executions.reduce(.zero) { $0 + $1.slippage }
        ideal = trade.gross + latency + slippage
        fees = trade.fees
        funding = trade.funding
        entered = record.entered
        var exits: [OrderRole] = []
        for leg in trade.legs where leg.role != .entry && exits.last != leg.role { exits.append(leg.role) }
        self.exits = exits
        reason = trade.exitReason
    }

    /// The same trade with another size.
    init(_ other: Anatomy, sized quantity: Quantity) {
        func scaled(_ amount: Money) -> Money {
            Money(
                raw: Rounding.nearestEven.divide(
                    Int128(amount.raw) * Int128(quantity.raw), Int128(other.entered.raw)))
        }
        ideal = scaled(other.ideal)
        latency = scaled(other.latency)
        slippage = scaled(other.slippage)
        fees = scaled(other.fees)
        funding = scaled(other.funding)
        net = ideal - latency - slippage - fees + funding
        entered = quantity
        exits = other.exits
        reason = other.reason
    }
}
