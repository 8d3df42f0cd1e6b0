public import Market
import Wire

/// An amount of coin on a spot market, exact to 10⁻⁸, the most decimals that the exchange uses; up to 92 billion coins.
/// Contracts are counted in `Quantity` instead.
@frozen public struct SpotQuantity: FixedPoint {
    public static var decimals: Int { 8 }
    @inlinable public static var scale: Int64 { 100_000_000 }
    public let raw: Int64
    @inlinable public init(raw: Int64) { self.raw = raw }
}

/// Seconds with nine decimals: an instant as REST trades write it.
struct FractionalSeconds: FixedPoint {
    static var decimals: Int { 9 }
    static var scale: Int64 { 1_000_000_000 }
    let raw: Int64
}
