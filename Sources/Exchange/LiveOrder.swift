import Market
import Venue

/// An order that rests at the venue and what it waits for.
struct LiveOrder: Sendable {
    let order: Order
    let market: Int
    /// Raw quantity not yet filled.
    var remaining: Int64
    /// The watched series: last trades for limits.
    let source: TriggerSource
    /// Waits for a price at or below `level`; else at or above.
    let falls: Bool
    /// Raw price at which it acts.
    let level: Int64
    /// Does nothing before the path's next point: it met its price on arrival, or took all there was to trade.
    var waits = false

    /// Nil for an order that never rests. `margin` is how far a limit must be traded through.
    init?(_ order: Order, market: Int, remaining: Int64, through margin: Int64) {
        self.order = order
        self.market = market
        self.remaining = remaining
        switch order.kind {
        case .limit(let price), .postOnly(let price):
            source = .last
            falls = order.side == .long
            level = price.raw - order.side.sign * margin
        case .stopMarket(let trigger, let watched):
            source = watched
            falls = order.side == .short
            level = trigger.raw
        case .takeProfitMarket(let trigger, let watched):
            source = watched
            falls = order.side == .long
            level = trigger.raw
        case .market:
            return nil
        }
    }

    func isReached(_ point: PricePoint) -> Bool {
        let price = point.price(source)
        return falls ? price <= level : price >= level
    }
}

extension OrderKind {
    /// The limit or the trigger; nil for a market order.
    var price: Price? {
        switch self {
        case .limit(let price), .postOnly(let price): price
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        case .market: nil
        }
    }

    var isStop: Bool {
        switch self {
        case .stopMarket: true
        case .limit, .postOnly, .market, .takeProfitMarket: false
        }
    }

    var isTrigger: Bool {
        switch self {
        case .stopMarket, .takeProfitMarket: true
        case .limit, .postOnly, .market: false
        }
    }

    func repriced(_ price: Price) -> OrderKind {
        switch self {
        case .limit: .limit(price)
        case .postOnly: .postOnly(price)
        case .market: .market
        case .stopMarket(_, let source): .stopMarket(trigger: price, source)
        case .takeProfitMarket(_, let source): .takeProfitMarket(trigger: price, source)
        }
    }
}

extension Order {
    func changed(quantity: Quantity, kind: OrderKind) -> Order {
        Order(
            id: id, instrument: instrument, side: side, quantity: quantity, kind: kind, reduceOnly: reduceOnly,
            role: role, worst: kind.isTrigger ? worst : nil)
    }
}
