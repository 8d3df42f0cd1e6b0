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
    /// Structure of the external swings.
    public private(set) var external: StructureLayer
    /// Structure of the internal swings.
    public private(set) var `internal`: StructureLayer

    @usableFromInline var eventMemory = EventMemory(capacity: 64)

    private var bars: BarHistory
    // The layers share one look at the bars before: the wider one needs the comparisons of the other as well.
    private let nearStrength: Int
    private let wideStrength: Int
    private let externalIsWide: Bool
    /// In raw price units, where every bar's true range is exact.
    private var averageRange: WilderATR
    private var bullishGaps: GapBook
    private var bearishGaps: GapBook
    private var liquidity: Liquidity
    private var lastTime = Timestamp.distantPast

    public init(timeframe: Timeframe, parameters: SmartMoneyParameters = SmartMoneyParameters()) {
        self.timeframe = timeframe
        self.parameters = parameters
        external = StructureLayer(.external, parameters: parameters)
        `internal` = StructureLayer(.internal, parameters: parameters)
        bars = BarHistory(
            lookback: max(parameters.lookback, parameters.externalStrength + 1, parameters.internalStrength + 1))
        nearStrength = min(parameters.externalStrength, parameters.internalStrength)
        wideStrength = max(parameters.externalStrength, parameters.internalStrength)
        externalIsWide = parameters.externalStrength == wideStrength
        averageRange = WilderATR(period: parameters.atrPeriod)
        bullishGaps = GapBook(.bullish, parameters: parameters)
        bearishGaps = GapBook(.bearish, parameters: parameters)
        liquidity = Liquidity(timeframe: timeframe, parameters: parameters)
    }

    /// The events of the last bar pushed, in a fixed order: gaps, liquidity, external layer, internal layer, new pools.
    /// Its memory is used again by the next bar; whoever keeps the events makes that bar take new memory.
    @inlinable public var events: ArraySlice<SmartMoneyEvent> { eventMemory.events }

    /// Bars pushed so far.
    public var count: Int { bars.count }

    /// Wilder ATR in price units; nil until warmed up.
    public var atr: Double? { averageRange.value.map { $0 / Double(Price.scale) } }

    /// Takes the next closed bar; bars come in time order.
    public mutating func push(_ candle: Candle) {
        precondition(candle.openTime > lastTime, "bars come in time order")
        lastTime = candle.openTime
        bars.push(candle)
        let range = averageRange.push(
            high: Double(candle.high.raw), low: Double(candle.low.raw), close: Double(candle.close.raw))
        // The memory is out of the state while the detectors change the state and write to the memory.
        var memory = EventMemory()
        swap(&memory, &eventMemory)
        memory.record(index: bars.count - 1, time: candle.openTime, atr: range ?? 0) { log in
            detect(candle, &log)
        }
        swap(&memory, &eventMemory)
    }

    @inline(__always)
    private mutating func detect(_ candle: Candle, _ log: inout EventLog) {
        let up = OrientedBar(candle, .bullish)
        let down = OrientedBar(candle, .bearish)

        bullishGaps.push(up, &log)
        bearishGaps.push(down, &log)
        if log.index >= 2 {
            let first = bars[log.index - 2]
            if candle.low > first.high {
                bullishGaps.create(near: up.low, far: first.high.raw, &bars, opposite: &bearishGaps, &log)
            } else if candle.high < first.low {
                bearishGaps.create(near: down.low, far: -first.low.raw, &bars, opposite: &bullishGaps, &log)
            }
        }
        liquidity.push(candle, up, down, &log)
        let step = StructureLayer.Step(
            candle: candle, up: up, down: down, poolSweepAbove: liquidity.above.lastSweep,
            poolSweepBelow: liquidity.below.lastSweep)
        let (near, wide) = bars.newestGoesBeyond(near: nearStrength, wide: wideStrength)
        let confirmed = external.push(
            step, externalIsWide ? wide : near, &bars, bullishGaps: &bullishGaps, bearishGaps: &bearishGaps,
            &log)
        _ = `internal`.push(
            step, externalIsWide ? near : wide, &bars, bullishGaps: &bullishGaps, bearishGaps: &bearishGaps, &log)
        if confirmed.high, let swing = external.lastSwing(.bullish) { liquidity.append(swing, &log) }
        if confirmed.low, let swing = external.lastSwing(.bearish) { liquidity.append(swing, &log) }
        liquidity.absorb(candle, &log)
    }
}

extension SmartMoneyState {
    public func layer(_ layer: Layer) -> StructureLayer { layer == .external ? external : `internal` }

    /// A bar of the recent past, counted from the first bar pushed; nil when it is no longer held.
    public func bar(_ index: Int) -> Candle? {
        index >= bars.oldest && index < bars.count ? bars[index] : nil
    }

    /// Open, partly filled and filled gaps, the next that price reaches first.
    public func gaps(_ direction: Direction) -> ReversedCollection<ContiguousArray<FairValueGap>> {
        book(direction).live.elements.reversed()
    }

    /// Gaps that a close went through, by the direction they had when they were made; they act the opposite way.
    public func invertedGaps(_ direction: Direction) -> ReversedCollection<ContiguousArray<FairValueGap>> {
        book(direction).inverted.elements.reversed()
    }

    /// Whether an open or partly filled gap of `direction` overlaps the zone.
    public func hasOpenGap(_ direction: Direction, overlapping low: Price, _ high: Price) -> Bool {
        book(direction).hasOpenGap(overlapping: low, high)
    }

    /// Resting liquidity of a side, the nearest level first: `bullish` above, `bearish` below.
    public func pools(_ direction: Direction) -> ReversedCollection<ContiguousArray<LiquidityPool>> {
        (direction == .bullish ? liquidity.above : liquidity.below).resting.elements.reversed()
    }

    /// Resting liquidity of a side beyond `price`, the nearest level first.
    public func pools(
        _ direction: Direction, beyond price: Price
    ) -> ReversedCollection<ContiguousArray<LiquidityPool>.SubSequence> {
        let elements = (direction == .bullish ? liquidity.above : liquidity.below).resting.elements
        let limit = -price.oriented(direction)
        var end = elements.endIndex
        while end > 0, elements[end - 1].key >= limit { end -= 1 }
        return elements[..<end].reversed()
    }

    /// The last bar that swept liquidity of a side, -1 when none did.
    public func lastSweep(_ direction: Direction) -> Int {
        max(
            direction == .bullish ? liquidity.above.lastSweep : liquidity.below.lastSweep,
            external.lastSweep(direction))
    }

    /// The running high and low of the session or period of this kind; nil when none runs with known extremes.
    public func running(_ kind: LiquidityPool.Kind) -> (high: Price, low: Price)? {
        for period in liquidity.periods where period.kind == kind && period.isKnown {
            return (period.high.price, period.low.price)
        }
        return nil
    }

    private func book(_ direction: Direction) -> GapBook { direction == .bullish ? bullishGaps : bearishGaps }
}
