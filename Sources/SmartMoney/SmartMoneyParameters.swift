/// Every number in the definitions of the detectors, with its usual value. Distances "in ATR" are multiples of the
/// current Wilder ATR.
public struct SmartMoneyParameters: Hashable, Sendable {
    /// What counts as price being beyond a level.
    public enum BreakRule: Hashable, Sendable { case close, wick }
    /// Which part of the block's bar is its zone.
    public enum BlockZone: Hashable, Sendable { case range, body }

    /// Bars of the Wilder ATR.
    public var atrPeriod = 14
    /// Bars on each side that an external swing must dominate.
    public var externalStrength = 5
    /// Bars on each side that an internal swing must dominate.
    public var internalStrength = 2
    /// Two swings or more are equal when they lie within this many ATR of their mean; also the tolerance of EH and EL.
    public var equalTolerance = 0.1
    public var breakRule = BreakRule.close

    /// Bars up to the break whose largest body measures the displacement.
    public var displacementBars = 3
    /// The body, in ATR, from which a leg is displaced.
    public var displacementBody = 1.0
    /// The close beyond the level, in ATR, that stands in for a gap.
    public var displacementClose = 0.1

    public var blockZone = BlockZone.range
    /// Bars on each side of the leg's origin in which the block is looked for.
    public var blockSearch = 3
    /// The fill, 0...1, from which a block is mitigated.
    public var blockMitigation = 0.5
    /// Bars after its confirmation at which a block expires.
    public var blockExpiry = 500
    /// Asks that the bar after the block closes beyond it in the break's direction with an outsized range.
    public var blockNeedsImpulse = false
    /// The range of that bar as a multiple of the median range.
    public var impulseRange = 1.5
    /// Bars of the median range.
    public var impulseMedianBars = 20

    /// The smallest gap as a fraction of the close of its middle bar.
    public var gapMinimumFraction = 0.0007
    /// The smallest gap in ATR.
    public var gapMinimumATR = 0.1
    /// Joins gaps of one direction that follow each other bar by bar.
    public var joinsGaps = false
    /// Bars after its confirmation at which a gap expires.
    public var gapExpiry = 500

    /// Session hours, UTC. A session does not pass midnight.
    public var asia = SessionHours(start: 0, end: 8)
    public var london = SessionHours(start: 7, end: 16)
    public var newYork = SessionHours(start: 12, end: 21)
    /// Resting pools kept on each side; the oldest gives way.
    public var poolCapacity = 128
    /// Unbroken swings on each side that a new swing is compared with for equal highs and lows, 1...64; the oldest gives
    /// way.
    public var equalCandidates = 16

    /// Bars that a leg's origin is looked for in, at most. Rounded up to a power of two.
    public var lookback = 1024

    public init() {}
}

/// Hours of a day, UTC: from `start` until `end`, 0 ≤ start < end ≤ 24.
public struct SessionHours: Hashable, Sendable {
    public let start: Int
    public let end: Int

    public init(start: Int, end: Int) {
        precondition(0 <= start && start < end && end <= 24, "session hours lie within one day")
        self.start = start
        self.end = end
    }
}
