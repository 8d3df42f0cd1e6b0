public import Market
import Wire

/// A type that a setting may have: how it is written in a configuration file, and read back.
public protocol SettingValue: Sendable, Hashable {
    /// What a user may write, in words: `fraction (0.005 or 0.5%)`.
    static var form: String { get }
    /// Nil when `setting` is not of this form.
    init?(setting: String)
    /// The canonical way to write the value; reading it gives the value back.
    var setting: String { get }
    /// The smallest value above zero, for types in which it is too small to be written; nil for others.
    static var leastPositive: Self? { get }
}

extension SettingValue {
    public static var leastPositive: Self? { nil }
}

extension Bool: SettingValue {
    public static var form: String { "true or false" }
    public init?(setting: String) {
        switch setting {
        case "true", "yes", "on": self = true
        case "false", "no", "off": self = false
        default: return nil
        }
    }
    public var setting: String { self ? "true" : "false" }
}

extension Int: SettingValue {
    public static var form: String { "whole number" }
    public init?(setting: String) { self.init(setting) }
    public var setting: String { String(self) }
}

extension Double: SettingValue {
    public static var form: String { "number" }
    public init?(setting: String) {
        guard let value = Double(setting), value.isFinite else { return nil }
        self = value
    }
    public var setting: String { description }
}

extension Rate: SettingValue {
    public static var leastPositive: Rate? { Rate(raw: 1) }
    public static var form: String { "fraction (0.005 or 0.5%)" }
    public init?(setting: String) {
        let isPercent = setting.hasSuffix("%")
        let digits = isPercent ? setting.dropLast().filter { $0 != " " } : setting
        do {
            let value = try Rate(digits)
            self = isPercent ? Rate(raw: Rounding.nearestEven.divide(Int128(value.raw), 100)) : value
        } catch {
            return nil
        }
    }
    public var setting: String { description }
}

extension Money: SettingValue {
    public static var form: String { "amount in US dollars" }
    public init?(setting: String) {
        do { self = try Money(setting) } catch { return nil }
    }
    public var setting: String { description }
}

extension Timestamp: SettingValue {
    public static var form: String { "time (2026-01-31T12:00:00Z)" }
    public init?(setting: String) { self.init(rfc3339: setting) }
    public var setting: String { description }
}

extension Price: SettingValue {
    public static var form: String { "price in US dollars" }
    public init?(setting: String) {
        do { self = try Price(setting) } catch { return nil }
    }
    public var setting: String { description }
}

extension Quantity: SettingValue {
    public static var form: String { "amount of coin" }
    public init?(setting: String) {
        do { self = try Quantity(setting) } catch { return nil }
    }
    public var setting: String { description }
}

extension Interval: SettingValue {
    public static var leastPositive: Interval? { Interval(nanoseconds: 1) }
    public static var form: String { "length of time (250ms, 30s, 15m, 4h, 7d)" }

    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ]

    public init?(setting: String) {
        guard let unit = Self.units.first(where: { setting.hasSuffix($0.suffix) }),
            let count = Int64(setting.dropLast(unit.suffix.count)), count >= 0
        else { return nil }
        let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    public var setting: String {
        let unit = Self.units.last { nanoseconds % $0.nanoseconds == 0 } ?? Self.units[0]
        return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
    }
}

extension Timeframe: SettingValue {
    public static var form: String { Timeframe.allCases.map(\.name).joined(separator: ", ") }
    public init?(setting: String) { self.init(name: setting) }
    public var setting: String { name }
}

extension SpotPair: SettingValue {
    public static var form: String { "spot pair such as BTC/USD" }
    public init?(setting: String) { self.init(setting.uppercased()) }
    public var setting: String { description }
}

extension String: SettingValue {
    public static var form: String { "text" }
    public init?(setting: String) { self = setting }
    public var setting: String { self }
}

/// A closed set of words.
public protocol SettingWord: SettingValue, CaseIterable, RawRepresentable where RawValue == String {}

extension SettingWord {
    public static var form: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
    public init?(setting: String) { self.init(rawValue: setting) }
    public var setting: String { rawValue }
}

/// A setting that may be switched off.
extension Optional: SettingValue where Wrapped: SettingValue {
    public static var form: String { Wrapped.form + ", or off" }
    public init?(setting: String) {
        if setting == "off" {
            self = .none
            return
        }
        guard let value = Wrapped(setting: setting) else { return nil }
        self = .some(value)
    }
    public var setting: String { self?.setting ?? "off" }
}

/// Several values, written as a list or separated by commas.
extension Array: SettingValue where Element: SettingValue {
    public static var form: String { "list of: " + Element.form }
    public init?(setting: String) {
        var values: [Element] = []
        for part in setting.split(separator: ",") {
            let text = part.drop { $0 == " " }
            guard let value = Element(setting: String(text)) else { return nil }
            values.append(value)
        }
        self = values
    }
    public var setting: String { map(\.setting).joined(separator: ", ") }
}
