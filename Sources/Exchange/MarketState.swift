import Market
import Venue

/// The three prices of a contract at one instant, raw.
struct PricePoint: Hashable, Sendable {
    var last: Int64 = 0
    var mark: Int64 = 0
    var index: Int64 = 0

    func price(_ source: TriggerSource) -> Int64 {
        switch source {
        case .mark: mark
        case .last: last
        case .index: index
        }
    }
}

/// Everything that the venue knows of one contract but its terms: plain numbers, so that reading one copies nothing else.
struct MarketState: Sendable {
    let id: InstrumentID
    var bar: MarketBar
    var hasPrices = false
    /// Of the current step; meaningful once `pathChosenFor` is that step.
    var highFirst = false
    var pathChosenFor = Timestamp.distantPast
    /// The ends of the path segment that is being walked and where on it we are.
    var from = PricePoint()
    var to = PricePoint()
    var now = PricePoint()
    /// What may still be traded in this segment, raw; nil until it is asked for.
    var budget: Int64?
    /// When the segment of `budget` began.
    var budgetSegment = Timestamp.distantPast
    var position = Position()
    var liveOrders = 0
    var commandsInFlight = 0
    /// The funding that applies: the capped rate and the index that it was fixed on.
    var funding = HourlyFunding.zero
    var statedFunding = HourlyFunding.zero
    var fixedIndex: Int64 = 0
    var fixedUntil = Timestamp.distantPast
    /// The position's size when its liquidation began; zero outside one.
    var liquidationStart: Int64 = 0

    init(_ id: InstrumentID) {
        self.id = id
        let none = PriceBar(open: .zero, high: .zero, low: .zero, close: .zero)
        bar = MarketBar(
            openTime: .distantPast, duration: .minutes(1), last: none, mark: none, index: none, halfSpread: .zero,
            volume: 0, funding: .zero)
    }

    /// Whether the path must be walked for it.
    @inline(__always)
    var isActive: Bool { position.quantity != 0 || liveOrders != 0 || commandsInFlight != 0 }

    /// Point 0 is the open, 1 and 2 the extremes, 3 the close.
    @inline(__always)
    func pathPoint(_ number: Int) -> PricePoint {
        if number == 0 {
            return PricePoint(last: bar.last.open.raw, mark: bar.mark.open.raw, index: bar.index.open.raw)
        }
        if number >= 3 {
            return PricePoint(last: bar.last.close.raw, mark: bar.mark.close.raw, index: bar.index.close.raw)
        }
        if (number == 1) == highFirst {
            return PricePoint(last: bar.last.high.raw, mark: bar.mark.high.raw, index: bar.index.high.raw)
        }
        return PricePoint(last: bar.last.low.raw, mark: bar.mark.low.raw, index: bar.index.low.raw)
    }

    /// The mark price of this bar that is worst for the position.
    @inline(__always)
    var adverseMark: Int64 { position.side == .long ? bar.mark.low.raw : bar.mark.high.raw }

    @inline(__always)
    func halfSpread(at last: Int64, _ rule: HalfSpread) -> Int64 {
        switch rule {
        case .ofBar: bar.halfSpread.raw
        case .share(let rate): rate == .zero ? 0 : Price(raw: last).times(rate, .up).raw
        }
    }

    // Nothing is changed in these two: access for changing reads a market in its place, where access for reading copies
    // it whole.

    /// The price between path points `segment` - 1 and `segment`.
    @inline(__always)
    mutating func seen(on segment: Int, _ fraction: PathFraction) -> PricePoint {
        let to = pathPoint(segment)
        return fraction == .end ? to : fraction.between(pathPoint(segment - 1), to)
    }

    @inline(__always)
    mutating func tick(_ point: PricePoint, at time: Timestamp, _ rule: HalfSpread) -> Tick {
        let half = halfSpread(at: point.last, rule)
        return Tick(
            instrument: id, mark: Price(raw: point.mark), index: Price(raw: point.index),
            last: Price(raw: point.last), bid: Price(raw: point.last - half), ask: Price(raw: point.last + half),
            funding: funding, time: time)
    }
}
