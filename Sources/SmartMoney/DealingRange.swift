public import Market

/// The last displaced leg: from its protected extreme (position 0) to its far extreme (position 1).
///
/// The far end follows price until the swing at it is confirmed. All fractions are direction-aware: for a bullish range
/// discount is below 0.5, for a bearish range as well (in price it is then above the middle).
public struct DealingRange: Hashable, Sendable {
    public let id: StructureID
    public let direction: Direction
    public let origin: Price
    public let originIndex: Int
    public internal(set) var far: Price
    public internal(set) var farIndex: Int
    /// Until the swing at the far end is confirmed.
    public internal(set) var isExtending = true

    /// Length in price units.
    public var length: Price { (far - origin).magnitude }

    /// 0 at the origin, 1 at the far end, negative behind the origin. The far end of a range without length is 0.
    public func position(of price: Price) -> Double {
        let length = far.raw - origin.raw
        return length == 0 ? 0 : Double(price.raw - origin.raw) / Double(length)
    }

    /// The price at a retracement from the far end: 0 is the far end, 1 the origin, -0.27 an extension beyond the far
    /// end. To the nearest smallest unit.
    public func price(atRetracement fraction: Double) -> Price {
        let back = (fraction * Double(far.raw - origin.raw)).rounded(.toNearestOrEven)
        return Price(raw: far.raw - Int64(back))
    }

    public var equilibrium: Price { price(atRetracement: 0.5) }

    /// The retracements of the optimal trade entry, nearer one first, and its sweet spot.
    public static let optimalEntry: ClosedRange<Double> = 0.62...0.79
    public static let sweetSpot = 0.705
    /// Retracements of the usual targets beyond the far end.
    public static let extensions = [-0.27, -0.62, -1.0]

    /// Whether price lies in the optimal trade entry zone.
    public func isOptimalEntry(_ price: Price) -> Bool {
        Self.optimalEntry.contains(1 - position(of: price))
    }

    public func isDiscount(_ price: Price) -> Bool { position(of: price) < 0.5 }
    public func isPremium(_ price: Price) -> Bool { position(of: price) > 0.5 }

    /// Follows a bar while the range extends.
    @inline(__always)
    mutating func extend(_ candle: Candle, index: Int) {
        guard isExtending else { return }
        let reach = direction == .bullish ? candle.high : candle.low
        guard reach.oriented(direction) > far.oriented(direction) else { return }
        far = reach
        farIndex = index
    }
}
