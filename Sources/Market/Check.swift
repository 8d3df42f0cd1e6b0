/// One condition of a decision with the value it was made from: what lets a decision explain itself.
public struct Check<Name: RawRepresentable & Hashable & Sendable>: Hashable, Sendable where Name.RawValue == String {
    public let name: Name
    /// What was measured.
    public let value: Measure
    /// What it was held against; `.none` where the condition has no number.
    public let limit: Measure
    public let passed: Bool

    @inlinable public init(_ name: Name, _ value: Measure, limit: Measure = .none, passed: Bool) {
        self.name = name
        self.value = value
        self.limit = limit
        self.passed = passed
    }
}

/// A measured value in the unit it was measured in.
public enum Measure: Hashable, Sendable {
    case none
    /// A statistic without money in it: an indicator, a count of ATRs, a correlation.
    case number(Double)
    case count(Int)
    case rate(Rate)
    case price(Price)
    case quantity(Quantity)
    case money(Money)
    case time(Timestamp)
    case flag(Bool)
    /// One of a closed set of words, such as a trend.
    case word(String)
}

extension Measure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .none: ""
        case .number(let value): "\(value)"
        case .count(let value): "\(value)"
        case .rate(let value): value.description
        case .price(let value): value.description
        case .quantity(let value): value.description
        case .money(let value): value.description
        case .time(let value): value.description
        case .flag(let value): value ? "yes" : "no"
        case .word(let value): value
        }
    }
}
