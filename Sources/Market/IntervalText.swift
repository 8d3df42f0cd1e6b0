extension Interval: CustomStringConvertible {
    /// The two largest units that say something: `3 d 4 h`, `2 min 5 s`, `1.250 s`, `40 ms`.
    public var description: String {
        if nanoseconds == .min { return "-292 years" }
        if nanoseconds < 0 { return "-" + Interval(nanoseconds: -nanoseconds).description }
        let second: Int64 = 1_000_000_000
        if nanoseconds >= 60 * second { return Self.large(nanoseconds / second) }
        if nanoseconds >= second {
            let thousandths = nanoseconds % second / 1_000_000
            let fraction = thousandths == 0 ? "" : "." + String(String(1_000 + thousandths).dropFirst())
            return "\(nanoseconds / second)\(fraction) s"
        }
        if nanoseconds >= 1_000_000 || nanoseconds == 0 { return "\(nanoseconds / 1_000_000) ms" }
        return nanoseconds >= 1_000 ? "\(nanoseconds / 1_000) µs" : "\(nanoseconds) ns"
    }

    private static func large(_ seconds: Int64) -> String {
        let units: [(String, Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        for (place, unit) in units.enumerated() where seconds >= unit.1 {
            let rest = place + 1 < units.count ? seconds % unit.1 / units[place + 1].1 : 0
            return "\(seconds / unit.1) \(unit.0)" + (rest > 0 ? " \(rest) \(units[place + 1].0)" : "")
        }
        return "0 s"
    }
}
