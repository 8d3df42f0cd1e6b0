/// The digits of a plain decimal of at most 18 digits: nearly every number on the wire.
@usableFromInline struct PlainNumber {
    /// The digits without sign and point.
    @usableFromInline let mantissa: Int64
    /// How many of them stand behind the point.
    @usableFromInline let places: Int
    @usableFromInline let isNegative: Bool

    @inlinable init(mantissa: Int64, places: Int, isNegative: Bool) {
        self.mantissa = mantissa
        self.places = places
        self.isNegative = isNegative
    }

    /// In units of 10 to the power of minus `decimals`, exactly; nil when it has more places or does not fit.
    @inline(__always) @inlinable func exactly(decimals: Int) -> Int64? {
        guard places <= decimals else { return nil }
        let (scaled, overflow) = mantissa.multipliedReportingOverflow(by: Self.powerOfTen(decimals &- places))
        guard !overflow else { return nil }
        return isNegative ? -scaled : scaled
    }

    /// The same, places beyond rounded to nearest: a mark price has eleven.
    @inline(__always) @inlinable func rounded(decimals: Int) -> Int64? {
        guard places > decimals else { return exactly(decimals: decimals) }
        let unit = Self.powerOfTen(places &- decimals)
        let part = mantissa % unit
        var whole = mantissa / unit
        if part > unit &- part || (part == unit &- part && whole & 1 == 1) { whole &+= 1 }
        return isNegative ? -whole : whole
    }

    /// The nearest binary number, when both sides of its one division are exact in binary.
    @inline(__always) @inlinable var double: Double? {
        guard mantissa < 1 << 53 else { return nil }
        let value = Double(mantissa) / Double(Self.powerOfTen(places))
        return isNegative ? -value : value
    }

    /// 10 to the power of `exponent`, from 0 to 18.
    @inlinable static func powerOfTen(_ exponent: Int) -> Int64 {
        switch exponent {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        case 9: 1_000_000_000
        case 10: 10_000_000_000
        case 11: 100_000_000_000
        case 12: 1_000_000_000_000
        case 13: 10_000_000_000_000
        case 14: 100_000_000_000_000
        case 15: 1_000_000_000_000_000
        case 16: 10_000_000_000_000_000
        case 17: 100_000_000_000_000_000
        default: 1_000_000_000_000_000_000
        }
    }
}

extension JSONReader {
    /// Reads a plain decimal of at most 18 digits, bare or in quotes, in one pass; nil, with nothing read, for all else.
    @inlinable mutating func plainNumber() -> PlainNumber? {
        blanks()
        let count = bytes.count
        var index = position
        guard index < count else { return nil }
        let isQuoted = bytes[index] == UInt8(ascii: "\"")
        if isQuoted { index &+= 1 }
        // A number out of quotes begins with a digit or its sign.
        if !isQuoted, bytes[index] == UInt8(ascii: ".") { return nil }
        let isNegative = index < count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index &+= 1 }
        var mantissa: Int64 = 0
        let start = index
        index = digits(from: index, into: &mantissa)
        var digits = index &- start
        var places = 0
        if index < count, bytes[index] == UInt8(ascii: ".") {
            let first = index &+ 1
            index = self.digits(from: first, into: &mantissa)
            places = index &- first
            digits &+= places
        }
        guard digits > 0, digits <= 18, index < count else { return nil }
        if isQuoted {
            guard bytes[index] == UInt8(ascii: "\"") else { return nil }
            index &+= 1
        } else if Self.isOfNumber(bytes[index]) {
            return nil
        }
        position = index
        return PlainNumber(mantissa: mantissa, places: places, isNegative: isNegative)
    }

    /// Appends the digits from `start` on to `mantissa` and returns where they end. With more than 18 the sum is of no
    /// use, and it is not read to their end.
    @inline(__always) @inlinable func digits(from start: Int, into mantissa: inout Int64) -> Int {
        var index = start
        while true {
            let next = LeadingDigits(bytes.word(at: index))
            mantissa = mantissa &* PlainNumber.powerOfTen(next.count) &+ next.value
            index &+= next.count
            if next.count < 8 || index &- start > 18 { return index }
        }
    }
}
