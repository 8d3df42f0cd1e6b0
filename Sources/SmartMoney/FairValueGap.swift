public import Market

/// A range of prices that three bars in a row left untraded between the first and the third.
public struct FairValueGap: Hashable, Sendable, Shelved {
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
    public internal(set) var deepestFill = 0.0
    var lastTouch = -1
    let key: Int64
    /// The far edge in the gap's own direction.
    let end: Int64

    public var confirmedAt: Int { index }
    /// The edge that price reaches first, while the gap keeps its own direction.
    public var near: Price { direction == .bullish ? top : bottom }
    public var far: Price { direction == .bullish ? bottom : top }
    /// Not yet traded through to the far edge.
    public var isUnfilled: Bool { phase == .open || phase == .partlyFilled }

    /// A bar has traded into the gap: what that is, if it is news.
    mutating func touch(_ bar: OrientedBar, at index: Int) -> SmartMoneyEvent.Kind? {
        let isVisit = lastTouch != index - 1
        lastTouch = index
        if isVisit { touches += 1 }
        guard isUnfilled else { return nil }
        let depth = key - bar.low
        let height = key - end
        let fraction = depth >= height ? 1 : Double(depth) / Double(height)
        guard fraction > deepestFill else { return nil }
        deepestFill = fraction
        phase = fraction >= 1 ? .filled : .partlyFilled
        return fraction >= 1 ? .gapFilled : isVisit ? .gapPartlyFilled : nil
    }

    @inline(__always)
    func overlaps(_ low: Price, _ high: Price) -> Bool { bottom < high && low < top }
}
