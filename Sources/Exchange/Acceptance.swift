import Market
import Venue

extension SimulatedExchange {
    /// A command has arrived at the venue.
    mutating func handle(_ flight: CommandInFlight) {
        if let market = flight.market { markets[market].commandsInFlight -= 1 }
        walk.crossingIsStale = true
        switch flight.command {
        case .place(let order): place(order, flight.market)
        case .amend(let id, let instrument, let quantity, let price): amend(id, instrument, quantity, price)
        case .cancel(let id, let instrument):
            guard let found = find(id, instrument) else { return emit(.notFound(id)) }
            cancel(found, .requested)
        }
    }

    private func find(_ id: OrderID, _ instrument: InstrumentID) -> Int? {
        for place in orders.indices where orders[place].order.id == id {
            return orders[place].order.instrument == instrument ? place : nil
        }
        return nil
    }

    private mutating func place(_ order: Order, _ market: Int?) {
        // An id is used up by arriving, whatever became of it: a resend must find out.
        guard seen.insert(order.id).inserted else { return emit(.rejected(order.id, .duplicateOrder)) }
        guard let market else { return emit(.rejected(order.id, .unknownInstrument)) }
        guard markets[market].hasPrices else { return emit(.rejected(order.id, .marketSuspended)) }
        if orders.count >= configuration.maximumOrders { return emit(.rejected(order.id, .tooManyOrders)) }
        if let reason = refusal(order, market, replacing: nil) { return emit(.rejected(order.id, reason)) }
        emit(.accepted(order.id))
        work(order, market)
    }

    /// The new size is what shall be open from now on, apart from what has been filled: Kraken's relative mode.
    private mutating func amend(_ id: OrderID, _ instrument: InstrumentID, _ quantity: Quantity, _ price: Price?) {
        guard let found = find(id, instrument) else { return emit(.notFound(id)) }
        let live = orders[found]
        let kind = price.map { live.order.kind.repriced($0) } ?? live.order.kind
        let changed = live.order.changed(quantity: quantity, kind: kind)
        if let reason = refusal(changed, live.market, replacing: found) { return emit(.rejected(id, reason)) }
        emit(.amended(id))
        remove(found)
        work(changed, live.market)
    }

    /// Lets an accepted order trade what it can at once and rest with what is left, if its kind rests.
    private mutating func work(_ order: Order, _ market: Int) {
        switch order.kind {
        case .market:
            takeAndCancel(order, market, order.quantity.raw)
        case .limit(let price):
            let taken = take(order, market, order.quantity.raw, bound: price.raw)
            let left = order.quantity.raw - taken
            if left > 0 { rest(order, market, left) }
        case .postOnly, .stopMarket, .takeProfitMarket:
            rest(order, market, order.quantity.raw)
        }
    }

    mutating func rest(_ order: Order, _ market: Int, _ remaining: Int64) {
        let isPessimistic = configuration.path == .worst
        let through = isPessimistic ? terms[market].tick.raw : 0
        guard var live = LiveOrder(order, market: market, remaining: remaining, through: through) else { return }
        if order.reduceOnly, reducible(order.side, market) == 0 {
            return emit(.cancelled(order.id, .nothingToReduce, remaining: Quantity(raw: remaining)))
        }
        if live.isReached(markets[market].now) {
            // A trigger that is already reached fires at once, as at Kraken. A limit waits for a trade to come to it.
            if order.kind.isTrigger { return fire(live) }
            live.waits = true
        }
        orders.append(live)
        markets[market].liveOrders += 1
    }

    /// Takes an order out of the book without a word.
    mutating func remove(_ place: Int) {
        markets[orders[place].market].liveOrders -= 1
        orders.remove(at: place)
        walk.crossingIsStale = true
    }

    mutating func cancel(_ place: Int, _ reason: CancelReason) {
        let live = orders[place]
        remove(place)
        emit(.cancelled(live.order.id, reason, remaining: Quantity(raw: live.remaining)))
    }

    /// Why the venue refuses this order now; nil when it takes it. `replacing` is the order that it takes the place of.
    private func refusal(_ order: Order, _ market: Int, replacing: Int?) -> RejectReason? {
        let terms = self.terms[market]
        if order.quantity < terms.minimum { return .quantityTooSmall }
        if !order.quantity.isMultiple(of: terms.lot) { return .quantityOffLot }
        if order.quantity > terms.maximumPosition { return .quantityTooLarge }
        if let price = order.kind.price, !price.isPositive || !price.isMultiple(of: terms.tick) {
            return .priceOffTick
        }
        if let worst = order.worst, !worst.isPositive || !worst.isMultiple(of: terms.tick) { return .priceOffTick }
        if order.reduceOnly {
            if reducible(order.side, market) == 0 { return .reduceOnlyWouldIncrease }
        } else if exposure(order.side, market, without: replacing) + order.quantity.raw > terms.maximumPosition.raw {
            return .quantityTooLarge
        }
        switch order.kind {
        case .postOnly(let price):
            if order.side.sign * (price.raw - touch(order.side, market)) >= 0 { return .postOnlyWouldTrade }
        case .limit, .market, .stopMarket, .takeProfitMarket:
            break
        }
        return order.reduceOnly ? nil : marginRefusal(order, market, replacing: replacing)
    }

    /// What a reduce-only order of this side could still take off the position.
    func reducible(_ side: Side, _ market: Int) -> Int64 {
        let position = markets[market].position
        return position.isOpen && position.side != side ? position.quantity : 0
    }

    /// The position that all resting orders of `side` would make, counted in that direction.
    private func exposure(_ side: Side, _ market: Int, without: Int?) -> Int64 {
        let position = markets[market].position
        var total = position.isOpen ? side.sign * position.side.sign * position.quantity : 0
        for place in orders.indices where place != without {
            let live = orders[place]
            if live.market == market, live.order.side == side, !live.order.reduceOnly { total += live.remaining }
        }
        return total
    }
}
