public import Market

/// Caps what correlated positions can lose together.
///
/// Two positions are one bet when their returns correlate at least by the threshold and they point the same way, or at
/// most by its negative and they point opposite ways. An unknown correlation counts as full correlation.
public struct CorrelationLimit: Hashable, Sendable {
    /// Over 0, at most 1. [0.6]
    public var threshold: Double
    /// Their combined loss at the stops over equity, at least the risk fraction, at most 20 %. [0.75 %]
    public var risk: Rate

    public init(threshold: Double = 0.6, risk: Rate = .basisPoints(75)) {
        self.threshold = threshold
        self.risk = risk
    }

    /// Whether a position on `side` and `exposure` are one bet.
    public func joins(_ side: Side, _ exposure: Exposure) -> Bool {
        let correlation = exposure.correlation ?? 1
        // A number that is not one is as unknown as none.
        guard correlation.isFinite else { return side == exposure.side }
        return side == exposure.side ? correlation >= threshold : correlation <= -threshold
    }
}

/// The correlation of two markets' returns, exponentially weighted, from closes of the same bars.
public struct ReturnCorrelation: Hashable, Sendable, Codable {
    private let weight: Double
    private let needed: Int
    private var bars = 0
    private var lastFirst = 0.0
    private var lastSecond = 0.0
    private var firstSquare = 0.0
    private var secondSquare = 0.0
    private var product = 0.0

    /// A new bar weighs 2 / (`window` + 1); a value is given from `needed` returns on.
    public init(window: Int = 240, needed: Int = 60) {
        precondition(window > 0 && needed > 0, "a correlation needs bars")
        weight = 2 / (Double(window) + 1)
        self.needed = needed
    }

    /// Takes the closes of one bar; impossible prices are passed over.
    public mutating func observe(_ first: Price, _ second: Price) {
        guard first.isPositive, second.isPositive else { return }
        let (x, y) = (first.double, second.double)
        if bars > 0 {
            let (a, b) = (x / lastFirst - 1, y / lastSecond - 1)
            firstSquare += weight * (a * a - firstSquare)
            secondSquare += weight * (b * b - secondSquare)
            product += weight * (a * b - product)
        }
        (lastFirst, lastSecond) = (x, y)
        bars += 1
    }

    /// -1...1; nil until enough bars were seen or when a market did not move.
    public var value: Double? {
        guard bars > needed, firstSquare > 0, secondSquare > 0 else { return nil }
        return max(-1, min(1, product / (firstSquare * secondSquare).squareRoot()))
    }
}
