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
}

/// The last displaced leg of a layer. What a bar is compared with while the leg grows stands in numbers of its own.
struct RangeFollower: Sendable {
    private var base: DealingRange?
    /// The far end of a bullish leg that grows, and of a bearish one, in the direction of the leg; `.max` when none does.
    private var farAbove = Int64.max
    private var farBelow = Int64.max
    private var farIndex = -1
    private var originIndex = -1

    /// The last displaced leg as far as it goes by now; nil before the first.
    var range: DealingRange? {
        guard var range = base, min(farAbove, farBelow) != .max else { return base }
        range.far = Price(oriented: range.direction == .bullish ? farAbove : farBelow, range.direction)
        range.farIndex = farIndex
        return range
    }

    @inline(__always)
    mutating func open(_ range: DealingRange) {
        base = range
        let far = range.far.oriented(range.direction)
        farAbove = range.direction == .bullish ? far : .max
        farBelow = range.direction == .bullish ? .max : far
        farIndex = range.farIndex
        originIndex = range.originIndex
    }

    /// Whether the bar goes beyond the far end of a leg that grows; `extend` follows if it does.
    @inline(__always)
    func isExtended(by up: OrientedBar, _ down: OrientedBar) -> Bool { up.high > farAbove || down.high > farBelow }

    @inline(__always)
    mutating func extend(_ up: OrientedBar, _ down: OrientedBar, index: Int) {
        if farAbove != .max { farAbove = up.high } else { farBelow = down.high }
        farIndex = index
    }

    /// Whether a confirmed swing lies at the far end of the leg: it ends the leg's growth then, which `fix` does.
    @inline(__always)
    func isEnded(by direction: Direction, _ index: Int) -> Bool {
        (direction == .bullish ? farAbove : farBelow) != .max && index > originIndex
    }

    /// Ends the growth of the leg and answers it.
    mutating func fix() -> DealingRange? {
        guard var range else { return nil }
        range.isExtending = false
        base = range
        farAbove = .max
        farBelow = .max
        return range
    }
}
