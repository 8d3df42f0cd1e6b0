public import Market
import Risk
public import Strategy
public import Venue

/// A market that is traded: a contract, the candles that its signals come from, and the strategy that reads them.
public struct TradedMarket: Sendable {
    public let instrument: Instrument
    /// The timeframe of the spot candles that are fed.
    public let base: Timeframe
    public let strategy: any Strategy

    public init(instrument: Instrument, base: Timeframe, strategy: any Strategy) {
        self.instrument = instrument
        self.base = base
        self.strategy = strategy
    }
}

/// Everything known about one market.
struct MarketState: Sendable {
    let pair: SpotPair
    let id: InstrumentID
    var instrument: Instrument
    private var ladder: CandleLadder
    private var strategy: any Strategy
    /// As it was before the first candle.
    private let fresh: TradedMarket
    /// Close of the last spot candle.
    private(set) var spot: Known<Price> = .unknown
    private(set) var tick: Known<Tick> = .unknown
    private(set) var basis = BasisGuard()
    private(set) var funding = FundingAverage()
    private var volatility = VolatilityHistory()
    private var atr: Rate?
    var truth = VenueTruth()
    var position: Position?

    init(_ market: TradedMarket) {
        fresh = market
        pair = market.instrument.pair
        id = market.instrument.id
        instrument = market.instrument
        strategy = market.strategy
        ladder = CandleLadder(base: market.base, timeframes: market.strategy.timeframes)
    }

    /// Shows a closed base candle to the strategy, with every higher one that closed with it.
    @inline(__always)
    mutating func observe(_ candle: Candle, at now: Timestamp, into findings: inout [Finding]) {
        spot = .known(candle.close, at: now)
        Self.feed(candle, &ladder, &strategy, &findings)
    }

    /// The same for the base candles `range` of `series` in a row, up to the first that leads to findings: its place.
    mutating func observe(_ series: CandleSeries, _ range: Range<Int>, into findings: inout [Finding]) -> Int? {
        let found = Self.feed(series, range, &ladder, &strategy, &findings)
        if let last = found ?? range.last {
            spot = .known(series.closes[last], at: series.openTimes[last] + series.timeframe.interval)
        }
        return found
    }

    mutating func forgetCandles() {
        strategy = fresh.strategy
        ladder = CandleLadder(base: fresh.base, timeframes: fresh.strategy.timeframes)
    }

    var base: Timeframe { fresh.base }

    /// Shows a candle of the past: a base candle as usual, one of a higher timeframe past the ladder.
    mutating func remember(
        _ candle: Candle, _ timeframe: Timeframe, at now: Timestamp, into findings: inout [Finding]
    ) {
        if timeframe == base { return observe(candle, at: now, into: &findings) }
        strategy.observe(candle, timeframe, into: &findings)
    }

    private static func feed(
        _ candle: Candle, _ ladder: inout CandleLadder, _ strategy: inout any Strategy, _ findings: inout [Finding]
    ) {
        ladder.push(candle) { bar, timeframe in strategy.observe(bar, timeframe, into: &findings) }
    }

    private static func feed(
        _ series: CandleSeries, _ range: Range<Int>, _ ladder: inout CandleLadder, _ strategy: inout any Strategy,
        _ findings: inout [Finding]
    ) -> Int? {
        if ladder.isBaseOnly { return strategy.observe(series, range, into: &findings) }
        return range.first { place in
            feed(series[place], &ladder, &strategy, &findings)
            return !findings.isEmpty
        }
    }

    /// Takes prices of the contract; returns the basis guard's new state when it changed.
    @inline(__always)
    mutating func observe(_ new: Tick, _ limits: BasisGuard.Limits?, at now: Timestamp) -> BasisGuard.State? {
        tick = .known(new, at: now)
        funding.observe(new.funding, at: new.time)
        guard let limits else { return nil }
        if basis.state == .normal, Self.isWithin(limits.enter, new) { return nil }
        return basis.observe(mark: new.mark, spot: new.index, at: now, limits: limits)
    }

    /// Whether the basis guard, which is not at work, stays so at this price.
    func isOrdinary(_ tick: Tick, _ limits: BasisGuard.Limits?) -> Bool {
        guard let limits else { return true }
        return basis.state == .normal && Self.isWithin(limits.enter, tick)
    }

