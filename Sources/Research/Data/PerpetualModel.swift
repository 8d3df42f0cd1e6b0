public import Exchange
public import Market
public import Venue

/// Plays one market's history bar by bar: for each base bar what the simulated exchange is to be told, made from
/// recorded perpetual, mark and funding series where there are any and modelled where there are none.
///
/// Everything is causal: a bar is made from spot's own bar, recorded bars of the same period and what had closed
/// before its open. Truncating the future never changes the past.
public struct PerpetualModel: Sendable {
    /// How the bars of one series came about.
    struct Usage: Sendable {
        /// Bars taken as recorded, and bars modelled with the basis of this series, by series.
        private(set) var recorded: [Int]
        private(set) var held: [Int]
        /// The last bars in a row that came from one series, not yet in `recorded` or `held`.
        private var run = 0
        private var runSeries = 0
        private var runIsRecorded = false
        /// Bars modelled with the other series' basis, and bars set equal to spot.
        var borrowed = 0
        var spot = 0
        var firstModelled: Timestamp?
        var lastModelled: Timestamp?

        init(series: Int) {
            recorded = Array(repeating: 0, count: series)
            held = recorded
        }

        @inline(__always)
        mutating func count(_ series: Int, isRecorded: Bool, _ bars: Int) {
            if series != runSeries || isRecorded != runIsRecorded { endRun(series, isRecorded) }
            run += bars
        }

        private mutating func endRun(_ series: Int, _ isRecorded: Bool) {
            if run > 0 {
                if runIsRecorded { recorded[runSeries] += run } else { held[runSeries] += run }
            }
            run = 0
            runSeries = series
            runIsRecorded = isRecorded
        }

        /// With every bar in its place.
        var complete: Usage {
            var usage = self
            usage.endRun(0, false)
            return usage
        }
    }

    public let history: MarketHistory
    let assumedFunding: HourlyFunding
    let spot: CandleSeries
    let interval: Interval
    /// The place of the next spot bar.
    private(set) var next = 0
    /// When the next bar of spot or of the perpetual opens; `distantFuture` at the end of spot.
    public private(set) var nextTime = Timestamp.distantPast
    /// Spot's candle of the last step; without meaning when spot had none.
    public private(set) var candle = Candle(
        openTime: .distantPast, open: .zero, high: .zero, low: .zero, close: .zero, volume: 0)
    /// Whether spot had a candle in the last step; false when only the perpetual traded.
    public private(set) var hasCandle = false
    private var last: PriceSource
    private var mark: PriceSource
    private(set) var funding: FundingCursor
    private(set) var lastUsage: Usage
    private(set) var markUsage: Usage
    /// Steps in which only the perpetual traded.
    private(set) var stepsWithoutSpot = 0
    private let hasBasePerpetual: Bool

    /// `assumedFunding` is charged for hours without a recorded rate. The base timeframe is that of the spot series.
    public init(_ history: MarketHistory, assumedFunding: HourlyFunding) {
        let base = history.spot.candles.timeframe
        let finestFirst = { (series: [SourcedSeries]) in
            series.enumerated().sorted {
                ($0.element.candles.timeframe, $0.offset) < ($1.element.candles.timeframe, $1.offset)
            }.map(\.element)
        }
        let perpetual = finestFirst(history.perpetual)
        let marks = finestFirst(history.mark)
        self.history = MarketHistory(
            pair: history.pair, instrument: history.instrument, spot: history.spot, perpetual: perpetual, mark: marks,
            funding: history.funding)
        self.assumedFunding = assumedFunding
        spot = history.spot.candles
        interval = base.interval
        last = PriceSource(perpetual, base: base)
        mark = PriceSource(marks, base: base)
        funding = FundingCursor(history.funding?.funding, assumed: assumedFunding)
        lastUsage = Usage(series: perpetual.count)
        markUsage = Usage(series: marks.count)
        hasBasePerpetual = perpetual.contains { $0.candles.timeframe == base }
        nextTime = spot.openTimes.first ?? .distantFuture
    }

    /// Goes to the first bar that opens at `instant` or later.
    public mutating func seek(to instant: Timestamp) {
        next = spot.firstIndex(atOrAfter: instant)
        nextTime = next < spot.count ? spot.openTimes[next] : .distantFuture
    }

    /// Passes over the next spot bar without playing it, and returns it: for history that is only read.
    mutating func skip() -> Candle {
        let candle = spot[next]
        next += 1
        nextTime = next < spot.count ? spot.openTimes[next] : .distantFuture
        return candle
    }

    /// The step that opens at `nextTime`, which must not be in the distant future.
    public mutating func step(into bar: inout MarketBar) {
        let time = nextTime
        let place = next
        hasCandle = spot.openTimes[place] == time
        candle = hasCandle ? spot[place] : stillSpot(at: time, place)
        write(place, Span(first: time, bars: 1), into: &bar)
        advance(past: time, hasCandle)
    }

    /// Bars of spot in a row that become bars of the contract in one way; the last one is `candle`.
    struct Span {
        let first: Timestamp
        let bars: Int
    }

    /// Makes the bar of `candle` and counts it and those before it in its span. `known`: spot bars closed at its open.
    @inline(__always)
    private mutating func write(_ known: Int, _ span: Span, into bar: inout MarketBar) {
        let time = candle.openTime
        let index = PriceBar(candle)
        var volume = candle.volume
        let lastBar = lastPrices(time, index, known, span, &volume)
        let markBar = markPrices(time, index, known, span)
        bar = MarketBar(
            openTime: time, duration: interval, last: lastBar, mark: markBar, index: index, halfSpread: .zero,
            volume: volume, funding: funding.rate(at: time))
    }

