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
    public var deepestFill: Double { phase == .fresh ? 0 : fill(atDepth: depth) }
    /// How far beyond the near edge price has been, in raw units.
    var depth: Int64 = 0
    /// The depth from which the block is mitigated; `.max` when it cannot be any more.
    var mitigationDepth = Int64.max
    var lastTouch = -1
    var key: Int64 = 0
    /// The far edge in the block's own direction.
    let end: Int64

    /// The edge that price reaches first, while the block keeps its own direction.
    public var near: Price { direction == .bullish ? top : bottom }
    public var far: Price { direction == .bullish ? bottom : top }
    private var height: Int64 { top.raw - bottom.raw }

    private func fill(atDepth depth: Int64) -> Double { depth >= height ? 1 : Double(depth) / Double(height) }

    /// Sets the fill, 0...1, from which the block is mitigated.
    mutating func mitigate(from fill: Double) {
        guard fill <= 1 else { return }
        // The product is rounded as the quotient is not: the smallest depth may lie beside it.
        var depth = max(0, Int64(fill * Double(height)) - 1)
        while self.fill(atDepth: depth) < fill { depth += 1 }
        mitigationDepth = depth
    }

    /// A bar has reached the near edge: whether that is news, which `takeNews` tells.
    @inline(__always)
    mutating func touch(_ bar: OrientedBar, at index: Int) -> Bool {
        let isVisit = lastTouch != index - 1
        depth = max(depth, key - bar.low)
        if isVisit || depth >= mitigationDepth || bar.close < end { return true }
        lastTouch = index
        return false
    }

    /// What a bar's touch was: the begin of a visit, the one that mitigates, the one that breaks the block.
    mutating func takeNews(_ bar: OrientedBar, at index: Int) -> (isVisit: Bool, isMitigated: Bool, isBroken: Bool) {
        let isVisit = lastTouch != index - 1
        lastTouch = index
        if isVisit { touches += 1 }
        if phase == .fresh { phase = .tested }
        let isMitigated = depth >= mitigationDepth
        if isMitigated {
            phase = .mitigated
            mitigationDepth = .max
        }
        return (isVisit, isMitigated, bar.close < end)
    }
}
