public import Market
public import Venue

/// The prices inside a bar as the exchange walks them on the likely path: open, the two extremes in the order of the
/// candle's shape, close, at equal distances in time and straight lines between.
public struct BarPath: Sendable {
    public struct Prices: Hashable, Sendable {
        public let last: Price
        public let mark: Price
        public let index: Price
    }

    public let bar: MarketBar
    private let state: MarketState

    public init(_ bar: MarketBar, of instrument: InstrumentID) {
        self.bar = bar
        var state = MarketState(instrument)
        state.bar = bar
        state.highFirst = bar.last.close < bar.last.open
        self.state = state
    }

    /// The prices at `instant`; before the bar its open, after it its close.
    public func prices(at instant: Timestamp) -> Prices {
        let third = bar.duration.nanoseconds / 3
        let elapsed = (instant - bar.openTime).nanoseconds
        guard elapsed > 0 else { return prices(state.pathPoint(0)) }
        guard elapsed < bar.duration.nanoseconds else { return prices(state.pathPoint(3)) }
        let segment = min(2, elapsed / third)
        let length = segment == 2 ? bar.duration.nanoseconds - 2 * third : third
        let fraction = PathFraction(elapsed: elapsed - segment * third, of: length)
        return prices(fraction.between(state.pathPoint(Int(segment)), state.pathPoint(Int(segment) + 1)))
    }

    private func prices(_ point: PricePoint) -> Prices {
        Prices(last: Price(raw: point.last), mark: Price(raw: point.mark), index: Price(raw: point.index))
    }
}
