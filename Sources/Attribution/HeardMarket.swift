import Exchange
import Market
import Venue

/// What a session heard of one market: spot candles, the perpetual's prices by the minute, terms and funding.
struct HeardMarket: Sendable {
    let pair: SpotPair
    let base: Timeframe
    private(set) var terms: [(from: Timestamp, terms: Instrument)] = []
    /// In the order of their opening; the market's own clock.
    private(set) var candles: [Candle] = []
    /// Minutes in which prices came, in their order.
    private(set) var minutes: [Minute] = []

    /// The prices of one minute as they were heard.
    struct Minute: Sendable {
        let openTime: Timestamp
        private(set) var last: PriceBar
        private(set) var mark: PriceBar
        private(set) var index: PriceBar
        private(set) var funding: HourlyFunding
        private var ticks: Int
        /// Part of it went by with nothing at stake.
        private var sawRest: Bool

        /// No more prices than this in a minute are samples.
        private static let samples = 2

        /// Whether prices may have gone where nobody heard it: at rest a session keeps a price or two in a minute.
        var isSampled: Bool { sawRest || ticks <= Self.samples }

        /// Begins where the minute before left off, which is `previous`.
        init(_ tick: Tick, after previous: Minute?, atRest: Bool) {
            openTime = tick.time.floor(to: .minutes(1))
            let previous = tick.time == openTime ? nil : previous
            last = PriceBar(previous?.last.close ?? tick.last, tick.last)
            mark = PriceBar(previous?.mark.close ?? tick.mark, tick.mark)
            index = PriceBar(previous?.index.close ?? tick.index, tick.index)
            funding = tick.funding
            ticks = 1
            sawRest = atRest
        }

        mutating func add(_ tick: Tick, atRest: Bool) {
            last = last.reaching(tick.last)
            mark = mark.reaching(tick.mark)
            index = index.reaching(tick.index)
            funding = tick.funding
            ticks += 1
            sawRest = sawRest || atRest
        }
    }

    init(_ pair: SpotPair, base: Timeframe) {
        self.pair = pair
        self.base = base
    }

    mutating func list(_ instrument: Instrument, at time: Timestamp) {
        guard terms.last?.terms != instrument else { return }
        terms.append((terms.isEmpty ? .distantPast : time, instrument))
    }

    /// Repeats and corrections of the past are not heard twice.
    mutating func add(_ candle: Candle) {
        if let last = candles.last, candle.openTime <= last.openTime { return }
        candles.append(candle)
    }

    /// - Parameter atRest: whether nothing was held or ordered when it came.
    mutating func add(_ tick: Tick, atRest: Bool) {
        guard tick.mark.isPositive, tick.index.isPositive, tick.last.isPositive else { return }
        let start = tick.time.floor(to: .minutes(1))
        if let last = minutes.last, start <= last.openTime {
            // One that comes late belongs to a minute that is over: its price was in force no longer.
            if start == last.openTime { minutes[minutes.count - 1].add(tick, atRest: atRest) }
        } else {
            // A price of the very turn ends the minute before, too.
            if tick.time == start, minutes.last?.openTime == start - .minutes(1) {
                minutes[minutes.count - 1].add(tick, atRest: atRest)
            }
            minutes.append(Minute(tick, after: minutes.last, atRest: atRest))
        }
    }

    /// The last prices before `instant` are kept: they stand until others come.
    mutating func forget(before instant: Timestamp) {
        candles.removeFirst(candles.partition { $0.openTime >= instant })
        minutes.removeFirst(max(0, minutes.partition { $0.openTime >= instant } - 1))
    }

    func terms(at instant: Timestamp) -> Instrument? {
        terms.last { $0.from <= instant }?.terms
    }

    /// The candle that opened at `instant`.
    func candle(at instant: Timestamp) -> Candle? {
        let place = candles.partition { $0.openTime >= instant }
        return place < candles.count && candles[place].openTime == instant ? candles[place] : nil
    }

    /// Minutes that opened from `start` on and before `end`.
    func minutes(from start: Timestamp, until end: Timestamp) -> ArraySlice<Minute> {
        minutes[minutes.partition { $0.openTime >= start }..<minutes.partition { $0.openTime >= end }]
    }

    /// The last prices heard before `instant`.
    func lastMinute(before instant: Timestamp) -> Minute? {
        let place = minutes.partition { $0.openTime >= instant }
        return place > 0 ? minutes[place - 1] : nil
    }
}

extension Array {
    /// The first place from which on all elements are `later`, of which none stands before one that is not.
    fileprivate func partition(where later: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if later(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension PriceBar {
    fileprivate init(_ open: Price, _ close: Price) {
        self.init(open: open, high: max(open, close), low: min(open, close), close: close)
    }

    fileprivate func reaching(_ price: Price) -> PriceBar {
        PriceBar(open: open, high: max(high, price), low: min(low, price), close: price)
    }
}
