public import Market

extension Timestamp {
    /// Reads `2026-01-31T16:00:00.25Z`: UTC only, with any number of fractional digits, those below a nanosecond dropped.
    public init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= text.count else { return nil }
            var value = 0
            for index in range {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }
        func isByte(_ index: Int, _ byte: Unicode.Scalar) -> Bool {
            index < text.count && text[index] == UInt8(ascii: byte)
        }
        guard let year = number(0..<4), isByte(4, "-"), let month = number(5..<7), isByte(7, "-"),
            let day = number(8..<10), isByte(10, "T") || isByte(10, " "), let hour = number(11..<13), isByte(13, ":"),
            let minute = number(14..<16), isByte(16, ":"), let second = number(17..<19),
            hour < 24, minute < 60, second < 61, let date = CalendarDay(year: year, month: month, day: day)
        else { return nil }
        var index = 19
        var nanoseconds: Int64 = 0
        if isByte(index, ".") {
            index += 1
            var unit: Int64 = 100_000_000
            let first = index
            while index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
                nanoseconds += Int64(text[index] - UInt8(ascii: "0")) * unit
                unit /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard isByte(index, "Z"), index + 1 == text.count else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60 + second)
        self = date.start + .seconds(seconds) + Interval(nanoseconds: nanoseconds)
    }

    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard let value = bytes.withUnsafeBufferPointer({ Timestamp(rfc3339: $0) }) else { return nil }
        self = value
    }

    /// RFC 3339 in UTC with exactly `digits` fractional digits (0 to 9), cut, not rounded: `2026-01-31T16:00:00.250Z`.
    public func rfc3339(digits: Int) -> String {
        precondition((0...9).contains(digits), "a nanosecond has nine digits")
        let whole = Timestamp(seconds: seconds)
        var text = whole.description
        guard digits > 0 else { return text }
        text.removeLast()
        let fraction = String(1_000_000_000 + (nanoseconds - whole.nanoseconds)).dropFirst().prefix(digits)
        return text + "." + fraction + "Z"
    }

    /// Whole milliseconds since 1970, rounded down.
    @inlinable public var milliseconds: Int64 {
        let quotient = nanoseconds / 1_000_000
        return nanoseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    @inlinable public init(milliseconds: Int64) { self.init(nanoseconds: milliseconds * 1_000_000) }
}
