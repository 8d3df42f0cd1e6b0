import Market

/// What is held in one contract. The cost is exact: everything that was paid for what is still held, so that when the
/// position is flat, sales minus purchases is what was realised, to the last unit.
struct Position: Hashable, Sendable {
    /// Without meaning when flat.
    var side = Side.long
    /// Raw quantity, never negative.
    var quantity: Int64 = 0
    /// Raw dollars, never negative: the notional at entry.
    var cost: Int64 = 0
    /// Raw dollars required on `cost`.
    var initialMargin: Int64 = 0
    var maintenanceMargin: Int64 = 0
    /// Raw dollars per hour, positive when received.
    var fundingPerHour: Int64 = 0
    /// Raw dollars accrued through `accruedAt` and not settled.
    var accrued: Int64 = 0
    var accruedAt = Timestamp.distantPast

    var isOpen: Bool { quantity != 0 }
    var signedCost: Int64 { quantity == 0 ? 0 : side.sign * cost }

    /// Books a fill and returns the realised profit in raw dollars.
    mutating func book(_ fillSide: Side, _ amount: Int64, notional: Int64) -> Int64 {
        guard isOpen, fillSide != side else {
            side = fillSide
            quantity += amount
            cost += notional
            return 0
        }
        let closing = min(amount, quantity)
        let proceeds = closing == amount ? notional : scaled(notional, closing, over: amount, .nearestEven)
        let spent = closing == quantity ? cost : scaled(cost, closing, over: quantity, .nearestEven)
        let realised = side.sign * (proceeds - spent)
        quantity -= closing
        cost -= spent
        if amount > closing {
            side = fillSide
            quantity = amount - closing
            cost = notional - proceeds
        }
        return realised
    }

    /// Profit at a mark price in raw dollars, rounded against us.
    func unrealised(at mark: Int64) -> Int64 {
        guard isOpen else { return 0 }
        return side == .long ? worth(mark, quantity, .down) - cost : cost - worth(mark, quantity, .up)
    }

    /// Funding accrued and not settled at `instant`, in raw dollars.
    func accruedFunding(at instant: Timestamp) -> Int64 {
        guard isOpen, fundingPerHour != 0, instant > accruedAt else { return accrued }
        let elapsed = (instant - accruedAt).nanoseconds
        return accrued + scaled(fundingPerHour, elapsed, over: Interval.hours(1).nanoseconds, .down)
    }
}
