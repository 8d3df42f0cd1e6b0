/// An instant: nanoseconds since 1970-01-01T00:00:00Z. There is no other time zone in the system.
@frozen public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    public let nanoseconds: Int64
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    @inlinable public init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }

    @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable public static func + (a: Timestamp, b: Interval) -> Timestamp {
        Timestamp(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable public static func - (a: Timestamp, b: Interval) -> Timestamp {
        Timestamp(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    @inlinable public static func - (a: Timestamp, b: Timestamp) -> Interval {
        Interval(nanoseconds: a.nanoseconds - b.nanoseconds)
    }

    /// Whole seconds since 1970, rounded down.
    @inlinable public var seconds: Int64 {
        let quotient = nanoseconds / 1_000_000_000
        return nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
    }

    /// The start of the period of length `interval`, counted from 1970, that holds this instant.
    @inlinable public func floor(to interval: Interval) -> Timestamp {
        let remainder = nanoseconds % interval.nanoseconds
        return Timestamp(nanoseconds: nanoseconds - (remainder < 0 ? remainder + interval.nanoseconds : remainder))
    }

    /// Midnight UTC of this instant's day.
    @inlinable public var startOfDay: Timestamp { floor(to: .days(1)) }

    public static let distantPast = Timestamp(nanoseconds: .min / 2)
    public static let distantFuture = Timestamp(nanoseconds: .max / 2)
}

/// A length of time in nanoseconds.
@frozen public struct Interval: Hashable, Comparable, Sendable, Codable {
    public let nanoseconds: Int64
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    @inlinable public static func milliseconds(_ n: Int64) -> Interval { Interval(nanoseconds: n * 1_000_000) }
    @inlinable public static func seconds(_ n: Int64) -> Interval { Interval(nanoseconds: n * 1_000_000_000) }
    @inlinable public static func minutes(_ n: Int64) -> Interval { .seconds(n * 60) }
    @inlinable public static func hours(_ n: Int64) -> Interval { .seconds(n * 3_600) }
    @inlinable public static func days(_ n: Int64) -> Interval { .seconds(n * 86_400) }
    @inlinable public static var zero: Interval { Interval(nanoseconds: 0) }

    @inlinable public static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable public static func + (a: Interval, b: Interval) -> Interval {
        Interval(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable public static func - (a: Interval, b: Interval) -> Interval {
        Interval(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    @inlinable public static func * (a: Interval, n: Int64) -> Interval { Interval(nanoseconds: a.nanoseconds * n) }

    /// For statistics and display.
    @inlinable public var hours: Double { Double(nanoseconds) / 3.6e12 }
    @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC; a fraction only when there is one: `2024-01-31T16:00:00Z`, `2024-01-31T16:00:00.25Z`.
    public var description: String {
        let day = CalendarDay(self)
        let inDay = seconds - CalendarDay.daysSince1970(self) * 86_400
        var text = "\(day)T\(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))"
        let fraction = nanoseconds - seconds * 1_000_000_000
        if fraction != 0 {
            var digits = String(1_000_000_000 + fraction).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }
}

/// A date of the proleptic Gregorian calendar, in UTC.
public struct CalendarDay: Hashable, Sendable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// The UTC day that holds `instant`.
    public init(_ instant: Timestamp) {
        // Days to civil date by eras of 400 years starting on 1 March (H. Hinnant, chrono-compatible date algorithms).
        let shifted = Self.daysSince1970(instant) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// Nil when there is no such day, or when it lies outside the years 1700 to 2249, which a `Timestamp` holds with room.
    public init?(year: Int, month: Int, day: Int) {
        guard (1700...2249).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(in: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Midnight UTC at which the day starts.
    public var start: Timestamp {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Timestamp(seconds: (era * 146_097 + dayOfEra - 719_468) * 86_400)
    }

    public var description: String {
        let digits = String(year)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
        return "\(zeros)\(digits)-\(two(Int64(month)))-\(two(Int64(day)))"
    }

    static func daysSince1970(_ instant: Timestamp) -> Int64 { instant.startOfDay.seconds / 86_400 }
}

func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
