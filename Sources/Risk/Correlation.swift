public import Market

/// Caps what correlated positions can lose together.
public struct CorrelationLimit: Hashable, Sendable {
    /// Positions whose returns correlate at least this much are one bet, over 0, at most 1. [0.6]
    public var threshold: Double
    /// Their combined loss at the stops over equity, over 0, at most 20 %. [0.75 %]
    public var risk: Rate

    public init(threshold: Double = 0.6, risk: Rate = .basisPoints(75)) {
        self.threshold = threshold
        self.risk = risk
    }
}

/// The correlation of two markets' returns, exponentially weighted, from closes of the same bars.
public struct ReturnCorrelation: Hashable, Sendable, Codable {
    public init(window: Int = 240, needed: Int = 60) {}
    /// Takes the closes of one bar.
    public mutating func observe(_ first: Price, _ second: Price) {}
    /// -1...1; nil until enough bars were seen or when a market did not move.
    public var value: Double? { nil }
}
