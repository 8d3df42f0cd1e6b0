import Market
import Venue

extension SimulatedExchange {
    /// Margin stands on the notional at entry, by the bracket of the whole position.
    mutating func updateMargin(_ index: Int) {
        let notional = Money(raw: markets[index].position.cost)
        if markets[index].position.isOpen {
            let level = terms[index].margin.level(for: notional)
            markets[index].position.initialMargin = notional.times(level.initial, .up).raw
            markets[index].position.maintenanceMargin = notional.times(level.maintenance, .up).raw
        } else {
            markets[index].position.initialMargin = 0
            markets[index].position.maintenanceMargin = 0
        }
        marginIsStale = true
    }

    var initialMargin: Int64 {
        var total: Int64 = 0
        for index in markets.indices { total += markets[index].position.initialMargin }
        return total
    }

    var maintenanceMargin: Int64 {
        var total: Int64 = 0
        for index in markets.indices { total += markets[index].position.maintenanceMargin }
        return total
    }

    /// Cash, profit at mark and accrued funding, now.
    var equity: Int64 {
        var total = balance.raw
        for index in markets.indices where markets[index].position.isOpen {
            let position = markets[index].position
            total += position.unrealised(at: markets[index].now.mark) + position.accruedFunding(at: walk.clock)
        }
        return total
    }

    /// Looks at the worst marks of the running bars once, so that a safe account costs nothing on the way.
    mutating func assessMargin() {
        marginIsStale = false
        var worst = balance.raw
        let horizon = max(walk.clock, walk.times.3)
        for index in markets.indices where markets[index].position.isOpen {
            let position = markets[index].position
            let atNow = position.unrealised(at: markets[index].now.mark)
            worst += min(atNow, position.unrealised(at: markets[index].adverseMark))
            worst += min(position.accrued, position.accruedFunding(at: horizon))
        }
        marginIsSafe = worst >= initialMargin
    }

    /// Acts on what the account lacks after something happened: below maintenance it is liquidated, below initial margin
    /// it loses the orders that would add risk.
    mutating func guardMargin() {
        if marginIsStale { assessMargin() }
        guard !marginIsSafe else { return }
        let worthNow = equity
        if worthNow < maintenanceMargin {
            liquidate()
        } else if worthNow < initialMargin {
            cancelIncreasing(.insufficientMargin)
        }
    }

    mutating func cancelIncreasing(_ reason: CancelReason) {
        var place = 0
        while place < orders.count {
            if orders[place].order.reduceOnly || reducible(orders[place].order.side, orders[place].market) > 0 {
                place += 1
            } else {
                cancel(place, reason)
            }
        }
    }

    /// When equity falls below maintenance margin on the running segment: from now on all marks move in straight lines
    /// and funding accrues evenly, so equity does too. To the microsecond, so that rounding cannot make us creep.
    func liquidationTime() -> Timestamp? {
        guard walk.point >= 1, walk.point <= 3 else { return nil }
        let end = walk.time(of: walk.point)
        guard end > walk.clock else { return nil }
        var atEnd = balance.raw
        for index in markets.indices where markets[index].position.isOpen {
            let position = markets[index].position
            atEnd += position.unrealised(at: markets[index].to.mark) + position.accruedFunding(at: end)
        }
        let required = maintenanceMargin
        let atNow = equity
        guard atEnd < required, atNow > atEnd else { return nil }
        let length = (end - walk.clock).nanoseconds
        let elapsed = max(0, scaled(length, atNow - required, over: atNow - atEnd, .down)) + 1_000
        return min(end, walk.clock + Interval(nanoseconds: elapsed))
    }

    /// Whether the account can carry the order: initial margin for the larger of what all buys and what all sales would
    /// make of each position, and maintenance margin after a fill worse than mark.
    func marginRefusal(_ order: Order, _ market: Int, replacing: Int?) -> RejectReason? {
        let price = expectedPrice(order, market)
        let notional = worth(price, order.quantity.raw, .up)
        let before = requirement(without: replacing, market, order.side, extra: 0)
        let after = requirement(without: replacing, market, order.side, extra: notional)
        guard after > before else { return nil }
        let worthNow = equity
        let fee = terms[market].fees.fee(on: Money(raw: notional), .taker).raw
        if worthNow - fee < after { return .insufficientMargin }
        let worse = max(0, order.side.sign * (price - markets[market].now.mark))
        let loss = worth(worse, order.quantity.raw, .up)
        let level = terms[market].margin.level(for: Money(raw: notional))
        let maintenance = maintenanceMargin + Money(raw: notional).times(level.maintenance, .up).raw
        return worthNow - fee - loss < maintenance ? .wouldLiquidate : nil
    }

    private func expectedPrice(_ order: Order, _ market: Int) -> Int64 {
        let touched = touch(order.side, market)
        switch order.kind {
        case .market: return touched
        case .limit(let price), .postOnly(let price):
            return order.side == .long ? min(price.raw, touched) : max(price.raw, touched)
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): return trigger.raw
        }
    }

    func requirement(without: Int?, _ market: Int, _ side: Side, extra: Int64) -> Int64 {
        var total: Int64 = 0
        for index in markets.indices where markets[index].isActive || index == market {
            var buys: Int64 = index == market && side == .long ? extra : 0
            var sales: Int64 = index == market && side == .short ? extra : 0
            for place in orders.indices where orders[place].market == index && place != without {
                let live = orders[place]
                guard !live.order.reduceOnly, let price = live.order.kind.price else { continue }
                let notional = worth(price.raw, live.remaining, .up)
                if live.order.side == .long { buys += notional } else { sales += notional }
            }
            let held = markets[index].position.signedCost
            let notional = Money(raw: max(abs(held), max(held + buys, sales - held)))
            total += notional.times(terms[index].margin.level(for: notional).initial, .up).raw
        }
        return total
    }
}
