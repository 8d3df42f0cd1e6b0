import Exchange
import Market

/// Gives one price series of a perpetual (trades or mark) for each base bar: the recorded bar where a series has one,
/// else spot times the basis that was last observed.
struct PriceSource: Sendable {
    /// A basis older than this is no longer believed.
    static let longestHold = Interval.days(1)

    /// How a bar came about.
    enum Origin: Hashable, Sendable {
        /// Number of the series that had the bar.
        case recorded(Int)
        /// Number of the series whose basis was held.
        case held(Int)
        case none
    }

    /// Finest first.
    private(set) var feeds: [BasisFeed]
    /// Of each feed, the place of its next bar when it is in the base timeframe; -1 for others.
    private var places: [Int]
    private var reconsiderAt = Timestamp.distantPast
    private var chosen = -1
    private var ratio: BasisRatio?

    /// `series` finest first.
    init(_ series: [SourcedSeries], base: Timeframe) {
        feeds = series.map { BasisFeed($0.candles) }
        places = series.map { $0.candles.timeframe == base ? 0 : -1 }
    }

    /// When the next bar opens that a series has in the base timeframe, at `instant` or later.
    mutating func nextOpen(atOrAfter instant: Timestamp) -> Timestamp {
        var earliest = Timestamp.distantFuture
        for number in places.indices where places[number] >= 0 {
            catchUp(number, instant)
            let candles = feeds[number].candles
            if places[number] < candles.count { earliest = min(earliest, candles.openTimes[places[number]]) }
        }
        return earliest
    }

    /// The recorded bar that opens at `instant`, if a series has one.
    @inline(__always)
    mutating func recorded(at instant: Timestamp) -> (bar: PriceBar, volume: Double, series: Int)? {
        for number in places.indices where places[number] >= 0 {
            catchUp(number, instant)
            let place = places[number]
            if place < feeds[number].candles.count, feeds[number].candles.openTimes[place] == instant {
                let candles = feeds[number].candles
                let bar = PriceBar(
                    open: candles.opens[place], high: candles.highs[place], low: candles.lows[place],
                    close: candles.closes[place])
                return (bar, candles.volumes[place], number)
            }
        }
        return nil
    }

    /// The basis to use for a bar that opens at `instant`, and whose it is.
    @inline(__always)
    mutating func basis(at instant: Timestamp, spot: CandleSeries, known: Int) -> (ratio: BasisRatio, series: Int)? {
        if instant >= reconsiderAt { reconsider(instant, spot, known) }
        return ratio.map { ($0, chosen) }
    }

    /// The ratio that all bars have which open from the last one asked for until `steadyUntil`; nil: none is known.
    var heldRatio: BasisRatio? { ratio }

    /// When the next bar opens that was recorded or has another ratio; `instant` must not be before the last bar.
    mutating func steadyUntil(from instant: Timestamp) -> Timestamp {
        min(reconsiderAt, nextOpen(atOrAfter: instant))
    }

    @inline(__always)
    private mutating func catchUp(_ number: Int, _ instant: Timestamp) {
        let count = feeds[number].candles.count
        while places[number] < count, feeds[number].candles.openTimes[places[number]] < instant { places[number] += 1 }
    }

    /// The finest series that is up to date; if none is, the one observed last.
    private mutating func reconsider(_ instant: Timestamp, _ spot: CandleSeries, _ known: Int) {
        chosen = -1
        var latest = Timestamp.distantPast
        reconsiderAt = .distantFuture
        var fresh = false
        for number in feeds.indices {
            feeds[number].advance(to: instant, spot: spot, known: known)
            reconsiderAt = min(reconsiderAt, feeds[number].nextClose)
            let age = instant - feeds[number].observedAt
            guard feeds[number].hasRatio, !fresh, age <= Self.longestHold else { continue }
            fresh = age <= feeds[number].interval
            if fresh || feeds[number].observedAt > latest {
                chosen = number
                latest = feeds[number].observedAt
            }
        }
        ratio = chosen >= 0 ? feeds[chosen].ratio : nil
        if chosen >= 0 {
            let limit = fresh ? feeds[chosen].interval : Self.longestHold
            reconsiderAt = min(reconsiderAt, latest + limit + Interval(nanoseconds: 1))
        }
    }
}
