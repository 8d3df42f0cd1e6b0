/// Why a piece of text is not an exact decimal of the wanted precision.
public enum DecimalError: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    /// The byte offset of the first character that does not belong to a number.
    case unexpectedCharacter(offset: Int)
    /// More decimal places than the type holds, and not all of them zero.
    case tooPrecise(decimals: Int)
    case outOfRange

    public var description: String {
        switch self {
        case .empty: "empty where a number was expected"
        case .unexpectedCharacter(let offset): "not a number (character \(offset + 1))"
        case .tooPrecise(let decimals): "more than \(decimals) decimal places"
        case .outOfRange: "too large"
        }
    }
}

extension FixedPoint {
    /// Reads a plain or exponent decimal (`-12.5`, `8.5e-06`) exactly, without passing through binary floating point.
    /// With `rounding`, digits beyond the type's precision are rounded; without, they are an error.
    @inlinable
    public init(decimal bytes: some Collection<UInt8>, rounding: Rounding? = nil) throws(DecimalError) {
        self.init(raw: try parseDecimal(bytes, decimals: Self.decimals, rounding: rounding))
    }

    @inlinable public init(_ text: some StringProtocol, rounding: Rounding? = nil) throws(DecimalError) {
        try self.init(decimal: Array(text.utf8), rounding: rounding)
    }

    /// The shortest exact decimal text: `63250.5`, `-0.00000001`, `0`.
    public var description: String {
        decimalText(raw, decimals: Self.decimals, scale: UInt64(Self.scale))
    }

    /// Decimal text with exactly `places` decimals (at most the type's own), rounded to nearest.
    public func formatted(_ places: Int) -> String {
        precondition(places >= 0 && places <= Self.decimals, "no more places than the type holds")
        let kept = Rounding.nearestEven.divide(Int128(raw), Int128(powersOfTen[Self.decimals - places]))
        let unit = UInt64(powersOfTen[places])
        let sign = kept < 0 ? "-" : ""
        let whole = "\(sign)\(kept.magnitude / unit)"
        guard places > 0 else { return whole }
        let digits = String(kept.magnitude % unit)
        return whole + "." + String(repeating: "0", count: places - digits.count) + digits
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)': \(error)")
        }
    }

    /// Encoded as decimal text, so that no reader passes it through binary floating point.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

@usableFromInline
func parseDecimal(
    _ bytes: some Collection<UInt8>, decimals: Int, rounding: Rounding?
) throws(DecimalError) -> Int64 {
    var mantissa: Int128 = 0
    var places = 0
    var negative = false
    var seenDigit = false
    var seenPoint = false
    var exponent = 0
    var offset = 0
    var index = bytes.startIndex
    if bytes.isEmpty { throw .empty }
    if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
        negative = bytes[index] == UInt8(ascii: "-")
        bytes.formIndex(after: &index)
        offset += 1
    }
    scan: while index != bytes.endIndex {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard mantissa < 1_000_000_000_000_000_000_000_000_000_000 else { throw .outOfRange }
            mantissa = mantissa * 10 + Int128(byte - UInt8(ascii: "0"))
            if seenPoint { places += 1 }
            seenDigit = true
        case UInt8(ascii: ".") where !seenPoint:
            seenPoint = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard seenDigit else { throw .unexpectedCharacter(offset: offset) }
            exponent = try parseExponent(bytes[bytes.index(after: index)...], at: offset + 1)
            break scan
        default:
            throw .unexpectedCharacter(offset: offset)
        }
        bytes.formIndex(after: &index)
        offset += 1
    }
    guard seenDigit else { throw .empty }
    let value = try shifted(negative ? -mantissa : mantissa, by: decimals + exponent - places, rounding, decimals)
    guard let narrow = Int64(exactly: value) else { throw .outOfRange }
    return narrow
}

private func parseExponent(_ bytes: some Collection<UInt8>, at offset: Int) throws(DecimalError) -> Int {
    var value = 0
    var negative = false
    var digits = 0
    for (position, byte) in bytes.enumerated() {
        if position == 0, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
            negative = byte == UInt8(ascii: "-")
            continue
        }
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
            throw .unexpectedCharacter(offset: offset + position)
        }
        guard value < 1000 else { throw .outOfRange }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
    }
    guard digits > 0 else { throw .unexpectedCharacter(offset: offset) }
    return negative ? -value : value
}

private func shifted(
    _ value: Int128, by places: Int, _ rounding: Rounding?, _ decimals: Int
) throws(DecimalError) -> Int128 {
    var result = value
    if places >= 0 {
        for _ in 0..<min(places, 40) where result != 0 {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { throw .outOfRange }
            result = product
        }
        return result
    }
    guard result != 0 else { return 0 }
    guard places > -38 else {
        if rounding == nil { throw .tooPrecise(decimals: decimals) }
        result = result < 0 ? -1 : 1
        return Int128((rounding ?? .nearestEven).divide(result, 1_000))
    }
    var divisor: Int128 = 1
    for _ in 0..<(-places) { divisor *= 10 }
    if let rounding {
        guard let rounded = rounding.divideIfFits(result, divisor) else { throw .outOfRange }
        return Int128(rounded)
    }
    guard result % divisor == 0 else { throw .tooPrecise(decimals: decimals) }
    return result / divisor
}

/// The shortest exact text of `raw / scale`, written backwards beside the string, as a short one needs no memory: records
/// of a run hold millions of numbers, and their journal is made of their text.
private func decimalText(_ raw: Int64, decimals: Int, scale: UInt64) -> String {
    var whole = raw.magnitude / scale
    var fraction = raw.magnitude % scale
    var places = fraction == 0 ? 0 : decimals
    while places > 0, fraction % 10 == 0 {
        fraction /= 10
        places -= 1
    }
    // Sign, nineteen digits, point and a zero before it at most.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
        var start = text.count
        func push(_ byte: UInt8) {
            start -= 1
            text[start] = byte
        }
        if places > 0 {
            for _ in 0..<places {
                push(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction % 10))
                fraction /= 10
            }
            push(UInt8(ascii: "."))
        }
        repeat {
            push(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole % 10))
            whole /= 10
        } while whole > 0
        if raw < 0 { push(UInt8(ascii: "-")) }
        return String(decoding: UnsafeBufferPointer(rebasing: text[start...]), as: UTF8.self)
    }
}
