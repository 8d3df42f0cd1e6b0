public import Market

/// A level behind which stop orders are taken to rest.
public struct LiquidityPool: Hashable, Sendable, Shelved {
    /// What makes the level.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An unbroken external swing.
        case swing
        /// Two or more swings at nearly the same price.
        case equal
        /// The extreme of the previous UTC day, week (from Monday) or month.
        case day
        case week
        case month
        /// The extreme of the last session of that name.
        case asia
        case london
        case newYork = "new_york"
    }

    public let id: StructureID
    public let kind: Kind
    /// `bullish`: buy-side, above the price. `bearish`: sell-side, below it.
    public let direction: Direction
    /// The outermost price of the pool.
    public let level: Price
    /// The innermost price of equal swings; otherwise the level.
    public let inner: Price
    /// The bar that made the level (the newest one of equal swings), and its open time.
    public let index: Int
    public let time: Timestamp
    public let confirmedAt: Int
    /// Swings that made it.
    public let touches: Int
    let key: Int64

    init(
        _ kind: Kind, _ direction: Direction, level: Price, inner: Price, index: Int, time: Timestamp, confirmedAt: Int,
        touches: Int
    ) {
        id = StructureID(kind.family, index, direction)
        self.kind = kind
        self.direction = direction
        self.level = level
        self.inner = inner
        self.index = index
        self.time = time
        self.confirmedAt = confirmedAt
        self.touches = touches
        // The nearest pool above has the lowest level.
        key = -level.oriented(direction)
    }
}

extension LiquidityPool.Kind {
    var family: StructureID.Family {
        switch self {
        case .swing: .swingPool
        case .equal: .equalPool
        case .day: .dayPool
        case .week: .weekPool
        case .month: .monthPool
        case .asia: .asiaPool
        case .london: .londonPool
        case .newYork: .newYorkPool
        }
    }
}
