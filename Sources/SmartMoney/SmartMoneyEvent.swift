public import Market

/// One fact about the market's structure, stated once, at the close of the bar at which it became knowable.
/// Later news about the same structure is another event with the same `reference`.
public struct SmartMoneyEvent: Hashable, Sendable {
    /// The bar at whose close this became knowable. Nothing may use it earlier.
    public let confirmedAt: Int
    /// The bar it is about. For life events that is the bar on which they happened.
    public let index: Int
    /// Open time of the bar `index`.
    public let timestamp: Timestamp
    public let kind: Kind
    public let direction: Direction
    /// Nil for gaps and liquidity, which exist once.
    public let layer: Layer?
    /// The level; for zones the near edge (the one that price reaches first).
    public let price: Price
    /// For zones the far edge, for breaks the leg's origin, for ranges the far end; otherwise equal to `price`.
    public let price2: Price
    /// The structure it is about; for `bos`, `choch` and `sweep` the swing whose level it was.
    public let reference: StructureID
    public let detail: Detail

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case swing
        case swingSuperseded = "swing.superseded"
        case breakOfStructure = "bos"
        case changeOfCharacter = "choch"
        case sweep
        case dealingRange = "dealing_range"
        case dealingRangeFixed = "dealing_range.fixed"
        case orderBlock = "order_block"
        case orderBlockTested = "order_block.tested"
        case orderBlockMitigated = "order_block.mitigated"
        case orderBlockBroken = "order_block.broken"
        case orderBlockBreaker = "order_block.breaker"
        case orderBlockExpired = "order_block.expired"
        case gap = "fvg"
        case gapJoined = "fvg.joined"
        case gapPartlyFilled = "fvg.partly_filled"
        case gapFilled = "fvg.filled"
        case gapInverted = "fvg.inverted"
        case gapExpired = "fvg.expired"
        case gapBalanced = "fvg.balanced"
        case liquidity
        case liquiditySwept = "liquidity.swept"
        case liquidityTaken = "liquidity.taken"
        case liquiditySuperseded = "liquidity.superseded"
        case liquidityExpired = "liquidity.expired"
    }

    /// What else there is to know, without a heap allocation.
    public enum Detail: Hashable, Sendable {
        case none
        case swing(SwingLabel, counts: Bool)
        /// `strength` is the largest body of the last bars, in ATR; zero before there is an ATR.
        case structureBreak(displaced: Bool, strength: Double, origin: Int)
        /// `size` in ATR, zero before there is an ATR.
        case orderBlock(size: Double, volume: Double, displacementVolume: Double, overlapsGap: Bool, swept: Bool)
        /// `size` in ATR, zero before there is an ATR.
        case gap(size: Double, joined: Int)
        /// The deepest fill so far, 0...1, and the number of visits.
        case fill(Double, touches: Int)
        /// The opposite gap of a balanced price range.
        case balanced(StructureID)
        case pool(LiquidityPool.Kind, touches: Int)
        case ended(Ending)
    }

    /// Why a structure is no longer followed.
    public enum Ending: String, Hashable, Sendable, CaseIterable {
        /// It grew too old.
        case age
        /// A close went back through a breaker.
        case closedThrough = "closed_through"
        /// A newer one needed its place.
        case capacity
    }
}
