import Market

/// One field of a row, still as bytes.
typealias FieldText = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// A plain decimal as an integer mantissa and its number of decimals: the quick way for nearly every field.
    /// Nil when the text has another form or too many digits; the slow way then decides.
    @inline(__always) func plainDecimal() -> (mantissa: Int64, decimals: Int)? {
        guard count > 0, count <= 19 else { return nil }
        var mantissa: Int64 = 0
        var point = -1
        var index = 0
        while index < count {
            let digit = self[index] &- 48
            if digit < 10 {
                mantissa = mantissa &* 10 &+ Int64(digit)
            } else if self[index] == 46, point < 0 {
                point = index
            } else {
                return nil
            }
            index += 1
        }
        // At most 18 digits are left when there is a point; 19 digits without one may not fit.
        guard point >= 0 ? count > 1 : count <= 18 else { return nil }
        return (mantissa, point >= 0 ? count - 1 - point : 0)
    }

    /// A number of up to 19 digits without sign, point or exponent.
    @inline(__always) func wholeNumber() -> Int64? {
        if let (whole, decimals) = plainDecimal() { return decimals == 0 ? whole : nil }
        guard count == 19, allSatisfy({ $0 >= 48 && $0 < 58 }) else { return nil }
        return Int64(text)
    }

    /// The text for an error message: at most 40 characters, nothing that a terminal would act on.
    var printable: String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(40) {
            result += scalar.value < 32 || scalar.value == 127 ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return result
    }

    /// Reads an exact amount; digits beyond its precision are rounded to nearest.
    @inline(__always) func amount<Amount: FixedPoint>() throws(DecimalError) -> Amount {
        if let (mantissa, decimals) = plainDecimal(), decimals <= Amount.decimals {
            let (raw, overflow) = mantissa.multipliedReportingOverflow(by: ten(Amount.decimals - decimals))
            if !overflow { return Amount(raw: raw) }
        }
        return try Amount(decimal: self, rounding: .nearestEven)
    }

    /// Reads a `Double`, correctly rounded; nil when it is none or not finite.
    @inline(__always) func double() -> Double? {
        // A quotient of two exactly representable numbers is correctly rounded (W. Clinger, 1990).
        if let (mantissa, decimals) = plainDecimal(), mantissa < 1 << 53, decimals <= 18 {
            return Double(mantissa) / Double(ten(decimals))
        }
        // Plain and exponent decimals only: `Double` itself would also read hexadecimal.
        guard allSatisfy({ ($0 >= 48 && $0 < 58) || $0 == 43 || $0 == 45 || $0 == 46 || $0 | 32 == 101 }),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }
}

/// Powers of ten as a switch: a table would be checked for being made on every use.
@inline(__always) func ten(_ power: Int) -> Int64 {
    switch power {
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
