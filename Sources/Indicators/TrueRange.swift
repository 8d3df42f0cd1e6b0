/// True range: the greatest of high − low and the distances of high and low from the previous close.
@frozen public struct TrueRange: Hashable, Sendable {
    @usableFromInline var previousClose: Double?

    public init() {}

    /// Bars needed before the first value: the first bar has no previous close.
    public var warmUp: Int { 2 }

    @inlinable @inline(__always)
    public mutating func push(high: Double, low: Double, close: Double) -> Double? {
        defer { previousClose = close }
        guard let previous = previousClose else { return nil }
        return max(high - low, max(abs(high - previous), abs(low - previous)))
    }
}

/// Wilder's average true range: the mean of the first `period` true ranges, then
/// (previous × (period − 1) + true range) / period.
@frozen public struct WilderATR: Hashable, Sendable {
    public let period: Int
    /// In price units; nil until `period` + 1 bars were seen.
    @inlinable public var value: Double? { current }
    @usableFromInline var current: Double?
    @usableFromInline var range = TrueRange()
    @usableFromInline var seen = 0
    @usableFromInline var sum = 0.0
    @usableFromInline let divisor: Double

    public init(period: Int = 14) {
        precondition(period >= 1, "a period is at least one bar")
        self.period = period
        divisor = Double(period)
    }

    public var warmUp: Int { period + 1 }

    @inlinable @inline(__always) @discardableResult
    public mutating func push(high: Double, low: Double, close: Double) -> Double? {
        guard let trueRange = range.push(high: high, low: low, close: close) else { return nil }
        return push(trueRange: trueRange)
    }

    /// Takes a true range that the caller has from elsewhere; whoever does so does not push bars.
    @inlinable @inline(__always) @discardableResult
    public mutating func push(trueRange: Double) -> Double? {
        if let previous = current {
            current = (previous * (divisor - 1) + trueRange) / divisor
        } else {
            sum += trueRange
            seen += 1
            if seen == period { current = sum / divisor }
        }
        return current
    }
}
