public import Market

extension JSONReader {
    /// Reads a number (or the number in a string) exactly into fixed point, digits beyond the type's own rounded to
    /// nearest. Never through binary floating point.
    @inline(__always) @inlinable
    public mutating func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount {
        let start = position
        if let raw = plainNumber()?.rounded(decimals: Amount.decimals) { return Amount(raw: raw) }
        position = start
        return try number().amount()
    }

    /// Reads a whole number, as a number or a string.
    @inlinable public mutating func integer() throws(WireError) -> Int64 {
        guard let value = try wholeNumber() else { throw failure(.expected("a whole number")) }
        return value
    }

    /// Nil, with nothing read, for a number that is not whole or does not fit.
    @inline(__always) @inlinable mutating func wholeNumber() throws(WireError) -> Int64? {
        let start = position
        if let whole = plainNumber()?.exactly(decimals: 0) { return whole }
        position = start
        let text = try number()
        if let whole = text.wholeNumber { return whole }
        position = text.offset
        return nil
    }

    /// Reads the binary floating-point number nearest to the digits, as any other reader of them gets it: for
    /// statistics such as a traded volume, never for money.
    @inlinable public mutating func double() throws(WireError) -> Double {
        let start = position
        if let value = plainNumber()?.double { return value }
        position = start
        let text = try number()
        guard let value = Double(text.string), value.isFinite else {
            throw WireError(.expected("a number"), offset: text.offset)
        }
        return value
    }

    /// Reads an instant given as whole milliseconds since 1970.
    @inlinable public mutating func milliseconds() throws(WireError) -> Timestamp {
        let start = position
        guard let value = try wholeNumber(), value.magnitude < 9_000_000_000_000 else {
            throw WireError(.expected("milliseconds since 1970"), offset: start)
        }
        return Timestamp(nanoseconds: value &* 1_000_000)
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
    public func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount {
        do {
            return try Amount(decimal: bytes, rounding: .nearestEven)
        } catch {
            switch error {
            case .outOfRange: throw WireError(.outOfRange, offset: offset)
            case .empty, .unexpectedCharacter, .tooPrecise: throw WireError(.expected("a number"), offset: offset)
            }
        }
    }

    /// The number when it is whole, plainly written and fits.
    public var wholeNumber: Int64? { Int64(string) }
}
