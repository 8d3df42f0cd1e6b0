/// Exponential moving average. The first value is the simple average of the first `period` inputs, then each input
/// moves it by 2 / (period + 1) of the difference (TA-Lib's convention).
@frozen public struct EMA: Hashable, Sendable {
    public let period: Int
    /// Nil until `period` inputs were seen.
    @inlinable public var value: Double? { current }
    @usableFromInline var current: Double?
    @usableFromInline let weight: Double
    @usableFromInline var seen = 0
    @usableFromInline var sum = 0.0

    public init(period: Int) {
        precondition(period >= 1, "a period is at least one bar")
        self.period = period
        weight = 2 / Double(period + 1)
    }

    /// Inputs needed before the first value.
    public var warmUp: Int { period }

    @inlinable @discardableResult public mutating func push(_ input: Double) -> Double? {
        if let previous = current {
            current = (input - previous) * weight + previous
        } else {
            sum += input
            seen += 1
            if seen == period { current = sum / Double(period) }
        }
        return current
    }
}

/// Simple moving average of the last `period` inputs.
public struct SMA: Hashable, Sendable {
    public let period: Int
    /// Nil until `period` inputs were seen.
    public private(set) var value: Double?
    private var window: [Double]
    private var seen = 0
    private var next = 0
    private var sum = 0.0

    public init(period: Int) {
        precondition(period >= 1, "a period is at least one bar")
        self.period = period
        window = Array(repeating: 0, count: period)
    }

    public var warmUp: Int { period }

    @discardableResult public mutating func push(_ input: Double) -> Double? {
        sum += input - window[next]
        window[next] = input
        next += 1
        if next == period {
            next = 0
            // Summed afresh once a round, so that rounding errors cannot pile up over a long history.
            sum = window.reduce(0, +)
        }
        if seen < period { seen += 1 }
        if seen == period { value = sum / Double(period) }
        return value
    }
}
