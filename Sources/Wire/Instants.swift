public import Market

extension Timestamp {
    /// Reads `2026-01-31T16:00:00.25Z`: UTC only, with any number of fractional digits, those below a nanosecond dropped.
    public init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        guard text.count >= 20, text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " ") else { return nil }
        // Separators become zeros, and then all are digits: 2026-01- is 20260010, 16:00:25 is 16000025.
        let date = LeadingDigits(text.word(at: 0) ^ 0x1D00_001D_0000_0000)
        let time = LeadingDigits(text.word(at: 11) ^ 0x0000_0A00_000A_0000)
        let (hour, minute, second) = (time.value / 1_000_000, time.value / 1000 % 1000, time.value % 1000)
        guard date.count == 8, date.value % 10 == 0, text[8] &- 48 < 10, text[9] &- 48 < 10, time.count == 8,
            hour < 24, minute < 60, second < 61,
            let midnight = CalendarDay(
                year: Int(date.value / 10_000), month: Int(date.value % 10_000 / 10),
                day: Int(text[8] &- 48) * 10 + Int(text[9] &- 48))
        else { return nil }
        var nanoseconds: Int64 = 0
        var index = 19
        if text[index] == UInt8(ascii: ".") {
            let fraction = LeadingDigits(text.word(at: 20))
            guard fraction.count > 0 else { return nil }
            nanoseconds = fraction.value * PlainNumber.powerOfTen(9 - fraction.count)
            index = 20 + fraction.count
            while index >= 28, index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
                if index == 28 { nanoseconds += Int64(text[index] &- UInt8(ascii: "0")) }
                index += 1
            }
        }
        guard index + 1 == text.count, text[index] == UInt8(ascii: "Z") else { return nil }
        let seconds = (hour * 60 + minute) * 60 + second
        self = midnight.start + .seconds(seconds) + Interval(nanoseconds: nanoseconds)
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
