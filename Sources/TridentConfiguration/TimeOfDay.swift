public import Market

/// A time of each day in UTC, to the minute.
public struct TimeOfDay: SettingValue {
    public static let midnight = TimeOfDay(minutes: 0)
    public static var form: String { "time of day in UTC (00:00 to 23:59)" }

    private let minutes: Int

    private init(minutes: Int) { self.minutes = minutes }

    public init?(setting: String) {
        let parts = setting.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        minutes = hour * 60 + minute
    }

    public var setting: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// From midnight on.
    public var interval: Interval { .minutes(Int64(minutes)) }
}
