public import Market

/// The last opposing bar before a leg that broke structure: a zone where the leg's orders may rest.
public struct OrderBlock: Hashable, Sendable, Shelved {
    public enum Phase: Hashable, Sendable {
        /// No bar has traded into it since its confirmation.
        case fresh
        case tested
        /// Filled deep enough that what rested there is taken to be gone.
        case mitigated
        /// A close went beyond the far edge: the zone has the opposite role.
        case breaker
    }

    public let id: StructureID
    /// The direction of the break that made it. A breaker acts the opposite way.
    public let direction: Direction
    public let layer: Layer
    /// The bar whose range or body is the zone.
    public let index: Int
    /// Open time of that bar.
    public let time: Timestamp
    /// The bar of the break.
    public let confirmedAt: Int
    public let breakKind: StructureBreak.Kind
    public let displaced: Bool
    public let top: Price
    public let bottom: Price
    /// Height in ATR at confirmation; zero before there is an ATR.
    public let size: Double
    /// Base coin traded in its bar, and in the bars of the displacement.
    public let volume: Double
    public let displacementVolume: Double
    /// An open gap of its direction overlapped it at confirmation.
    public let overlapsGap: Bool
    /// The leg swept a level on its own side first.
    public let sweptLiquidity: Bool

    public internal(set) var phase = Phase.fresh
    /// Separate visits of price, and the deepest one, 0 at the near edge to 1 at the far edge.
    public internal(set) var touches = 0
    public var deepestFill: Double {
        if phase == .fresh { return 0 }
        return depth >= height ? 1 : Double(depth) / Double(height)
    }
    /// How far beyond the near edge price has been, in raw units.
    var depth: Int64 = 0
    var lastTouch = -1
    var key: Int64 = 0

    /// The edge that price reaches first, while the block keeps its own direction.
    public var near: Price { direction == .bullish ? top : bottom }
    public var far: Price { direction == .bullish ? bottom : top }
    private var height: Int64 { top.raw - bottom.raw }

    /// A bar has reached the near edge: whether a visit begins with it, and whether it is the one that mitigates.
    mutating func touch(
        _ bar: OrientedBar, at index: Int, mitigation: Double
    ) -> (isVisit: Bool, isMitigated: Bool) {
        let isVisit = lastTouch != index - 1
        lastTouch = index
        if isVisit { touches += 1 }
        let isFresh = phase == .fresh
        let reached = key - bar.low
        if reached <= depth && !isFresh { return (isVisit, false) }
        depth = reached
        if isFresh { phase = .tested }
        let isMitigated = phase == .tested && deepestFill >= mitigation
        if isMitigated { phase = .mitigated }
        return (isVisit, isMitigated)
    }
}
