/// Division that rounds towards the past, also before 1970.
func floorDivision(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}

/// What must be added to the bars' times to have UTC, read from the library's `time_zone` text.
///
/// The library turns `UTC+3` into the zone `Etc/GMT+3`, whose sign is reversed: the bars are taken to be three hours
/// *behind* UTC. That is kept. Zones with a name of their own (`America/New_York`) are not supported.
public struct UTCOffset: Hashable, Sendable {
    /// Seconds added to a bar's time.
    public let seconds: Int64

    public static let zero = UTCOffset(seconds: 0)

    private init(seconds: Int64) { self.seconds = seconds }

    public init(_ text: String) throws(CompatibilityError) {
        guard text.hasPrefix("UTC") || text.hasPrefix("GMT") else { throw .unknownTimeZone(text) }
        let rest = text.dropFirst(3)
        if rest.isEmpty || rest == "0" {
            self = .zero
            return
        }
        let digits = rest.dropFirst()
        guard let sign = rest.first, sign == "+" || sign == "-", digits.allSatisfy(\.isASCIIDigit),
            digits.count == 1 || digits.first != "0", let hours = Int64(digits), hours <= (sign == "+" ? 12 : 14)
        else { throw .unknownTimeZone(text) }
        seconds = (sign == "+" ? hours : -hours) * 3600
    }
}

extension Character {
    var isASCIIDigit: Bool { "0"..."9" ~= self }
}

/// The hours of a trading session, both ends included to the minute.
public struct SessionHours: Hashable, Sendable {
    /// First minute of the session, counted from midnight UTC.
    public let startMinute: Int64
    /// Last minute of the session; at or before `startMinute` when the session runs over midnight.
    public let endMinute: Int64
    /// Where the bars' times lie relative to UTC.
    public let zone: UTCOffset

    /// The library's sessions by its names, with its hours.
    static let named: [(name: String, start: Int64, end: Int64)] = [
        ("Sydney", 21, 6), ("Tokyo", 0, 9), ("London", 7, 16), ("New York", 13, 22), ("Asian kill zone", 0, 4),
        ("London open kill zone", 6, 9), ("New York kill zone", 11, 14), ("london close kill zone", 14, 16),
    ]

    /// One of the library's sessions.
    public init(named name: String, zone: UTCOffset = .zero) throws(CompatibilityError) {
        guard let hours = Self.named.first(where: { $0.name == name }) else { throw .unknownSession(name) }
        startMinute = hours.start * 60
        endMinute = hours.end * 60
        self.zone = zone
    }

    /// The session `Custom`, times as `HH:MM`.
    public init(start: String, end: String, zone: UTCOffset = .zero) throws(CompatibilityError) {
        if start.isEmpty || end.isEmpty { throw .customSessionNeedsTimes }
        startMinute = try Self.minuteOfDay(start)
        endMinute = try Self.minuteOfDay(end)
        self.zone = zone
    }

    func contains(_ timestamp: Int64) -> Bool {
        let time = timestamp + zone.seconds
        let minute = floorDivision(time - floorDivision(time, by: 86_400) * 86_400, by: 60)
        return startMinute < endMinute
            ? startMinute <= minute && minute <= endMinute
            : startMinute <= minute || minute <= endMinute
    }

    private static func minuteOfDay(_ text: String) throws(CompatibilityError) -> Int64 {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else { throw .malformedTimeOfDay(text) }
        return hour * 60 + minute
    }
}
