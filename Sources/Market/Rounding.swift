/// How a result between two representable values is decided. Every division of exact numbers names one.
public enum Rounding: Sendable {
    /// Toward minus infinity.
    case down
    /// Toward plus infinity.
    case up
    /// Toward zero: sizes, so that a position is never larger than risked for.
    case towardZero
    /// Away from zero: costs, so that they are never understated.
    case awayFromZero
    /// To the nearest, ties to the even neighbour: no drift over many roundings.
    case nearestEven

    /// `numerator / denominator`, rounded. Traps when the result does not fit or `denominator` is zero.
    @inlinable @inline(__always)
    public func divide(_ numerator: Int128, _ denominator: Int128) -> Int64 {
        // Hardware division: the common case is many times quicker than 128 bits.
        if let narrow = Int64(exactly: numerator), let divisor = Int64(exactly: denominator),
            narrow != .min || divisor != -1
        {
            return divide(narrow, by: divisor)
        }
        return Int64(wide(numerator, denominator))
    }

    /// As `divide`, or nil when the result does not fit.
    @inlinable public func divideIfFits(_ numerator: Int128, _ denominator: Int128) -> Int64? {
        if let narrow = Int64(exactly: numerator), let divisor = Int64(exactly: denominator),
            narrow != .min || divisor != -1
        {
            return divide(narrow, by: divisor)
        }
        return Int64(exactly: wide(numerator, denominator))
    }

    /// The quotient fits.
    @inlinable @inline(__always)
    func divide(_ numerator: Int64, by denominator: Int64) -> Int64 {
        let quotient = numerator / denominator
        let remainder = numerator % denominator
        if remainder == 0 { return quotient }
        // A remainder means a divisor of two or more: there is room for one.
        let away: Int64 = (numerator < 0) == (denominator < 0) ? 1 : -1
        switch self {
        case .towardZero: return quotient
        case .awayFromZero: return quotient + away
        case .down: return away < 0 ? quotient - 1 : quotient
        case .up: return away > 0 ? quotient + 1 : quotient
        case .nearestEven:
            let part = remainder.magnitude
            let rest = denominator.magnitude - part
            return part > rest || (part == rest && quotient % 2 != 0) ? quotient + away : quotient
        }
    }

    @usableFromInline @inline(never)
    func wide(_ numerator: Int128, _ denominator: Int128) -> Int128 {
        let divisor = denominator.magnitude
        let dividend = numerator.magnitude
        let high = UInt64(truncatingIfNeeded: dividend >> 64)
        if divisor <= UInt64.max, high < UInt64(truncatingIfNeeded: divisor) {
            // One machine division of 128 by 64 bits.
            let narrow = UInt64(truncatingIfNeeded: divisor)
            let (whole, rest) = narrow.dividingFullWidth((high, UInt64(truncatingIfNeeded: dividend)))
            let isNegative = (numerator < 0) != (denominator < 0)
            let size = Int128(whole) + (goesAway(whole, rest, of: narrow, isNegative) ? 1 : 0)
            return isNegative ? -size : size
        }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return adjust(quotient, remainder, numerator, denominator)
    }

    /// `a × b / scale`, rounded, where `scale` is written in the call: no machine division is left of it then, unless the
    /// result is very large. `scale` lies between 2²² and 2⁴². Traps when the result does not fit.
    @inlinable @inline(__always)
    public func product(_ a: Int64, _ b: Int64, over scale: UInt64) -> Int64 {
        let (high, low) = a.magnitude.multipliedFullWidth(by: b.magnitude)
        guard high < 1 << 20 else { return divide(Int128(a) * Int128(b), Int128(scale)) }
        // 2⁶⁴ is `times` scales and `beyond`.
        let times = UInt64.max / scale
        let beyond = UInt64.max % scale &+ 1
        let part = low % scale &+ high &* beyond
        let whole = high &* times &+ low / scale &+ part / scale
        let isNegative = (a < 0) != (b < 0)
        let size = Int64(bitPattern: whole &+ (goesAway(whole, part % scale, of: scale, isNegative) ? 1 : 0))
        return isNegative ? 0 &- size : size
    }

    /// Whether a quotient of the size `whole`, which leaves `rest` of `divisor`, is rounded to the next larger size.
    @inlinable @inline(__always)
    func goesAway(_ whole: UInt64, _ rest: UInt64, of divisor: UInt64, _ isNegative: Bool) -> Bool {
        switch self {
        case .towardZero: return false
        case .awayFromZero: return rest != 0
        case .down: return rest != 0 && isNegative
        case .up: return rest != 0 && !isNegative
        case .nearestEven:
            let missing = divisor - rest
            return rest > missing || (rest == missing && whole % 2 != 0)
        }
    }

    func adjust(
        _ quotient: Int128, _ remainder: Int128, _ numerator: Int128, _ denominator: Int128
    ) -> Int128 {
        if remainder == 0 { return quotient }
        let away: Int128 = (numerator < 0) == (denominator < 0) ? 1 : -1
        switch self {
        case .towardZero: return quotient
        case .awayFromZero: return quotient + away
        case .down: return away < 0 ? quotient - 1 : quotient
        case .up: return away > 0 ? quotient + 1 : quotient
        case .nearestEven:
            let twice = remainder.magnitude * 2
            let whole = denominator.magnitude
            if twice > whole || (twice == whole && quotient % 2 != 0) { return quotient + away }
            return quotient
        }
    }

    @inlinable func apply(_ value: Double) -> Double {
        switch self {
        case .down: value.rounded(.down)
        case .up: value.rounded(.up)
        case .towardZero: value.rounded(.towardZero)
        case .awayFromZero: value.rounded(.awayFromZero)
        case .nearestEven: value.rounded(.toNearestOrEven)
        }
    }
}
