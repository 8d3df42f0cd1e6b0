public import Market

/// Refuses entries when volatility is outside its usual range, as a percentile (0...1) of its recent values.
public struct VolatilityFilter: Hashable, Sendable {
    /// [0]
    public var lowest: Double
    /// [0.97]
    public var highest: Double

    public init(lowest: Double = 0, highest: Double = 0.97) {
        self.lowest = lowest
        self.highest = highest
    }

    /// 0 ≤ lowest < highest ≤ 1.
    public var isOrdered: Bool { 0 <= lowest && lowest < highest && highest <= 1 }

    public func allows(_ percentile: Double) -> Bool { percentile >= lowest && percentile <= highest }
}

/// The recent values of a volatility (ATR over price), to say where the present one stands among them.
public struct VolatilityHistory: Hashable, Sendable, Codable {
    private var values: [Rate]
    private var next = 0
    private let window: Int
    private let needed: Int

    /// `window` values are kept; a percentile is given from `needed` on.
    public init(window: Int = 480, needed: Int = 96) {
        precondition(needed > 0 && window >= needed, "a percentile needs values")
        self.window = window
        self.needed = needed
        values = []
        values.reserveCapacity(window)
    }

    public mutating func observe(_ value: Rate) {
        if values.count < window {
            values.append(value)
        } else {
            values[next] = value
            next = next + 1 == window ? 0 : next + 1
        }
    }

    /// The part of the kept values that are below `value`; nil while there are too few.
    public func percentile(of value: Rate) -> Double? {
        guard values.count >= needed else { return nil }
        var below = 0
        for kept in values where kept < value { below += 1 }
        return Double(below) / Double(values.count)
    }
}
