/// A price in quote currency (US dollars) per unit of base coin, exact to 10⁻¹⁰: below the finest tick that is listed.
@frozen public struct Price: FixedPoint {
    public static var decimals: Int { 10 }
    @inlinable public static var scale: Int64 { 10_000_000_000 }
    public let raw: Int64
    @inlinable public init(raw: Int64) { self.raw = raw }
}

/// An amount of base coin (contracts of one coin), exact to 10⁻⁶. Unsigned in meaning: a side says the direction.
@frozen public struct Quantity: FixedPoint {
    public static var decimals: Int { 6 }
    @inlinable public static var scale: Int64 { 1_000_000 }
    public let raw: Int64
    @inlinable public init(raw: Int64) { self.raw = raw }
}

/// An amount of US dollars, exact to 10⁻⁸.
@frozen public struct Money: FixedPoint {
    public static var decimals: Int { 8 }
    @inlinable public static var scale: Int64 { 100_000_000 }
    public let raw: Int64
    @inlinable public init(raw: Int64) { self.raw = raw }
}

/// A dimensionless fraction (0.01 is one per cent), exact to 10⁻¹²: fees, funding per stated period, distances, leverage.
@frozen public struct Rate: FixedPoint {
    public static var decimals: Int { 12 }
    @inlinable public static var scale: Int64 { 1_000_000_000_000 }
    public let raw: Int64
    @inlinable public init(raw: Int64) { self.raw = raw }

    @inlinable public static var one: Rate { Rate(raw: scale) }
    /// Hundredths of a per cent, exactly.
    @inlinable public static func basisPoints(_ count: Int) -> Rate { Rate(raw: Int64(count) * (scale / 10_000)) }
}

extension Price {
    /// What `quantity` is worth at this price.
    @inlinable public func notional(of quantity: Quantity, _ rounding: Rounding) -> Money {
        // 10 + 6 decimals in, 8 out.
        Money(raw: rounding.product(raw, quantity.raw, over: 100_000_000))
    }
}

extension Money {
    /// How much coin this buys at `price`; nil when the price is not positive or the amount does not fit.
    @inlinable public func quantity(at price: Price, _ rounding: Rounding) -> Quantity? {
        guard price.raw > 0 else { return nil }
        return rounding.divideIfFits(Int128(raw) * 100_000_000, Int128(price.raw)).map(Quantity.init(raw:))
    }

    /// An even share of this amount; `count` must be positive.
    @inlinable public func divided(by count: Int64, _ rounding: Rounding) -> Money {
        precondition(count > 0, "a share needs at least one taker")
        return Money(raw: rounding.divide(Int128(raw), Int128(count)))
    }
}

extension Money {
    /// The average price at which `quantity` is worth this; nil when the quantity is not positive.
    @inlinable public func price(of quantity: Quantity, _ rounding: Rounding) -> Price? {
        guard quantity.raw > 0 else { return nil }
        return rounding.divideIfFits(Int128(raw) * 100_000_000, Int128(quantity.raw)).map(Price.init(raw:))
    }
}
