import Exchange
import Market
import Venue

/// The prices of one contract, gathered into the bars of the steps.
struct PaperTape: Sendable {
    private struct Quote: Sendable {
        let middle: Price
        let mark: Price
        let index: Price
        let halfSpread: Price
        let funding: HourlyFunding

        init(_ tick: Tick) {
            middle = Price(raw: tick.bid.raw + (tick.ask.raw - tick.bid.raw) / 2)
            mark = tick.mark
            index = tick.index
            halfSpread = Price(raw: max(0, (tick.ask.raw - tick.bid.raw + 1) / 2))
            funding = tick.funding
        }
    }

    /// Where the step under way began; nil when no price is known that may be traded on.
    private var opening: Quote?
    /// In the step under way, in order.
    private var quotes: [Quote] = []

    /// Whether a price came since `forget`.
    var isPriced: Bool { opening != nil }

    mutating func take(_ tick: Tick) {
        guard tick.bid.isPositive, tick.ask >= tick.bid, tick.mark.isPositive, tick.index.isPositive else { return }
        quotes.append(Quote(tick))
    }

    mutating func forget() {
        opening = nil
        quotes.removeAll(keepingCapacity: true)
    }

    /// The bar of the step that ends; nil when no price came in it: then nothing traded.
    mutating func bar(from start: Timestamp, _ duration: Interval, slippage: Rate) -> MarketBar? {
        guard let last = quotes.last, let first = opening ?? quotes.first else { return nil }
        let all = [first] + quotes
        let widest = all.map(\.halfSpread).max() ?? last.halfSpread
        let slip = last.middle.times(slippage, .up)
        defer {
            opening = last
            quotes.removeAll(keepingCapacity: true)
        }
        return MarketBar(
            openTime: start, duration: duration, last: Self.bar(all, \.middle), mark: Self.bar(all, \.mark),
            index: Self.bar(all, \.index), halfSpread: widest + slip, volume: 0, funding: last.funding)
    }

    private static func bar(_ quotes: [Quote], _ path: KeyPath<Quote, Price>) -> PriceBar {
        let prices = quotes.map { $0[keyPath: path] }
        let (first, last) = (prices.first ?? .zero, prices.last ?? .zero)
        return PriceBar(open: first, high: prices.max() ?? first, low: prices.min() ?? first, close: last)
    }
}
