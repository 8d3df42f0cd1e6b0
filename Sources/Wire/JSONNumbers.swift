public import Market

extension JSONReader {
    /// Reads a number (or the number in a string) exactly into fixed point, digits beyond the type's own rounded to
    /// nearest. Never through binary floating point.
    @inlinable public mutating func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount
    {
        try number().amount()
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
        var missing = decimals - max(places, 0)
        guard missing >= 0 else { return nil }
        while missing > 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            mantissa = product
            missing -= 1
        }
        return negative ? -mantissa : mantissa
    }

    /// The number when it is whole, plainly written and fits.
    @inlinable public var wholeNumber: Int64? {
        if let value = plainDecimal(scaledBy: 0) { return value }
        return Int64(string)
    }
}
