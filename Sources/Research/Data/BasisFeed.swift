import Market

/// The ratio of a perpetual's price to spot, from the last closed bar of one series: a step that changes only when a
/// bar closes, so that no bar is ever priced with something that came after its open.
struct BasisFeed: Sendable {
    let candles: CandleSeries
    let interval: Interval
    private var next = 0
    /// When the first bar that is not yet known will have closed.
    private(set) var nextClose: Timestamp
    /// When the held ratio was observed; `distantPast` when there is none.
    private(set) var observedAt = Timestamp.distantPast
    private(set) var price = Price.zero
    private(set) var spot = Price.zero

    init(_ candles: CandleSeries) {
        self.candles = candles
        interval = candles.timeframe.interval
        nextClose = candles.openTimes.first.map { $0 + candles.timeframe.interval } ?? .distantFuture
    }

    /// Takes in what has closed by `instant`. `spot` is the spot series and `known` the number of its bars that have
    /// closed by then. A bar at whose close spot had no close of its own tells no basis: the earlier one is held.
    mutating func advance(to instant: Timestamp, spot series: CandleSeries, known: Int) {
        guard nextClose <= instant else { return }
        let first = next
        next = candles.firstIndex(after: instant - interval, from: first)
        nextClose = next < candles.count ? candles.openTimes[next] + interval : .distantFuture
        // The last bar with a spot close at its own is the one that is held.
        var index = next - 1
        while index >= first, !observe(index, spot: series, known: known) { index -= 1 }
    }

    /// False when spot had no close at the bar's.
    private mutating func observe(_ index: Int, spot series: CandleSeries, known: Int) -> Bool {
        let close = candles.openTimes[index] + interval
        let open = close - series.timeframe.interval
        var place = known - 1
        // A catch-up over many bars starts far back: search then, step otherwise.
        if place >= 0, series.openTimes[place] > open {
            place = place >= 1 && series.openTimes[place - 1] <= open ? place - 1 : series.firstIndex(atOrAfter: open)
        }
        guard place >= 0, place < known, series.openTimes[place] == open else { return false }
        price = candles.closes[index]
        spot = series.closes[place]
        observedAt = close
        return true
    }

    var hasRatio: Bool { observedAt > .distantPast }

    /// `price ÷ spot`, to be applied with `BasisRatio.apply`; nil when it is not a plausible basis.
    var ratio: BasisRatio? { BasisRatio(price, over: spot) }
}

extension CandleSeries {
    /// The first bar at `start` or later that opens after `instant`. The next one mostly: it is looked at first.
    fileprivate func firstIndex(after instant: Timestamp, from start: Int) -> Int {
        if start + 1 >= count || openTimes[start + 1] > instant { return start < count ? start + 1 : count }
        return firstIndex(atOrAfter: instant + Interval(nanoseconds: 1))
    }
}

/// A price ratio in units of 2⁻⁵⁶: applied to a spot price by one multiplication, right to the last unit of any
/// price up to a million dollars.
struct BasisRatio: Hashable, Sendable {
    let units: UInt64

    /// Nil when a price is not positive or the two differ by more than a factor of two: that is no basis but bad data.
    init?(_ price: Price, over spot: Price) {
        guard price.isPositive, spot.isPositive, price.raw / 2 <= spot.raw, spot.raw / 2 <= price.raw else {
            return nil
        }
        let numerator = UInt64(price.raw)
        units = UInt64(spot.raw).dividingFullWidth((numerator >> 8, numerator << 56)).quotient
    }

    @inline(__always)
    func apply(to price: Price) -> Price {
        let product = UInt64(bitPattern: price.raw).multipliedFullWidth(by: units)
        let (low, carry) = product.low.addingReportingOverflow(1 << 55)
        let high = product.high &+ (carry ? 1 : 0)
        return Price(raw: Int64(high << 8 | low >> 56))
    }
}