    /// Spot did not trade: the index stands at its last close.
    private mutating func stillSpot(at time: Timestamp, _ place: Int) -> Candle {
        stepsWithoutSpot += 1
        let close = spot.closes[place - 1]
        return Candle(openTime: time, open: close, high: close, low: close, close: close, volume: 0)
    }

    @inline(__always)
    private mutating func advance(past time: Timestamp, _ hadSpot: Bool) {
        if hadSpot { next += 1 }
        guard next < spot.count else {
            nextTime = .distantFuture
            return
        }
        nextTime = spot.openTimes[next]
        if hasBasePerpetual, nextTime - time > interval {
            nextTime = min(nextTime, last.nextOpen(atOrAfter: time + interval))
        }
    }

    @inline(__always)
    private mutating func lastPrices(
        _ time: Timestamp, _ index: PriceBar, _ known: Int, _ span: Span, _ volume: inout Double
    ) -> PriceBar {
        if let found = last.recorded(at: time) {
            lastUsage.count(found.series, isRecorded: true, span.bars)
            volume = found.volume
            return found.bar
        }
        if let found = last.basis(at: time, spot: spot, known: known) {
            lastUsage.count(found.series, isRecorded: false, span.bars)
            lastUsage.note(span.first, time)
            return index.scaled(by: found.ratio)
        }
        lastUsage.note(span.first, time)
        if let found = mark.basis(at: time, spot: spot, known: known) {
            lastUsage.borrowed += span.bars
            return index.scaled(by: found.ratio)
        }
        lastUsage.spot += span.bars
        return index
    }

    @inline(__always)
    private mutating func markPrices(
        _ time: Timestamp, _ index: PriceBar, _ known: Int, _ span: Span
    ) -> PriceBar {
        if let found = mark.recorded(at: time) {
            markUsage.count(found.series, isRecorded: true, span.bars)
            return found.bar
        }
        markUsage.note(span.first, time)
        if let found = mark.basis(at: time, spot: spot, known: known) {
            markUsage.count(found.series, isRecorded: false, span.bars)
            return index.scaled(by: found.ratio)
        }
        if let found = last.basis(at: time, spot: spot, known: known) {
            markUsage.borrowed += span.bars
            return index.scaled(by: found.ratio)
        }
        markUsage.spot += span.bars
        return index
    }
}

/// Quiet bars: those of spot alone, in the hour and with the basis of the bar before. They are all made in one way, so
/// that of many only the last needs to be made.
extension PerpetualModel {
    /// Bars that open before this instant may be quiet.
    mutating func quietUntil() -> Timestamp {
        min(funding.hourEnd, last.steadyUntil(from: nextTime), mark.steadyUntil(from: nextTime))
    }

    /// A spot price from which on the mark of a quiet bar is nowhere further from the index than `limit` of it; nil when
    /// there is none, and any price will do when `limit` is nil.
    ///
    /// With a ratio of 1 ± d, mark and index differ by at most index × d and three units of rounding: of the ratio, of
    /// the multiplication and of the places between the points of the path.
    func quietFloor(_ limit: Rate?) -> Price? {
        guard let limit, let ratio = mark.heldRatio ?? last.heldRatio else { return Price(raw: 1) }
        let one: UInt64 = 1 << 56
        let distance = Int128(ratio.units > one ? ratio.units - one : one - ratio.units)
        let room = Int128(limit.raw) - Int128(Rounding.up.divide(distance * Int128(Rate.scale), Int128(one)))
        guard room > 0 else { return nil }
        return Rounding.up.divideIfFits(3 * Int128(Rate.scale), room).map(Price.init(raw:))
    }

    /// Whether the next bar is one of spot that opens at `time` and lies at `floor` or above.
    @inline(__always)
    func isQuiet(at time: Timestamp, from floor: Price) -> Bool {
        next < spot.count && nextTime == time && spot.openTimes[next] == time && spot.lows[next] >= floor
    }

    /// Goes past the next bar of spot, which is quiet and `candle` then. It is handed out from where it was read: reading
    /// `candle` so soon after it was written would wait for the write.
    @inline(__always)
    mutating func passQuietBar() -> Candle {
        let bar = spot[next]
        candle = bar
        hasCandle = true
        advance(past: nextTime, true)
        return bar
    }

    /// The places of the quiet bars of spot in a row, of which the first opens at `time` and all before `limit`.
    func quietBars(from time: Timestamp, until limit: Timestamp, above floor: Price) -> Range<Int> {
        guard nextTime == time else { return next..<next }
        var place = next
        var open = time
        while open < limit, place < spot.count, spot.openTimes[place] == open, spot.lows[place] >= floor {
            place += 1
            open = open + interval
        }
        return next..<place
    }

    /// Goes past the quiet bars of spot up to that at `place`, which is `candle` then.
    mutating func passQuietBars(through place: Int) {
        candle = spot[place]
        hasCandle = true
        next = place
        advance(past: candle.openTime, true)
    }

    /// Makes the bar of `candle`, the last of `bars` quiet ones since the one that opened at `first`.
    mutating func endQuiet(_ bars: Int, since first: Timestamp, into bar: inout MarketBar) {
        write(next - 1, Span(first: first, bars: bars), into: &bar)
    }
}

extension PerpetualModel.Usage {
    @inline(__always)
    mutating func note(_ first: Timestamp, _ last: Timestamp) {
        if firstModelled == nil { firstModelled = first }
        lastModelled = last
    }

    var modelled: Int { held.reduce(0, +) + borrowed + spot }
}

extension PriceBar {
    @inline(__always)
    func scaled(by ratio: BasisRatio) -> PriceBar {
        PriceBar(
            open: ratio.apply(to: open), high: ratio.apply(to: high), low: ratio.apply(to: low),
            close: ratio.apply(to: close))
    }
}
