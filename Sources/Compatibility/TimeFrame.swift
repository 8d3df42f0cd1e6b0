/// A period by which `previous_high_low` groups the bars, in the words of pandas.
///
/// Every period has a label, the instant by which the library orders it: its start for fixed lengths and `MS`, but the
/// midnight that begins its *last* day for weeks and `ME`.
public struct TimeFrame: Hashable, Sendable {
    enum Period: Hashable, Sendable {
        /// A fixed number of seconds, counted from the midnight of the first bar's day.
        case seconds(Int64)
        /// Weeks that end with this weekday, 0 for Monday.
        case week(lastDay: Int64)
        case monthEnd
        case monthStart
    }

    let period: Period

    /// Reads `30s`, `15min`, `4h`, `1D`, `W` (weeks that end on Sunday), `W-MON`, `ME` and `MS`; the older spellings
    /// `S`, `T`, `H` and `M` as well. Weeks and months have no count other than 1.
    public init(_ text: String) throws(CompatibilityError) {
        let digits = text.prefix(while: \.isASCIIDigit)
        let unit = String(text.dropFirst(digits.count))
        guard let count = digits.isEmpty ? 1 : Int64(digits), (1...1_000_000).contains(count) else {
            throw .unknownTimeFrame(text)
        }
        if unit == "m" { throw .ambiguousTimeFrame(text) }
        if let length = Self.seconds(of: unit) {
            period = .seconds(count * length)
        } else if count == 1, let calendar = Self.calendarPeriod(unit) {
            period = calendar
        } else {
            throw .unknownTimeFrame(text)
        }
    }

    private static func seconds(of unit: String) -> Int64? {
        switch unit {
        case "s", "S": 1
        case "min", "T": 60
        case "h", "H": 3600
        case "D", "d": 86_400
        default: nil
        }
    }

    private static func calendarPeriod(_ unit: String) -> Period? {
        let weekdays = ["W-MON", "W-TUE", "W-WED", "W-THU", "W-FRI", "W-SAT", "W-SUN"]
        if let day = weekdays.firstIndex(of: unit) { return .week(lastDay: Int64(day)) }
        switch unit {
        case "W", "w": return .week(lastDay: 6)
        case "ME", "M": return .monthEnd
        case "MS": return .monthStart
        default: return nil
        }
    }

    /// The label of the period that holds a time, in seconds since 1970.
    /// - Parameter earliest: the time of the earliest bar.
    func label(of time: Int64, earliest: Int64) -> Int64 {
        let day = floorDivision(time, by: 86_400)
        switch period {
        case .seconds(let length):
            let origin = floorDivision(earliest, by: 86_400) * 86_400
            return origin + floorDivision(time - origin, by: length) * length
        case .week(let lastDay):
            // The first of January 1970 was a Thursday, weekday 3.
            let weekday = day + 3 - floorDivision(day + 3, by: 7) * 7
            return (day + (lastDay - weekday + 7) % 7) * 86_400
        case .monthStart:
            return (day - dayOfMonth(day) + 1) * 86_400
        case .monthEnd:
            // Day 28 plus four days always lies in the next month.
            let inNextMonth = day - dayOfMonth(day) + 32
            return (inNextMonth - dayOfMonth(inNextMonth)) * 86_400
        }
    }

    /// Times around a time that share its label; not always all of them.
    func span(around time: Int64, label: Int64) -> Range<Int64> {
        switch period {
        case .seconds(let length):
            return label..<label + length
        case .week, .monthStart, .monthEnd:
            let midnight = floorDivision(time, by: 86_400) * 86_400
            return midnight..<midnight + 86_400
        }
    }
}

/// The day of the month, 1 for the first, of a day counted from 1 January 1970: in years that begin in March, so that the
/// leap day is the last of a 400-year cycle (Hinnant, "chrono-compatible low-level date algorithms").
private func dayOfMonth(_ day: Int64) -> Int64 {
    let sinceMarch0 = day + 719_468
    let dayOfEra = sinceMarch0 - floorDivision(sinceMarch0, by: 146_097) * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    return dayOfYear - (153 * month + 2) / 5 + 1
}
