import Market

/// Swings, structure, order blocks and dealing range of one layer.
public struct StructureLayer: Sendable {
    public let layer: Layer
    private let finder: OrderBlockFinder
    private let strength: Int
    private var sequence: StructuralSequence
    private var structure: MarketStructure
    private var bullishBlocks: OrderBlockBook
    private var bearishBlocks: OrderBlockBook

    private var leg = RangeFollower()

    init(_ layer: Layer, parameters: SmartMoneyParameters) {
        self.layer = layer
        strength = layer == .external ? parameters.externalStrength : parameters.internalStrength
        finder = OrderBlockFinder(parameters: parameters)
        sequence = StructuralSequence(layer: layer, equalTolerance: parameters.equalTolerance)
        structure = MarketStructure(layer: layer, parameters: parameters)
        bullishBlocks = OrderBlockBook(.bullish, layer: layer, parameters: parameters)
        bearishBlocks = OrderBlockBook(.bearish, layer: layer, parameters: parameters)
    }

    /// The direction of the last break; nil before the first.
    public var trend: Direction? { structure.trend }
    /// The unbroken structural high (`bullish`) or low (`bearish`), nil when it is broken or there is none yet.
    public func unbroken(_ direction: Direction) -> StructuralLevel? { structure.level(direction) }
    /// The origin of the last leg: a close beyond it turns the trend. It lies below in a bullish trend.
    public var protected: StructuralLevel? { structure.protected }
    /// The last displaced leg; nil before the first.
    public var dealingRange: DealingRange? { leg.range }
    /// The last break of structure or change of character.
    public var lastBreak: StructureBreak? { structure.lastBreak }
    /// The last bar that swept a structural level of this side (`bullish`: above), -1 when none did.
    public func lastSweep(_ direction: Direction) -> Int { structure.lastSweep(direction) }
    /// The last confirmed swing highs (`bullish`) or lows (`bearish`), newest first, whether they count or not.
    public func swings(_ direction: Direction) -> RecentBuffer<Swing> {
        direction == .bullish ? sequence.highs : sequence.lows
    }

    /// The last confirmed swing high (`bullish`) or low (`bearish`), without a copy of the others.
    @inline(__always) public func lastSwing(_ direction: Direction) -> Swing? {
        direction == .bullish ? sequence.highs.newestElement : sequence.lows.newestElement
    }

    /// Fresh, tested and mitigated order blocks, the next that price reaches first.
    public func orderBlocks(_ direction: Direction) -> ContiguousArray<OrderBlock> {
        book(direction).blocks.living
    }

    /// Broken blocks, by the direction they had when they were made; they act the opposite way.
    public func breakers(_ direction: Direction) -> ContiguousArray<OrderBlock> {
        book(direction).blocks.opposing
    }

    func book(_ direction: Direction) -> OrderBlockBook {
        direction == .bullish ? bullishBlocks : bearishBlocks
    }

    /// No block expires before this bar.
    var nextExpiry: Int { min(bullishBlocks.blocks.nextExpiry, bearishBlocks.blocks.nextExpiry) }

    mutating func wake(at index: Int) {
        bullishBlocks.wake(at: index)
        bearishBlocks.wake(at: index)
    }

    /// What the newest bar does to the blocks and the leg that are there.
    @inline(__always)
    mutating func push(_ previousLow: Int64, _ previousDownLow: Int64, _ log: inout EventLog) {
        let (up, down) = (log.up, log.down)
        bullishBlocks.push(up, closed: down.close, previousLow: previousLow, &log)
        bearishBlocks.push(down, closed: up.close, previousLow: previousDownLow, &log)
        if leg.isExtended(by: up, down) { leg.extend(up, down, index: log.index) }
    }

    /// The newest bar has confirmed swings of this layer: the newest of `swings` now. They count now.
    @inline(__always)
    mutating func confirm(_ confirmed: UInt64, _ bars: inout BarHistory, _ log: inout EventLog) {
        if !SwingDetector.Confirmed.isHigh(confirmed) {
            confirmLow(&bars, &log)
        } else if !SwingDetector.Confirmed.isLow(confirmed) {
            confirmHigh(&bars, &log)
        } else {
            confirmBoth(&bars, &log)
        }
    }

    @inline(never)
    private mutating func confirmBoth(_ bars: inout BarHistory, _ log: inout EventLog) {
        let isHighFirst = sequence.nextDirection == .bullish
        if isHighFirst { confirmHigh(&bars, &log) }
        confirmLow(&bars, &log)
        if !isHighFirst { confirmHigh(&bars, &log) }
    }

