/// Wilder's average directional index with both directional indicators, smoothed as TA-Lib does: sums over the first
/// period − 1 changes, then each sum loses a `period`-th of itself and gains the new change.
public struct ADX: Hashable, Sendable {
    public let period: Int
    /// Strength of upward movement, 0...100; nil until `period` + 1 bars were seen.
    public private(set) var plusDI: Double?
    /// Strength of downward movement, 0...100.
    public private(set) var minusDI: Double?
    /// Strength of the trend whatever its direction, 0...100; nil until 2 × `period` bars were seen.
    public private(set) var value: Double?

    private var changes = 0
    private var previousHigh = 0.0
    private var previousLow = 0.0
    private var previousClose = 0.0
    private var plusMovement = 0.0
    private var minusMovement = 0.0
    private var range = 0.0
    private var indexSum = 0.0

    public init(period: Int = 14) {
        precondition(period >= 2, "directional movement needs two bars at least")
        self.period = period
        changes = -1
    }

    /// Bars needed before the first ADX.
    public var warmUp: Int { 2 * period }

    @discardableResult public mutating func push(high: Double, low: Double, close: Double) -> Double? {
        changes += 1
        defer {
            previousHigh = high
            previousLow = low
            previousClose = close
        }
        guard changes > 0 else { return nil }
        accumulate(high: high, low: low)
        guard changes >= period else { return nil }
        let hasRange = !isNegligible(range)
        let plus = hasRange ? 100 * (plusMovement / range) : 0
        let minus = hasRange ? 100 * (minusMovement / range) : 0
        plusDI = plus
        minusDI = minus
        let total = plus + minus
        // Without any movement there is no new reading: the average keeps its value.
        let reading = hasRange && !isNegligible(total) ? 100 * (abs(minus - plus) / total) : nil
        return average(reading)
    }

    private mutating func accumulate(high: Double, low: Double) {
        let up = high - previousHigh
        let down = previousLow - low
        let plus = up > 0 && up > down ? up : 0
        let minus = down > 0 && down > up ? down : 0
        let trueRange = max(high - low, max(abs(high - previousClose), abs(low - previousClose)))
        if changes >= period {
            plusMovement -= plusMovement / Double(period)
            minusMovement -= minusMovement / Double(period)
            range -= range / Double(period)
        }
        plusMovement += plus
        minusMovement += minus
        range += trueRange
    }

    private mutating func average(_ reading: Double?) -> Double? {
        if let previous = value {
            if let reading { value = (previous * Double(period - 1) + reading) / Double(period) }
        } else {
            indexSum += reading ?? 0
            if changes == 2 * period - 1 { value = indexSum / Double(period) }
        }
        return value
    }
}

/// TA-Lib's notion of zero.
@inline(__always) func isNegligible(_ value: Double) -> Bool { abs(value) < 1e-14 }
