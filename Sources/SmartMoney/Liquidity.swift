import Market

/// Where stops rest: unbroken and equal external swings, and the extremes of past days, weeks, months and sessions.
struct Liquidity: Sendable {
    private let timeframe: Timeframe
    private let asia: SessionHours
    private let london: SessionHours
    private let newYork: SessionHours
    private(set) var above: PoolBook
    private(set) var below: PoolBook
    private var equalHighs: EqualLevels
    private var equalLows: EqualLevels
    private(set) var periods: ContiguousArray<ReferencePeriod> = []
    private var hasStarted = false
    /// The end of the period that ends first; before the first bar any time is.
    private var nextEnd = Timestamp.distantPast
    // A bar inside these that opens before `nextTime` neither extends nor ends a running period.
    private var nextTime = Timestamp.distantPast
    private var innerHigh = Price.zero
    private var innerLow = Price.greatest

    init(timeframe: Timeframe, parameters: SmartMoneyParameters) {
        self.timeframe = timeframe
        asia = parameters.asia
        london = parameters.london
        newYork = parameters.newYork
        above = PoolBook(.bullish, capacity: parameters.poolCapacity)
        below = PoolBook(.bearish, capacity: parameters.poolCapacity)
        equalHighs = EqualLevels(.bullish, parameters: parameters)
        equalLows = EqualLevels(.bearish, parameters: parameters)
    }

    /// What the bar does to the pools that rest before it. A period that ended in a gap of the data ends here.
    @inline(__always)
    mutating func push(_ candle: Candle, _ log: inout EventLog) {
        if candle.openTime >= nextEnd { finish(endedBy: candle.openTime, &log) }
        above.push(log.up, &log)
        below.push(log.down, &log)
        equalHighs.push(log.up)
        equalLows.push(log.down)
    }

    /// A swing of the external layer was confirmed.
    mutating func append(_ swing: Swing, _ log: inout EventLog) {
        if swing.isHigh {
            equalHighs.append(swing, to: &above, &log)
        } else {
            equalLows.append(swing, to: &below, &log)
        }
    }

    /// Adds the bar to the running periods and closes those that end with it.
    @inline(__always)
    mutating func absorb(_ candle: Candle, _ log: inout EventLog) {
        if candle.high > innerHigh || candle.low < innerLow || candle.openTime >= nextTime {
            extend(candle.openTime, candle.high, candle.low, log.index)
            let closed = candle.openTime + timeframe.interval
            if closed >= nextEnd { finish(endedBy: closed, &log) }
        }
    }

    @inline(never)
    private mutating func extend(_ openTime: Timestamp, _ high: Price, _ low: Price, _ index: Int) {
        innerHigh = .greatest
        innerLow = .zero
        nextTime = nextEnd - timeframe.interval
        for position in periods.indices {
            guard openTime >= periods[position].start else {
                nextTime = min(nextTime, periods[position].start)
                continue
            }
            periods[position].absorb(openTime, high, low, index: index)
            innerHigh = min(innerHigh, periods[position].high.price)
            innerLow = max(innerLow, periods[position].low.price)
        }
    }

    private mutating func begin(_ first: Timestamp) {
        hasStarted = true
        // A period is made of several whole bars, or its extremes say nothing new.
        if timeframe < .d1 { periods.append(ReferencePeriod(.day, hours: nil, first: first)) }
        if timeframe < .w1 {
            periods.append(ReferencePeriod(.week, hours: nil, first: first))
            periods.append(ReferencePeriod(.month, hours: nil, first: first))
        }
        if timeframe <= .h1 {
            periods.append(ReferencePeriod(.asia, hours: asia, first: first))
            periods.append(ReferencePeriod(.london, hours: london, first: first))
            periods.append(ReferencePeriod(.newYork, hours: newYork, first: first))
        }
        refreshNextEnd()
    }

    @inline(never)
    private mutating func finish(endedBy instant: Timestamp, _ log: inout EventLog) {
        if !hasStarted { begin(instant) }
        for position in periods.indices where periods[position].end <= instant {
            if periods[position].isKnown { publish(position, &log) }
            periods[position].advance(to: instant)
            nextTime = .distantPast
        }
        refreshNextEnd()
    }

    private mutating func publish(_ position: Int, _ log: inout EventLog) {
        let period = periods[position]
        if let old = period.highPool { above.supersede(old, &log) }
        if let old = period.lowPool { below.supersede(old, &log) }
        let high = pool(period.kind, .bullish, period.high, log)
        let low = pool(period.kind, .bearish, period.low, log)
        above.insert(high, &log)
        below.insert(low, &log)
        periods[position].highPool = high.id
        periods[position].lowPool = low.id
    }

    private func pool(
        _ kind: LiquidityPool.Kind, _ direction: Direction, _ extreme: ReferencePeriod.Extreme, _ log: EventLog
    ) -> LiquidityPool {
        LiquidityPool(
            kind, direction, level: extreme.price, inner: extreme.price, index: extreme.index, time: extreme.time,
            confirmedAt: log.index, touches: 1)
    }

    private mutating func refreshNextEnd() {
        nextEnd = .distantFuture
        for period in periods where period.end < nextEnd { nextEnd = period.end }
    }
}