    // One function a direction: what is known of it need not be asked for at every step.
    @inline(never)
    private mutating func confirmHigh(_ bars: inout BarHistory, _ log: inout EventLog) {
        confirm(.bullish, &bars, &log)
    }

    @inline(never)
    private mutating func confirmLow(_ bars: inout BarHistory, _ log: inout EventLog) {
        confirm(.bearish, &bars, &log)
    }

    @inline(__always)
    private mutating func confirm(_ direction: Direction, _ bars: inout BarHistory, _ log: inout EventLog) {
        let index = log.index &- strength
        let candle = bars[index]
        let (swing, counts) = sequence.append(
            direction, index: index, time: candle.openTime,
            price: direction == .bullish ? candle.high : candle.low, &log)
        if counts { structure.adopt(swing, direction) }
        if leg.isEnded(by: direction, swing.index) { fixRange(&log) }
    }

    /// Whether the newest bar goes beyond a level; `resolve` follows if it does.
    @inline(__always)
    func isReached(by up: OrientedBar, _ down: OrientedBar) -> Bool {
        structure.isReached(by: up, .bullish) || structure.isReached(by: down, .bearish)
    }

    /// What becomes of the levels that the newest bar goes beyond. What the layers share is lent to them in place: it is
    /// large, and a bar is too short a time to copy it. Blocks live from the next bar on.
    @inline(never)
    mutating func resolve(
        _ bars: inout BarHistory, _ poolSweepAbove: Int, _ poolSweepBelow: Int, bullishGaps: inout GapBook,
        bearishGaps: inout GapBook, _ log: inout EventLog
    ) {
        let isUpFirst = structure.firstSide(isBullish: log.up.close > log.up.open) == .bullish
        if isUpFirst { resolveUp(&bars, poolSweepBelow, &bullishGaps, &log) }
        resolveDown(&bars, poolSweepAbove, &bearishGaps, &log)
        if !isUpFirst { resolveUp(&bars, poolSweepBelow, &bullishGaps, &log) }
    }

    @inline(never)
    private mutating func resolveUp(
        _ bars: inout BarHistory, _ poolSweep: Int, _ gaps: inout GapBook, _ log: inout EventLog
    ) {
        if let block = resolve(.bullish, &bars, poolSweep, &gaps, &log) { bullishBlocks.insert(block, .bullish, &log) }
    }

    @inline(never)
    private mutating func resolveDown(
        _ bars: inout BarHistory, _ poolSweep: Int, _ gaps: inout GapBook, _ log: inout EventLog
    ) {
        if let block = resolve(.bearish, &bars, poolSweep, &gaps, &log) { bearishBlocks.insert(block, .bearish, &log) }
    }

    /// The block of a break in `direction`, if there is one. `gaps` are those of the direction, `poolSweep` is the last
    /// bar that swept a pool behind a leg in this direction.
    @inline(__always)
    private mutating func resolve(
        _ direction: Direction, _ bars: inout BarHistory, _ poolSweep: Int, _ gaps: inout GapBook,
        _ log: inout EventLog
    ) -> OrderBlock? {
        guard structure.isReached(by: log.bar(direction), direction),
            let leg = structure.resolve(direction, &bars, lastGap: gaps.lastGap, &log)
        else { return nil }
        if leg.displaced { openRange(leg, &bars, &log) }
        let sweep = max(poolSweep, structure.lastSweep(direction.opposite))
        return finder.block(of: leg, direction, in: &bars, gaps: &gaps, lastSweep: sweep, log)
    }

    @inline(__always)
    private mutating func openRange(_ leg: StructureBreak, _ bars: inout BarHistory, _ log: inout EventLog) {
        let far = bars.extreme(leg.direction, after: min(leg.origin.index, leg.index - 1))
        let range = DealingRange(
            id: StructureID(.dealingRange, leg.index, leg.direction, layer), direction: leg.direction,
            origin: leg.origin.price, originIndex: leg.origin.index, far: far.price, farIndex: far.index)
        self.leg.open(range)
        log.append(.dealingRange, leg.direction, layer, range.origin, range.far, range.id, .none)
    }

    /// The swing at the far end of the leg ends its growth.
    @inline(never)
    private mutating func fixRange(_ log: inout EventLog) {
        guard let range = leg.fix() else { return }
        log.append(.dealingRangeFixed, range.direction, layer, range.origin, range.far, range.id, .none)
    }
}
