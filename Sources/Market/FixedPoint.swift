/// An exact decimal number held as a count of its smallest unit in an `Int64`.
///
/// Addition and subtraction are exact and trap on overflow: a sum of money that does not fit is a broken invariant,
/// not a number to go on with. Products and quotients pass through 128 bits and name their rounding.
public protocol FixedPoint: Hashable, Comparable, Sendable, CustomStringConvertible, Codable {
    /// Decimal places of the smallest unit: 8 means that `raw` counts hundred-millionths.
    static var decimals: Int { get }
    /// Units in one: 10 to the power of `decimals`.
    static var scale: Int64 { get }
    /// The value in smallest units.
    var raw: Int64 { get }
    init(raw: Int64)
}

extension FixedPoint {
    @inlinable public static var zero: Self { Self(raw: 0) }
    @inlinable public static var greatest: Self { Self(raw: .max) }
    @inlinable public static func < (a: Self, b: Self) -> Bool { a.raw < b.raw }
    @inlinable public static func == (a: Self, b: Self) -> Bool { a.raw == b.raw }
    @inlinable public static func + (a: Self, b: Self) -> Self { Self(raw: a.raw + b.raw) }
    @inlinable public static func - (a: Self, b: Self) -> Self { Self(raw: a.raw - b.raw) }
    @inlinable public static func += (a: inout Self, b: Self) { a = a + b }
    @inlinable public static func -= (a: inout Self, b: Self) { a = a - b }
    @inlinable public static prefix func - (a: Self) -> Self { Self(raw: -a.raw) }
    /// Distance from zero.
    @inlinable public var magnitude: Self { Self(raw: raw < 0 ? -raw : raw) }
    @inlinable public var isZero: Bool { raw == 0 }
    @inlinable public var isPositive: Bool { raw > 0 }
    @inlinable public var isNegative: Bool { raw < 0 }

    /// A whole number, exactly. Traps when it does not fit.
    @inlinable public init(_ whole: Int) { self.init(raw: Int64(whole) * Self.scale) }

    /// The border to binary floating point, for indicators, statistics and plots only: the nearest `Double`.
    @inlinable public var double: Double { Double(raw) / Double(Self.scale) }

    /// The border back from binary floating point; nil when `value` is not finite or does not fit.
    @inlinable public init?(_ value: Double, rounding: Rounding) {
        let scaled = rounding.apply(value * Double(Self.scale))
        guard scaled.isFinite, scaled > -9.2e18, scaled < 9.2e18 else { return nil }
        self.init(raw: Int64(scaled))
    }

    /// The largest (`.down`), smallest (`.up`) or nearest multiple of `step`. `step` must be positive.
    @inlinable public func rounded(to step: Self, _ rounding: Rounding) -> Self {
        precondition(step.raw > 0, "a step is positive")
        return Self(raw: rounding.divide(Int128(raw), Int128(step.raw)) * step.raw)
    }

    @inlinable public func isMultiple(of step: Self) -> Bool { step.raw > 0 && raw % step.raw == 0 }

    /// This amount times `rate`, rounded to the smallest unit.
    @inlinable public func times(_ rate: Rate, _ rounding: Rounding) -> Self {
        Self(raw: rounding.product(raw, rate.raw, over: UInt64(Rate.scale)))
    }

    /// This amount as a fraction of `other`; nil when `other` is zero or the fraction does not fit.
    @inlinable public func ratio(to other: Self, _ rounding: Rounding = .nearestEven) -> Rate? {
        guard other.raw != 0 else { return nil }
        return rounding.divideIfFits(Int128(raw) * Int128(Rate.scale), Int128(other.raw)).map(Rate.init(raw:))
    }
}

@usableFromInline let powersOfTen: [Int64] = {
    var powers: [Int64] = [1]
    for _ in 0..<18 { powers.append((powers.last ?? 1) * 10) }
    return powers
}()
