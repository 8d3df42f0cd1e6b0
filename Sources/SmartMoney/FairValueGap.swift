public import Market

/// A range of prices that three bars in a row left untraded between the first and the third.
public struct FairValueGap: Hashable, Sendable, Zone {
    public enum Phase: Hashable, Sendable {
        case open
        case partlyFilled
        /// Price has reached the far edge.
        case filled
        /// A close went beyond the far edge: the zone has the opposite role.
        case inverted
    }

    public let id: StructureID
    public let direction: Direction
    /// The third bar, at whose close it is known. Of joined gaps the newest.
    public let index: Int
    /// Open time of that bar.
    public let time: Timestamp
    public let top: Price
    public let bottom: Price
    /// Height in ATR at confirmation; zero before there is an ATR.
    public let size: Double
    /// How many gaps are joined in it; 1 for a single one.
    public let joined: Int

    public internal(set) var phase = Phase.open
    /// Separate visits of price, and the deepest one, 0 at the near edge to 1 at the far edge.
    public internal(set) var touches = 0
    public var deepestFill: Double {
        let height = top.raw - bottom.raw
        return depth >= height ? 1 : Double(depth) / Double(height)
    }
    var depth: Int64 = 0
    var isFollowed = true

    public var confirmedAt: Int { index }
    /// The edge that price reaches first, while the gap keeps its own direction.
    public var near: Price { direction == .bullish ? top : bottom }
    public var far: Price { direction == .bullish ? bottom : top }
    /// Not yet traded through to the far edge.
    public var isUnfilled: Bool { phase == .open || phase == .partlyFilled }

    /// The near edge in the gap's own direction.
    var entry: Int64 { near.oriented(direction) }

    /// Takes what a bar does to the gap and answers what that is, if it is news.
    mutating func take(_ touch: ZoneTouch) -> SmartMoneyEvent.Kind? {
        if touch.isVisit { touches += 1 }
        guard isUnfilled, touch.isDeeper else { return nil }
        phase = touch.isDeep ? .filled : .partlyFilled
        return touch.isDeep ? .gapFilled : touch.isVisit ? .gapPartlyFilled : nil
    }

    @inline(__always)
    func overlaps(_ low: Price, _ high: Price) -> Bool { bottom < high && low < top }
}
