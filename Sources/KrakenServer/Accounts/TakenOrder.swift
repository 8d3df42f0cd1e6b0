public import Market

/// An order as it came in, whatever became of it.
public struct TakenOrder: Hashable, Sendable {
    public let clientID: String?
    public let side: Side
    public let quantity: Quantity
    public let reduceOnly: Bool
}

extension LocalExchange {
    /// Orders of an account from `number` on, as `PrivateTruth.ordersSeen` counts them, oldest first.
    public func ordersTaken(from number: Int, ofAccount account: Int = 0) -> [TakenOrder] {
        let orders = accounts[account].orders
        guard number < orders.end else { return [] }
        return (number..<orders.end).compactMap { number in
            orders[number].map { record in
                TakenOrder(
                    clientID: record.ticket.clientID, side: record.ticket.side, quantity: record.ticket.quantity,
                    reduceOnly: record.ticket.reduceOnly)
            }
        }
    }
}
