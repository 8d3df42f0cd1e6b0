import Exchange
import Market
import Trading
import Venue

/// The books at the end of a run: they balance to the last unit, or the run is void.
struct ClosingBooks {
    let initial: Money
    let exchange: SimulatedExchange
    /// What was paid (long) or received (short) for what each market still holds.
    let openCosts: [(side: Side, cost: Money)]
    /// All trades, those that the end of the data closed among them.
    let trades: [Trade]
    /// Those that the end of the data closed.
    let closing: [Trade]
    let unattributedFunding: Money

    /// What the account is worth when everything is closed, found in two ways: from the exchange's cash and from the
    /// trades.
    func finalEquity() throws(BacktestError) -> Money {
        var cash = exchange.balance
        for open in openCosts { cash += open.side == .long ? -open.cost : open.cost }
        var fees = exchange.totals.fees
        for trade in closing {
            // The last leg is the valuation: the exchange has not seen it.
            guard let exit = trade.legs.last else { continue }
            let worth = exit.price.notional(of: exit.quantity, .nearestEven)
            cash += (trade.side == .long ? worth : -worth) - exit.fee
            fees += exit.fee
        }
        // Parts first: they say more than the whole.
        let paid = trades.reduce(Money.zero) { $0 + $1.fees }
        guard paid == fees else { throw .notConserved(what: "fees of all trades", expected: fees, found: paid) }
        let funding = trades.reduce(unattributedFunding) { $0 + $1.funding }
        guard funding == exchange.totals.funding else {
            throw .notConserved(what: "funding of all trades", expected: exchange.totals.funding, found: funding)
        }
        let net = trades.reduce(Money.zero) { $0 + $1.net }
        let expected = initial + net + unattributedFunding + exchange.totals.shortfall
        guard cash == expected else { throw .notConserved(what: "final equity", expected: expected, found: cash) }
        return cash
    }
}
