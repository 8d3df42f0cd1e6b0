public import Market
public import Venue

extension SimulatedExchange {
    /// The best price that an order of `side` can take now: the ask for a buy, the bid for a sale.
    func touch(_ side: Side, _ market: Int) -> Int64 {
        let last = markets[market].now.last
        return onGrid(last + side.sign * markets[market].halfSpread(at: last, configuration.halfSpread), side, market)
    }

    /// A taker's price on the tick grid where the venue trades on it, rounded against the taker.
    private func onGrid(_ price: Int64, _ side: Side, _ market: Int) -> Int64 {
        guard configuration.tradesOnTick else { return price }
        return Price(raw: price).rounded(to: terms[market].tick, side == .long ? .up : .down).raw
    }

    /// The last price that a market order may trade at.
    func bandPrice(_ side: Side, _ market: Int) -> Int64 {
        let last = markets[market].now.last
        return last + side.sign * Price(raw: last).times(configuration.marketBand, .down).raw
    }

    /// What a taker of `wanted` gets up to the price `bound`, and the average price. The book is a straight ramp: the
    /// price moves by impact × share of the bar's volume.
    private mutating func quote(
        _ side: Side, _ market: Int, _ wanted: Int64, bound: Int64
    ) -> (quantity: Int64, price: Int64) {
        if !depths.isEmpty, let depth = depths[market] { return walk(depth, side, market, wanted, bound: bound) }
        let start = touch(side, market)
        let room = side.sign * (bound - start)
        guard room >= 0 else { return (0, start) }
        var quantity = min(wanted, budget(market))
        let slope = Price(raw: markets[market].now.last).times(configuration.impact, .up).raw
        let volume = slope == 0 ? 1 : tradedVolume(market)
        guard volume > 0 else { return (0, start) }
        if slope > 0 {
            quantity = min(quantity, Rounding.down.divideIfFits(Int128(room) * Int128(volume), Int128(slope)) ?? .max)
        }
        if quantity < wanted { quantity -= quantity % terms[market].lot.raw }
        guard quantity > 0 else { return (0, start) }
        return (quantity, onGrid(start + side.sign * scaled(slope, quantity, over: volume, .up), side, market))
    }

    /// Takes from a book up to the price `bound`: all that is there of `wanted`, in whole lots, at the average price, which
    /// is no better than the bar's own touch: the book may have been seen before the bar.
    private mutating func walk(
        _ depth: Depth, _ side: Side, _ market: Int, _ wanted: Int64, bound: Int64
    ) -> (quantity: Int64, price: Int64) {
        let now = touch(side, market)
        guard side.sign * (bound - now) >= 0 else { return (0, now) }
        var taken: Int64 = 0
        var cost: Int128 = 0
        for level in depth.levels(for: side) {
            guard taken < wanted, side.sign * (bound - level.price.raw) >= 0 else { break }
            let there = level.quantity.raw - level.quantity.raw % terms[market].lot.raw
            let part = min(wanted - taken, there)
            taken += part
            cost += Int128(part) * Int128(level.price.raw)
        }
        guard taken > 0 else { return (0, now) }
        depths[market] = depth.without(Quantity(raw: taken), for: side)
        let average = (side == .long ? Rounding.up : .down).divide(cost, Int128(taken))
        return (taken, onGrid(side == .long ? max(average, now) : min(average, now), side, market))
    }

    /// The bar's volume, raw.
    func tradedVolume(_ market: Int) -> Int64 {
        guard markets[market].bar.openTime == walk.times.0 else { return 0 }
        return Quantity(markets[market].bar.volume, rounding: .down)?.raw ?? .max
    }

    /// What we may still trade on this segment: a third of the bar's share, whatever was not used being lost.
    private mutating func budget(_ market: Int) -> Int64 {
        guard let participation = configuration.participation else { return .max }
        let segment = walk.time(of: walk.point - 1)
        if let left = markets[market].budget, markets[market].budgetSegment == segment { return left }
        let whole = Quantity(raw: tradedVolume(market)).times(participation, .down).raw / 3
        markets[market].budget = whole
        markets[market].budgetSegment = segment
        return whole
    }

    /// Trades at once up to `bound` and returns what was filled.
    mutating func take(_ order: Order, _ market: Int, _ wanted: Int64, bound: Int64) -> Int64 {
        let most = order.reduceOnly ? min(wanted, reducible(order.side, market)) : wanted
        guard most > 0 else { return 0 }
        let (quantity, price) = quote(order.side, market, most, bound: bound)
        guard quantity > 0 else { return 0 }
        fill(order, market, quantity, price, .taker)
        return quantity
    }

    /// A market order: what cannot be had within the band is cancelled.
    mutating func takeAndCancel(_ order: Order, _ market: Int, _ wanted: Int64) {
        let most = order.reduceOnly ? min(wanted, reducible(order.side, market)) : wanted
        let taken = take(order, market, wanted, bound: bandPrice(order.side, market))
        guard taken < wanted else { return }
        let reason: CancelReason = taken == most ? .nothingToReduce : .notFilledInBand
        emit(.cancelled(order.id, reason, remaining: Quantity(raw: wanted - taken)))
    }

