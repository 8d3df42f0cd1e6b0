import Indicators
public import Market

/// Everything Smart Money Concepts says about one timeframe, bar by bar.
///
/// Causal: an event is stated at the close of the bar that made it knowable and is never taken back. What a push
/// costs is bounded by the parameters, not by the bars before: it compares with as many bars as the strengths of the swings
/// and the living zones that price reaches, and only a break looks back over its leg. Memory is bounded as well.
///
/// Warm-up: until the ATR exists (bar 14 by default) no leg is displaced, equal means exactly equal, sizes in ATR are
/// zero, and the smallest gap is a fraction of the price alone. Nothing is filled in later.
public struct SmartMoneyState: Sendable {
    public let timeframe: Timeframe
    public let parameters: SmartMoneyParameters

    @usableFromInline var eventMemory = EventMemory(capacity: 64)
    private(set) var detectors: Detectors

    public init(timeframe: Timeframe, parameters: SmartMoneyParameters = SmartMoneyParameters()) {
        self.timeframe = timeframe
        self.parameters = parameters
        detectors = Detectors(timeframe: timeframe, parameters: parameters)
    }

    /// The events of the last bar pushed, in a fixed order: gaps, liquidity, external layer, internal layer, new pools.
    /// Its memory is used again by the next bar; whoever keeps the events makes that bar take new memory.
    @inlinable public var events: ArraySlice<SmartMoneyEvent> { eventMemory.events }

    /// Bars pushed so far.
    public var count: Int { detectors.bars.count }

    /// Wilder ATR in price units; nil until warmed up.
    public var atr: Double? { detectors.averageRange.value.map { $0 / Double(Price.scale) } }

    /// Structure of the external swings.
    public var external: StructureLayer { _read { yield detectors.external } }
    /// Structure of the internal swings.
    public var `internal`: StructureLayer { _read { yield detectors.internal } }

    /// Takes the next closed bar; bars come in time order.
    @inlinable @inline(__always)
    public mutating func push(_ candle: Candle) {
        push(candle.openTime, candle.open, candle.high, candle.low, candle.close, candle.volume)
    }

    // In registers: a bar that was just written to memory piece by piece is slow to read as a whole.
    @usableFromInline @inline(never)
    mutating func push(
        _ openTime: Timestamp, _ open: Price, _ high: Price, _ low: Price, _ close: Price, _ volume: Double
    ) {
        let candle = Candle(openTime: openTime, open: open, high: high, low: low, close: close, volume: volume)
        eventMemory.record(candle, by: &detectors)
    }
}

extension SmartMoneyState {
    public func layer(_ layer: Layer) -> StructureLayer { layer == .external ? external : `internal` }

    /// A bar of the recent past, counted from the first bar pushed; nil when it is no longer held.
    public func bar(_ index: Int) -> Candle? {
        index >= detectors.bars.oldest && index < detectors.bars.count ? detectors.bars[index] : nil
    }

    /// Open, partly filled and filled gaps, the next that price reaches first.
    public func gaps(_ direction: Direction) -> ContiguousArray<FairValueGap> {
        book(direction).gaps.living
    }

    /// Gaps that a close went through, by the direction they had when they were made; they act the opposite way.
    public func invertedGaps(_ direction: Direction) -> ContiguousArray<FairValueGap> {
        book(direction).gaps.opposing
    }

    /// Whether an open or partly filled gap of `direction` overlaps the zone.
    public func hasOpenGap(_ direction: Direction, overlapping low: Price, _ high: Price) -> Bool {
        book(direction).hasOpenGap(overlapping: low, high)
    }

    /// Resting liquidity of a side, the nearest level first: `bullish` above, `bearish` below.
    public func pools(_ direction: Direction) -> ReversedCollection<ContiguousArray<LiquidityPool>.SubSequence> {
        (direction == .bullish ? detectors.liquidity.above : detectors.liquidity.below).resting.elements.reversed()
    }

    /// Resting liquidity of a side beyond `price`, the nearest level first.
    public func pools(
        _ direction: Direction, beyond price: Price
    ) -> ReversedCollection<ContiguousArray<LiquidityPool>.SubSequence> {
        let elements = (direction == .bullish ? detectors.liquidity.above : detectors.liquidity.below).resting.elements
        let limit = -price.oriented(direction)
        var end = elements.endIndex
        while end > 0, elements[end - 1].key >= limit { end -= 1 }
        return elements[..<end].reversed()
    }

    /// The last bar that swept liquidity of a side, -1 when none did.
    public func lastSweep(_ direction: Direction) -> Int {
        max(
            direction == .bullish ? detectors.liquidity.above.lastSweep : detectors.liquidity.below.lastSweep,
            external.lastSweep(direction))
    }

    /// The running high and low of the session or period of this kind; nil when none runs with known extremes.
    public func running(_ kind: LiquidityPool.Kind) -> (high: Price, low: Price)? {
        for period in detectors.liquidity.periods where period.kind == kind && period.isKnown {
            return (period.high.price, period.low.price)
        }
        return nil
    }

    private func book(_ direction: Direction) -> GapBook {
        direction == .bullish ? detectors.bullishGaps : detectors.bearishGaps
    }
}
