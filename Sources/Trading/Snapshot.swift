public import Market
import Risk
public import Strategy
public import Venue

/// A position as status pages and runners see it.
public struct OpenPosition: Hashable, Sendable {
    public let trade: TradeID
    public let setup: SetupID
    public let instrument: InstrumentID
    public let side: Side
    public let quantity: Quantity
    public let entryPrice: Price
    public let mark: Price
    /// Where the stop stands or is being moved to.
    public let stop: Price
    /// The part that one accepted stop covers.
    public let protected: Quantity
    public let isClosing: Bool
}

extension Trader {
    /// In order of the markets.
    public var openPositions: [OpenPosition] {
        markets.compactMap { market in
            guard let position = market.position, position.isOpen, let id = position.account.id,
                let entry = position.account.entryPrice
            else { return nil }
            return OpenPosition(
                trade: id, setup: position.origin.setup, instrument: market.id, side: position.side,
                quantity: position.quantity, entryPrice: entry, mark: position.mark, stop: position.stop,
                protected: position.protected, isClosing: position.phase != .open)
        }
    }

    /// Whether nothing is held, ordered or awaited in `instrument`: its events need no haste.
    public func isIdle(_ instrument: InstrumentID) -> Bool {
        for index in markets.indices where markets[index].id == instrument { return !watches[index].isBusy }
        return true
    }

    /// Ends the books when the data ends: every open position is valued at its last mark with the taker fee, as
    /// `ExitReason.endOfData`, and forgotten with all its orders. No order is sent and the venue's account does not know
    /// of these exits; a run that wants them there sends `OperatorCommand.flatten` and goes on until it is flat.
    public mutating func endOfData(at time: Timestamp) -> [Trade] {
        var written: [Trade] = []
        for index in markets.indices {
            if var position = markets[index].position, position.isOpen {
                let notional = position.mark.notional(of: position.quantity, .nearestEven)
                let exit = Fill(
                    id: 0, order: OrderID(high: 0, low: 0), instrument: markets[index].id, side: position.side.opposite,
                    quantity: position.quantity, price: position.mark,
                    fee: position.instrument.fees.fee(on: notional, .taker), liquidity: .taker, cause: .order,
                    time: time)
                _ = position.account.leave(exit, .close, by: .endOfData)
                if let trade = position.account.record(position, closedAt: time) { written.append(trade) }
            }
            markets[index].position = nil
            watches[index] = Watch()
        }
        refreshDeadline()
        return written
    }
}
