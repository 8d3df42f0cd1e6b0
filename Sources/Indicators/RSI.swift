/// Wilder's relative strength index, 0...100: the share of average gain in average movement.
/// Without any movement it reads 0, as TA-Lib does.
@frozen public struct RSI: Hashable, Sendable {
    public let period: Int
    /// Nil until `period` + 1 inputs were seen.
    public private(set) var value: Double?
    @usableFromInline var previous: Double?
    @usableFromInline var changes = 0
    @usableFromInline var gain = 0.0
    @usableFromInline var loss = 0.0

    public init(period: Int = 14) {
        precondition(period >= 2, "relative strength needs two changes at least")
        self.period = period
    }

    public var warmUp: Int { period + 1 }

    @discardableResult public mutating func push(_ input: Double) -> Double? {
        defer { previous = input }
        guard let previous else { return nil }
        let change = input - previous
        if changes < period {
            changes += 1
            if change > 0 { gain += change } else { loss -= change }
            guard changes == period else { return nil }
            gain /= Double(period)
            loss /= Double(period)
        } else {
            gain = (gain * Double(period - 1) + max(change, 0)) / Double(period)
            loss = (loss * Double(period - 1) + max(-change, 0)) / Double(period)
        }
        let movement = gain + loss
        value = isNegligible(movement) ? 0 : 100 * (gain / movement)
        return value
    }
}