    /// A trigger order's price was reached.
    mutating func fire(_ live: LiveOrder) {
        emit(.triggered(live.order.id))
        if !live.order.reduceOnly, marginRefusal(live.order, live.market, replacing: nil) != nil {
            return emit(
                .cancelled(live.order.id, .insufficientMargin, remaining: Quantity(raw: live.remaining)))
        }
        guard let worst = live.order.worst else { return takeAndCancel(live.order, live.market, live.remaining) }
        let limit = live.order.changed(quantity: Quantity(raw: live.remaining), kind: .limit(worst))
        let left = live.remaining - take(limit, live.market, live.remaining, bound: worst.raw)
        if left > 0 { rest(limit, live.market, left) }
    }

    /// The market has come to a resting limit: it fills at its own price, even if the market jumped beyond it.
    mutating func fillResting(_ place: Int) {
        let live = orders[place]
        guard let limit = live.order.kind.price else { return }
        let allowed = budget(live.market)
        var quantity = min(live.remaining, allowed)
        if live.order.reduceOnly { quantity = min(quantity, reducible(live.order.side, live.market)) }
        if quantity < live.remaining { quantity -= quantity % terms[live.market].lot.raw }
        guard quantity > 0 else {
            orders[place].waits = true
            return
        }
        orders[place].remaining -= quantity
        orders[place].waits = true
        if orders[place].remaining == 0 { remove(place) }
        fill(live.order, live.market, quantity, limit.raw, .maker)
    }

    /// Somebody trades with a resting limit order, at its price, whatever the market does: part of it at most what is
    /// left. Nothing happens when there is no such order.
    public mutating func meet(_ id: OrderID, _ quantity: Quantity) {
        guard let place = orders.firstIndex(where: { $0.order.id == id }), !orders[place].order.kind.isTrigger,
            let limit = orders[place].order.kind.price
        else { return }
        let live = orders[place]
        var traded = min(live.remaining, quantity.raw)
        if live.order.reduceOnly { traded = min(traded, reducible(live.order.side, live.market)) }
        guard traded > 0 else { return }
        orders[place].remaining -= traded
        if orders[place].remaining == 0 { remove(place) }
        fill(live.order, live.market, traded, limit.raw, .maker)
    }

    private mutating func fill(
        _ order: Order, _ market: Int, _ quantity: Int64, _ price: Int64, _ liquidity: Liquidity
    ) {
        let notional = Money(raw: worth(price, quantity, .nearestEven))
        let fee = terms[market].fees.fee(on: notional, liquidity)
        if let left = markets[market].budget { markets[market].budget = left - quantity }
        settleFunding(market)
        book(order.id, order.side, market, quantity, price, fee: fee, liquidity, .order)
        emit(.account(account))
    }

    /// Books one execution: cash, position, totals, and what the trader hears of it.
    mutating func book(
        _ id: OrderID, _ side: Side, _ market: Int, _ quantity: Int64, _ price: Int64, fee: Money,
        _ liquidity: Liquidity, _ cause: FillCause
    ) {
        let notional = worth(price, quantity, .nearestEven)
        let wasOpen = markets[market].position.isOpen
        let realised = Money(raw: markets[market].position.book(side, quantity, notional: notional))
        balance += realised - fee
        totals.realised += realised
        totals.fees += fee
        totals.fills += 1
        if liquidity == .taker {
            let slipped = side.sign * (price - markets[market].now.last)
            totals.slippage += Money(raw: worth(slipped, quantity, .nearestEven))
        }
        let isOpen = markets[market].position.isOpen
        openPositions += (isOpen ? 1 : 0) - (wasOpen ? 1 : 0)
        positionChanged(market)
        fillCount += 1
        emit(
            .filled(
                Fill(
                    id: fillCount, order: id, instrument: markets[market].id, side: side,
                    quantity: Quantity(raw: quantity), price: Price(raw: price), fee: fee, liquidity: liquidity,
                    cause: cause, time: walk.clock)))
        cancelNothingToReduce(market)
        emit(.position(report(market)))
    }

    private mutating func positionChanged(_ market: Int) {
        if openPositions == 0 {
            nextFundingHour = .never
        } else if nextFundingHour == .never {
            nextFundingHour = walk.clock.floor(to: .hours(1)) + .hours(1)
        }
        markets[market].position.accruedAt = walk.clock
        updateFunding(market)
        updateMargin(market)
        walk.crossingIsStale = true
    }

    /// Reduce-only orders end with the position that they were for.
    private mutating func cancelNothingToReduce(_ market: Int) {
        var place = 0
        while place < orders.count {
            let live = orders[place]
            if live.market == market, live.order.reduceOnly, reducible(live.order.side, market) == 0 {
                cancel(place, .nothingToReduce)
            } else {
                place += 1
            }
        }
    }
}
