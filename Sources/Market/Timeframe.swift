/// The length of a candle. Candles are aligned to UTC; a week starts on Monday.
public enum Timeframe: Int64, CaseIterable, Hashable, Comparable, Sendable, Codable {
    case m1 = 1
    case m5 = 5
    case m15 = 15
    case m30 = 30
    case h1 = 60
    case h4 = 240
    case h8 = 480
    case d1 = 1440
    case w1 = 10080

    @inlinable public var minutes: Int64 { rawValue }
    @inlinable public var interval: Interval { .minutes(rawValue) }
    @inlinable public static func < (a: Timeframe, b: Timeframe) -> Bool { a.rawValue < b.rawValue }

    /// The open time of the candle of this timeframe that holds `instant`.
    @inlinable public func start(of instant: Timestamp) -> Timestamp {
        // 1970-01-01 was a Thursday: weeks are counted from the Monday before, 1969-12-29.
        guard self == .w1 else { return instant.floor(to: interval) }
        return (instant + .days(3)).floor(to: interval) - .days(3)
    }

    /// `1m`, `15m`, `1h`, `4h`, `1d`, `1w`.
    public var name: String {
        switch self {
        case .m1: "1m"
        case .m5: "5m"
        case .m15: "15m"
        case .m30: "30m"
        case .h1: "1h"
        case .h4: "4h"
        case .h8: "8h"
        case .d1: "1d"
        case .w1: "1w"
        }
    }

    public init?(name: some StringProtocol) {
        guard let match = Timeframe.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

extension Timeframe: CustomStringConvertible {
    public var description: String { name }
}
