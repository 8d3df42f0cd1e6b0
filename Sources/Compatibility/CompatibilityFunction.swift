/// A function of the Python library `smartmoneyconcepts` 0.0.27 with its parameters; defaults are the library's.
///
/// Every one of them looks ahead and takes back what it said: the answer for a bar depends on later bars. None may feed
/// a strategy. See `docs/compatibility.md`.
public enum CompatibilityFunction: Hashable, Sendable {
    /// The names by which the library calls its functions.
    public enum Name: String, CaseIterable, Hashable, Sendable {
        case fvg
        case swingHighsLows = "swing_highs_lows"
        case bosChoch = "bos_choch"
        case ob
        case liquidity
        case previousHighLow = "previous_high_low"
        case sessions
        case retracements
    }

    /// Fair value gaps.
    public struct FairValueGaps: Hashable, Sendable {
        /// Whether gaps of one direction on consecutive bars become one, kept at the last bar.
        public var joinConsecutive: Bool

        public init(joinConsecutive: Bool = false) { self.joinConsecutive = joinConsecutive }
    }

    /// Swing highs and lows, and the retracements between them.
    public struct Swings: Hashable, Sendable {
        /// Bars looked at on each side, 0 or more.
        public var swingLength: Int

        public init(swingLength: Int = 50) { self.swingLength = swingLength }
    }

    /// Breaks of structure and changes of character.
    public struct StructureBreaks: Hashable, Sendable {
        public var swingLength: Int
        /// Whether a level is broken by the close; by the high or low if not.
        public var closeBreak: Bool

        public init(swingLength: Int = 50, closeBreak: Bool = true) {
            self.swingLength = swingLength
            self.closeBreak = closeBreak
        }
    }

    /// Order blocks.
    public struct OrderBlocks: Hashable, Sendable {
        public var swingLength: Int
        /// Whether a block is mitigated by open or close; by the high or low if not.
        public var closeMitigation: Bool

        public init(swingLength: Int = 50, closeMitigation: Bool = false) {
            self.swingLength = swingLength
            self.closeMitigation = closeMitigation
        }
    }

    /// Groups of swings at nearly the same level.
    public struct LiquidityPools: Hashable, Sendable {
        public var swingLength: Int
        /// Half the height of a group as a fraction of the whole input's range from lowest low to highest high.
        public var rangePercent: Double

        public init(swingLength: Int = 50, rangePercent: Double = 0.01) {
            self.swingLength = swingLength
            self.rangePercent = rangePercent
        }
    }

    case fvg(FairValueGaps)
    case swingHighsLows(Swings)
    case bosChoch(StructureBreaks)
    case ob(OrderBlocks)
    case liquidity(LiquidityPools)
    case previousHighLow(TimeFrame)
    case sessions(SessionHours)
    case retracements(Swings)

    public var name: Name {
        switch self {
        case .fvg: .fvg
        case .swingHighsLows: .swingHighsLows
        case .bosChoch: .bosChoch
        case .ob: .ob
        case .liquidity: .liquidity
        case .previousHighLow: .previousHighLow
        case .sessions: .sessions
        case .retracements: .retracements
        }
    }
}

/// The columns that the library returns for a function on these bars, in O(n log n).
public func table(
    for function: CompatibilityFunction, on bars: OHLCV
) throws(CompatibilityError) -> CompatibilityTable {
    switch function {
    case .fvg(let parameters):
        fairValueGaps(bars, joinConsecutive: parameters.joinConsecutive)
    case .swingHighsLows(let parameters):
        try SwingSequence(bars, length: parameters.swingLength).table
    case .bosChoch(let parameters):
        structureBreaks(
            bars, try SwingSequence(bars, length: parameters.swingLength), closeBreak: parameters.closeBreak)
    case .ob(let parameters):
        orderBlocks(
            bars, try SwingSequence(bars, length: parameters.swingLength), closeMitigation: parameters.closeMitigation)
    case .liquidity(let parameters):
        liquidityPools(
            bars, try SwingSequence(bars, length: parameters.swingLength), rangePercent: parameters.rangePercent)
    case .previousHighLow(let timeFrame):
        previousHighLow(bars, timeFrame)
    case .sessions(let hours):
        sessionExtremes(bars, hours)
    case .retracements(let parameters):
        retracements(bars, try SwingSequence(bars, length: parameters.swingLength))
    }
}
