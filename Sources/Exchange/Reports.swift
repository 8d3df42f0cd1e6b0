public import Market
public import Venue

extension SimulatedExchange {
    /// The exchange's time: of the last thing that happened.
    public var time: Timestamp { walk.clock }

    /// The account now, at the venue (no feed latency).
    public var account: AccountReport {
        AccountReport(
            balance: balance, unrealised: Money(raw: equity - balance.raw), initialMargin: Money(raw: initialMargin),
            maintenanceMargin: Money(raw: maintenanceMargin), time: walk.clock)
    }

    /// The position in instrument number `index` now.
    public func position(_ index: Int) -> PositionReport { report(index) }

    /// What is held in instrument number `index` now; the side is without meaning when that is nothing.
    public func held(_ index: Int) -> (side: Side, quantity: Quantity) {
        (markets[index].position.side, Quantity(raw: markets[index].position.quantity))
    }

    /// The bar that was opened last for instrument number `index`.
    public func bar(_ index: Int) -> MarketBar { markets[index].bar }

    /// What was paid (long) or received (short) for what instrument number `index` holds now, exactly.
    public func openCost(_ index: Int) -> (side: Side, cost: Money) {
        let position = markets[index].position
        return (position.side, position.isOpen ? Money(raw: position.cost) : .zero)
    }

    /// Live orders in order of acceptance, each with what is left of it as its quantity.
    public var openOrders: [Order] {
        orders.map { $0.order.changed(quantity: Quantity(raw: $0.remaining), kind: $0.order.kind) }
    }

    /// Initial margin of positions and of everything that resting orders could make of them.
    public var initialMarginWithOrders: Money {
        markets.isEmpty ? .zero : Money(raw: requirement(without: nil, 0, .long, extra: 0))
    }

    /// What instrument number `index` ties up, and the funding that has accrued on it and is not settled.
    public func holding(_ index: Int) -> Holding {
        let position = markets[index].position
        return Holding(
            unrealised: Money(raw: position.unrealised(at: markets[index].now.mark)),
            unsettledFunding: Money(raw: position.accruedFunding(at: walk.clock)),
            initialMargin: Money(raw: position.initialMargin), maintenanceMargin: Money(raw: position.maintenanceMargin)
        )
    }

    func report(_ index: Int) -> PositionReport {
        let position = markets[index].position
        let quantity = Quantity(raw: position.quantity)
        return PositionReport(
            instrument: markets[index].id, side: position.side, quantity: quantity,
            entryPrice: Money(raw: position.cost).price(of: quantity, .nearestEven),
            liquidationPrice: liquidationPrice(index), time: walk.clock)
    }

    /// The mark price at which equity meets maintenance margin with all other positions at their present marks; nil when
    /// no positive price does. Rounded toward the present price.
    public func liquidationPrice(_ index: Int) -> Price? {
        let position = markets[index].position
        guard position.isOpen else { return nil }
        var others = balance.raw
        for place in markets.indices where markets[place].position.isOpen {
            others += markets[place].position.accruedFunding(at: walk.clock)
            if place != index { others += markets[place].position.unrealised(at: markets[place].now.mark) }
        }
        let value = maintenanceMargin - others + position.signedCost
        let numerator = Int128(value) * 100_000_000
        let rounding: Rounding = position.side == .long ? .up : .down
        guard let raw = rounding.divideIfFits(numerator, Int128(position.side.sign * position.quantity)), raw > 0
        else { return nil }
        return Price(raw: raw)
    }
}

/// What one position is worth and needs, at one moment.
public struct Holding: Hashable, Sendable {
    /// Profit at mark price, without funding.
    public let unrealised: Money
    /// Positive when receivable.
    public let unsettledFunding: Money
    public let initialMargin: Money
    public let maintenanceMargin: Money
}
