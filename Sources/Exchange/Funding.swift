import Market
import Venue

extension SimulatedExchange {
    /// Fixes the dollars per coin and hour: the rate, within the contract's cap, on the index at the bar's open.
    mutating func fixFunding(_ index: Int) {
        let bar = markets[index].bar
        if markets[index].position.isOpen {
            accrue(index, through: max(bar.openTime, markets[index].position.accruedAt))
        }
        let cap = terms[index].fundingCap
        let rate = max(-cap, min(cap, bar.funding.rate))
        markets[index].statedFunding = bar.funding
        markets[index].funding = HourlyFunding(rate)
        markets[index].fixedIndex = bar.index.open.raw
        markets[index].fixedUntil = bar.openTime.floor(to: .hours(1)) + .hours(1)
        if markets[index].position.isOpen { updateFunding(index) }
    }

    /// Longs pay a positive rate, shorts receive it; rounded against us.
    mutating func updateFunding(_ index: Int) {
        let position = markets[index].position
        let notional = Money(raw: worth(markets[index].fixedIndex, position.quantity, .nearestEven))
        let rate = position.side == .long ? -markets[index].funding.rate : markets[index].funding.rate
        markets[index].position.fundingPerHour = notional.times(rate, .down).raw
    }

    private mutating func accrue(_ index: Int, through instant: Timestamp) {
        markets[index].position.accrued = markets[index].position.accruedFunding(at: instant)
        markets[index].position.accruedAt = instant
    }

    /// Turns what has accrued into cash: on the hour and before the position changes.
    mutating func settleFunding(_ index: Int) {
        guard markets[index].position.isOpen else { return }
        accrue(index, through: max(walk.clock, markets[index].position.accruedAt))
        let amount = Money(raw: markets[index].position.accrued)
        guard !amount.isZero else { return }
        markets[index].position.accrued = 0
        balance += amount
        totals.funding += amount
        emit(
            .funding(
                FundingPayment(
                    instrument: markets[index].id, amount: amount, rate: markets[index].funding, time: walk.clock)
            ))
    }

    mutating func settleHour() {
        nextFundingHour = nextFundingHour + .hours(1)
        for index in markets.indices { settleFunding(index) }
        marginIsStale = true
        emit(.account(account))
    }
}
