public import Market
public import Venue

/// A position kept from its fills alone, by the arithmetic of the exchange: for books beside the exchange's own that
/// must agree with it to the last unit.
public struct PositionBook: Hashable, Sendable {
    private var position = Position()

    public init() {}

    /// Books a fill and returns the profit that it realised, before fees.
    public mutating func book(_ fill: Fill) -> Money {
        let notional = worth(fill.price.raw, fill.quantity.raw, .nearestEven)
        return Money(raw: position.book(fill.side, fill.quantity.raw, notional: notional))
    }

    /// Without meaning when flat.
    public var side: Side { position.side }
    public var quantity: Quantity { Quantity(raw: position.quantity) }
    /// Nil when flat.
    public var entryPrice: Price? { Money(raw: position.cost).price(of: quantity, .nearestEven) }
}
