public import Market

/// How a file writes its times. One file uses one form; it is recognised at the first row.
enum TimestampForm {
    case seconds
    case milliseconds
    case microseconds
    case nanoseconds
    case rfc3339

    /// The form of `field`, by its size: seconds since 1970 have 10 digits from 2001 to 2286.
    init?(recognising field: FieldText) {
        guard let whole = field.wholeNumber() else {
            guard Timestamp(dateOrTime: field.text) != nil else { return nil }
            self = .rfc3339
            return
        }
        switch whole {
        case ..<100_000_000_000: self = .seconds
        case ..<100_000_000_000_000: self = .milliseconds
        case ..<100_000_000_000_000_000: self = .microseconds
        default: self = .nanoseconds
        }
    }

    @inline(__always) func read(_ field: FieldText) -> Timestamp? {
        if self == .rfc3339 { return Timestamp(dateOrTime: field.text) }
        guard let whole = field.wholeNumber() else { return nil }
        let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow, Self.sane.contains(nanoseconds) else { return nil }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// 1970 to 2199: what lies outside is no market data, and time arithmetic needs room on both sides.
    static let sane: Range<Int64> = 0..<7_258_118_400_000_000_000

    /// Nanoseconds in one of what is counted.
    var unit: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1000
        case .nanoseconds, .rfc3339: 1
        }
    }
}

extension Timestamp {
    /// Reads `2024-01-31`, `2024-01-31T16:00:00Z`, with fraction, with a space for the T, with an offset or without any
    /// (then UTC). Nil when the text is no such instant, or one outside the years 1970 to 2199.
    public init?(dateOrTime text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard byte >= 48, byte < 58 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        guard bytes.count >= 10, bytes[4] == 45, bytes[7] == 45, let year = number(0..<4), let month = number(5..<7),
            let dayOfMonth = number(8..<10), (1970..<2200).contains(year),
            let day = CalendarDay(year: year, month: month, day: dayOfMonth)
        else { return nil }
        guard bytes.count > 10 else {
            self = day.start
            return
        }
        guard bytes.count >= 19, bytes[10] == 84 || bytes[10] == 116 || bytes[10] == 32, bytes[13] == 58,
            bytes[16] == 58, let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int64 = 0
        var index = 19
        if index < bytes.count, bytes[index] == 46 {
            index += 1
            var unit: Int64 = 100_000_000
            let first = index
            while index < bytes.count, bytes[index] >= 48, bytes[index] < 58 {
                nanoseconds += Int64(bytes[index] - 48) * unit
                unit /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        var offset: Int64 = 0
        switch bytes[index...].first {
        case nil: break
        case 90, 122:
            guard index + 1 == bytes.count else { return nil }
        case 43, 45:
            guard index + 6 == bytes.count, bytes[index + 3] == 58, let hours = number(index + 1..<index + 3),
                let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
            else { return nil }
            offset = Int64(hours * 3600 + minutes * 60) * (bytes[index] == 45 ? -1 : 1)
        default: return nil
        }
        let seconds = Int64(hour * 3600 + minute * 60 + second) - offset
        self = day.start + .seconds(seconds) + Interval(nanoseconds: nanoseconds)
    }
}
