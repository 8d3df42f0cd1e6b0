public import Market

extension JSONReader {
    /// Reads a number (or the number in a string) exactly into fixed point, digits beyond the type's own rounded to
    /// nearest. Never through binary floating point.
    @inlinable public mutating func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount
    {
        if let raw = plainAmount(decimals: Amount.decimals) { return Amount(raw: raw) }
        return try number().amount()
    }

    /// Reads an amount that is written as a plain decimal without more digits than its type holds; nil, with nothing
    /// read, for all else.
    @inlinable public mutating func plainAmount<Amount: FixedPoint>(_: Amount.Type = Amount.self) -> Amount? {
        plainAmount(decimals: Amount.decimals).map { Amount(raw: $0) }
    }

    /// Reads a plain decimal of at most 18 digits, bare or in quotes, in one pass; nil, with nothing read, for all else.
    @inlinable mutating func plainAmount(decimals: Int) -> Int64? {
        blanks()
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        var index = position
        let isQuoted = index < count && base[index] == UInt8(ascii: "\"")
        if isQuoted { index &+= 1 }
        let isNegative = index < count && base[index] == UInt8(ascii: "-")
        if isNegative { index &+= 1 }
        // One more than the digits that fit: a longer number is seen to be one.
        let start = index
        let end = min(count, start &+ 20)
        var mantissa: Int64 = 0
        var digit: UInt8 = 0
        while index < end {
            digit = base[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ Int64(digit)
            index &+= 1
        }
        var digits = index &- start
        var places = 0
        if index < end, base[index] == UInt8(ascii: ".") {
            index &+= 1
            let point = index
            while index < end {
                digit = base[index] &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                mantissa = mantissa &* 10 &+ Int64(digit)
                index &+= 1
            }
            places = index &- point
            digits &+= places
        }
        guard digits > 0, digits <= 18, places <= decimals, index < count else { return nil }
        if isQuoted {
            guard base[index] == UInt8(ascii: "\"") else { return nil }
            index &+= 1
        } else if Self.isOfNumber(base[index]) {
            return nil
        }
        let (scaled, overflow) = mantissa.multipliedReportingOverflow(by: JSONText.powerOfTen(decimals - places))
        guard !overflow else { return nil }
        position = index
        return isNegative ? -scaled : scaled
    }

    /// Reads a whole number, as a number or a string.
    @inlinable public mutating func integer() throws(WireError) -> Int64 {
        let text = try number()
        guard let value = text.wholeNumber else { throw WireError(.expected("a whole number"), offset: text.offset) }
        return value
    }

    /// Reads a binary floating-point number, for statistics such as a traded volume; never for money.
    public mutating func double() throws(WireError) -> Double {
        let text = try number()
        guard let value = Double(text.string), value.isFinite else {
            throw WireError(.expected("a number"), offset: text.offset)
        }
        return value
    }

    /// Reads an instant given as whole milliseconds since 1970.
    @inlinable public mutating func milliseconds() throws(WireError) -> Timestamp {
        let text = try number()
        guard let value = text.wholeNumber, value.magnitude < 9_000_000_000_000 else {
            throw WireError(.expected("milliseconds since 1970"), offset: text.offset)
        }
        return Timestamp(nanoseconds: value * 1_000_000)
    }

    /// Reads an instant as RFC 3339 in UTC with any number of fractional digits.
    public mutating func instant() throws(WireError) -> Timestamp {
        let text = try string()
        guard let value = Timestamp(rfc3339: text.bytes) else {
            throw WireError(.expected("a time such as 2026-01-31T16:00:00Z"), offset: text.offset)
        }
        return value
    }
}

extension JSONText {
    /// The number as fixed point, digits beyond the type's own rounded to nearest.
    @inlinable public func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount {
        if let raw = plainDecimal(scaledBy: Amount.decimals) { return Amount(raw: raw) }
        do {
            return try Amount(decimal: bytes, rounding: .nearestEven)
        } catch {
            switch error {
            case .outOfRange: throw WireError(.outOfRange, offset: offset)
            case .empty, .unexpectedCharacter, .tooPrecise: throw WireError(.expected("a number"), offset: offset)
            }
        }
    }

    /// A plain decimal of at most 18 digits in units of 10 to the power of minus `decimals`, if it is that exactly:
    /// nearly every number on the wire. Nil sends the others the slow way.
    @inlinable func plainDecimal(scaledBy decimals: Int) -> Int64? {
        var index = 0
        let negative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
        if negative { index = 1 }
        guard bytes.count - index > 0, bytes.count - index <= 19 else { return nil }
        var mantissa: Int64 = 0
        var digits = 0
        var places = -1
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit < 10 {
                mantissa = mantissa &* 10 &+ Int64(digit)
                digits += 1
                if places >= 0 { places += 1 }
            } else if bytes[index] == UInt8(ascii: "."), places < 0 {
                places = 0
            } else {
                return nil
            }
            index += 1
        }
        guard digits > 0, digits <= 18 else { return nil }
        let missing = decimals - max(places, 0)
        guard missing >= 0, missing <= 18 else { return nil }
        let (scaled, overflow) = mantissa.multipliedReportingOverflow(by: Self.powerOfTen(missing))
        guard !overflow else { return nil }
        return negative ? -scaled : scaled
    }

    /// 10 to the power of `exponent`, from 0 to 18.
    @inlinable static func powerOfTen(_ exponent: Int) -> Int64 {
        switch exponent {
        case 0: return 1
        case 1: return 10
        case 2: return 100
        case 3: return 1_000
        case 4: return 10_000
        case 5: return 100_000
        case 6: return 1_000_000
        case 7: return 10_000_000
        case 8: return 100_000_000
        case 9: return 1_000_000_000
        case 10: return 10_000_000_000
        case 11: return 100_000_000_000
        case 12: return 1_000_000_000_000
        default:
            var power: Int64 = 1_000_000_000_000
            for _ in 12..<exponent { power &*= 10 }
            return power
        }
    }

    /// The number when it is whole, plainly written and fits.
    @inlinable public var wholeNumber: Int64? {
        if let value = plainDecimal(scaledBy: 0) { return value }
        return Int64(string)
    }
}
