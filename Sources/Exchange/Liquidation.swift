import Market
import Venue

extension SimulatedExchange {
    /// Closes positions in steps, the one that needs most margin first, until the account meets its maintenance margin:
    /// part by part, and in full at once when there is no equity left. What the account cannot pay, the venue bears.
    mutating func liquidate() {
        advanceToClock()
        cancelIncreasing(.liquidation)
        for index in markets.indices {
            markets[index].liquidationStart = markets[index].position.quantity
            settleFunding(index)
        }
        while openPositions != 0 {
            let left = equity
            guard left < maintenanceMargin, let index = neediest() else { break }
            liquidateStep(index, all: left <= 0)
        }
        if openPositions == 0, balance.isNegative {
            totals.shortfall += -balance
            balance = .zero
        }
        walk.crossingIsStale = true
        marginIsStale = true
        emit(.account(account))
    }

    private func neediest() -> Int? {
        var found: Int?
        for index in markets.indices where markets[index].position.isOpen {
            let need = markets[index].position.maintenanceMargin
            if let best = found, markets[best].position.maintenanceMargin >= need { continue }
            found = index
        }
        return found
    }

    private mutating func liquidateStep(_ index: Int, all: Bool) {
        let position = markets[index].position
        let share = Quantity(raw: markets[index].liquidationStart).times(configuration.liquidationStep, .up)
        let step = share.rounded(to: terms[index].lot, .up).raw
        let isLast = all || step >= position.quantity
        let quantity = isLast ? position.quantity : step
        let side = position.side.opposite
        let price = liquidationFillPrice(side, index, quantity)
        let notional = Money(raw: worth(price, quantity, .nearestEven))
        let penalty = notional.times(configuration.liquidationFee, .up)
        let fee = terms[index].fees.fee(on: notional, .taker) + penalty
        totals.liquidationFees += penalty
        if isLast { totals.liquidations += 1 } else { totals.partialLiquidations += 1 }
        liquidationCount += 1
        book(
            OrderID(high: .max, low: liquidationCount), side, index, quantity, price, fee: fee, .taker,
            isLast ? .liquidation : .partialLiquidation)
    }

    /// A liquidation takes all it needs, at a price that gets no worse than the edge of the band.
    private func liquidationFillPrice(_ side: Side, _ market: Int, _ quantity: Int64) -> Int64 {
        let edge = bandPrice(side, market)
        let slope = Price(raw: markets[market].now.last).times(configuration.impact, .up).raw
        let volume = slope == 0 ? 1 : tradedVolume(market)
        guard volume > 0, let slipped = Rounding.up.divideIfFits(Int128(slope) * Int128(quantity), Int128(volume))
        else { return edge }
        let room = side.sign * (edge - touch(side, market))
        return slipped > room ? edge : touch(side, market) + side.sign * slipped
    }
}