    /// The guard's own condition without its division.
    @inline(__always)
    private static func isWithin(_ limit: Rate, _ tick: Tick) -> Bool {
        guard tick.mark.isPositive, tick.index.isPositive else { return false }
        let distance = (tick.index - tick.mark).magnitude
        return Int128(distance.raw) * Int128(Rate.scale) <= Int128(tick.index.raw) * Int128(limit.raw)
    }

    mutating func observe(_ guidance: Guidance) {
        atr = guidance.atr
        if let atr { volatility.observe(atr) }
    }

    var volatilityPercentile: Double? { atr.flatMap { volatility.percentile(of: $0) } }

    var held: Quantity { position?.quantity ?? .zero }
    var side: Side { position?.side ?? .long }

    /// What counts against limits: what is held, and what its entry may still add. Mutating only so that the position is
    /// looked at where it lies: it is large.
    mutating func addExposures(to list: inout [Exposure], correlation: Double?) {
        position?.addExposures(to: &list, correlation: correlation)
    }
}

extension MarketState {
    // Nothing is changed here: access for changing works on the position in its place, where access for reading would
    // copy it on every account report.

    /// Adds what is held.
    mutating func addHeld(to load: inout AccountLoad) { position?.addHeld(to: &load) }

    /// Adds what the entry may still add.
    mutating func addEntering(to load: inout AccountLoad) { position?.addEntering(to: &load) }
}

extension Position {
    fileprivate mutating func addHeld(to load: inout AccountLoad) {
        guard isOpen else { return }
        load.add(side, quantity, entryPrice: account.entryPrice ?? plan.entryPrice, mark: mark, instrument.margin)
    }

    fileprivate mutating func addEntering(to load: inout AccountLoad) {
        let entering = entering
        guard entering.isPositive else { return }
        load.add(side, entering, entryPrice: plan.entryPrice, mark: plan.entryPrice, instrument.margin)
    }
}

/// What is under way in a market, in plain words of memory: looked at on every event, where the position itself would
/// be too much to touch.
struct Watch: Sendable {
    var isBusy = false
    var setup: UInt64 = 0
    var deadline = Timestamp.distantFuture
}

/// What an event left behind in a market.
struct Leftovers: Sendable {
    var watch = Watch()
    var trades: [Trade] = []
    var alarm: Alarm?
}

extension MarketState {
    /// Hands over results, and forgets a position that is over.
    mutating func collect(isFlattening: Bool, at now: Timestamp, into outcome: inout Outcome) -> Leftovers {
        var left = Leftovers()
        if position?.collect(isFlattening: isFlattening, at: now, into: &outcome, &left) == true { position = nil }
        return left
    }

    /// Changes the position by news of one of its orders; false when it has no such order.
    mutating func change(_ id: OrderID, _ body: (inout Position, Int) -> Void) -> Bool {
        position?.change(id, body) ?? false
    }
}

extension Position {
    fileprivate mutating func addExposures(to list: inout [Exposure], correlation: Double?) {
        if isOpen {
            list.append(
                Exposure(
                    instrument: instrument, side: side, quantity: quantity,
                    entryPrice: account.entryPrice ?? plan.entryPrice, mark: mark,
                    stop: covered >= quantity ? stop : nil, isInFlight: false, correlation: correlation))
        }
        let entering = entering
        if entering.isPositive {
            list.append(
                Exposure(
                    instrument: instrument, side: side, quantity: entering, entryPrice: plan.entryPrice,
                    mark: plan.entryPrice, stop: plan.stop, isInFlight: true, correlation: correlation))
        }
    }

    fileprivate mutating func change(_ id: OrderID, _ body: (inout Position, Int) -> Void) -> Bool {
        guard let place = index(of: id) else { return false }
        body(&self, place)
        return true
    }

    /// Whether it is over.
    fileprivate mutating func collect(
        isFlattening: Bool, at now: Timestamp, into outcome: inout Outcome, _ left: inout Leftovers
    ) -> Bool {
        if isFlattening, phase == .open { close(.killSwitch, at: now, into: &outcome) }
        if !isOpen || isShielded { account.naked.end(at: now) } else { account.naked.begin(at: now) }
        swap(&left.trades, &finished)
        left.alarm = alarm
        alarm = nil
        if isOver { return true }
        prune()
        left.watch = Watch(isBusy: true, setup: origin.setup.value, deadline: deadline)
        return false
    }
}
