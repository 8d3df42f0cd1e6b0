public import Market

/// The last opposing bar before a leg that broke structure: a zone where the leg's orders may rest.
public struct OrderBlock: Hashable, Sendable, Zone {
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
    public var deepestFill: Double { phase == .fresh ? 0 : fill }
    var depth: Int64 = 0
    var isFollowed = true

    /// The edge that price reaches first, while the block keeps its own direction.
    public var near: Price { direction == .bullish ? top : bottom }
    public var far: Price { direction == .bullish ? bottom : top }
    private var height: Int64 { top.raw - bottom.raw }

    /// The deepest fill of a block that price has been in.
    var fill: Double { Self.fill(atDepth: depth, of: height) }

    @inline(__always)
    private static func fill(atDepth depth: Int64, of height: Int64) -> Double {
        depth >= height ? 1 : Double(depth) / Double(height)
    }

    /// The near edge in the block's own direction.
    var entry: Int64 { near.oriented(direction) }

    /// The smallest depth at which the fill, 0...1, of a block of this height is at least `fill`; nil when no depth is.
    @inline(__always)
    static func depth(from fill: Double, of height: Int64) -> Int64? {
        guard fill <= 1 else { return nil }
        // The usual half needs no division: below 2⁵² units no smaller quotient is rounded to it.
        if fill == 0.5 && height < 1 << 52 { return (height &+ 1) / 2 }
        // The product is rounded as the quotient is not: the smallest depth may lie beside it.
        var depth = max(0, Int64(fill * Double(height)) - 1)
        while Self.fill(atDepth: depth, of: height) < fill { depth &+= 1 }
        return depth
    }
}
