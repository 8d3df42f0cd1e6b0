import Exchange
import Market
import Venue

/// The bars that the re-run's exchange is told for one period of the base timeframe.
///
/// Where a session heard its prices one by one, as it does while anything is at stake, they are bars of a minute. At rest
/// it keeps one price in a minute: then the period is one bar of the spot candle's shape, moved by the basis.
struct HeardBars {
    let markets: [HeardMarket]
    let base: Timeframe

    /// Fewer prices than this in a minute, on average, are samples.
    private static let fewest = 2

    /// One step of the exchange: what each market, in their order, is told; nil for one without prices.
    typealias Step = [MarketBar?]

    func steps(from start: Timestamp) -> [Step] {
        let end = start + base.interval
        let heard = markets.map { $0.minutes(from: start, until: end) }
        let enough = Int(base.minutes) * Self.fewest
        guard base.minutes > 1, heard.contains(where: { $0.reduce(0) { $0 + $1.ticks } > enough }) else {
            return [markets.map { whole($0, from: start) }]
        }
        return (0..<base.minutes).map { number in
            let open = start + .minutes(number)
            return markets.indices.map { place in
                guard let minute = heard[place].first(where: { $0.openTime == open }) else {
                    return markets[place].lastMinute(before: open).map { still($0, at: open) }
                }
                let volume = markets[place].candle(at: start).map { $0.volume / Double(base.minutes) } ?? 0
                return MarketBar(
                    openTime: open, duration: .minutes(1), last: minute.last, mark: minute.mark, index: minute.index,
                    halfSpread: .zero, volume: volume, funding: minute.funding)
            }
        }
    }

    /// The period as one bar.
    private func whole(_ market: HeardMarket, from start: Timestamp) -> MarketBar? {
        guard let known = market.lastMinute(before: start + base.interval) else { return nil }
        guard let candle = market.candle(at: start) else {
            let bar = still(known, at: start)
            return MarketBar(
                openTime: start, duration: base.interval, last: bar.last, mark: bar.mark, index: bar.index,
                halfSpread: .zero, volume: 0, funding: bar.funding)
        }
        let index = PriceBar(candle)
        return MarketBar(
            openTime: start, duration: base.interval, last: index.moved(from: known.index.close, to: known.last.close),
            mark: index.moved(from: known.index.close, to: known.mark.close), index: index, halfSpread: .zero,
            volume: candle.volume, funding: known.funding)
    }

    /// A minute in which nothing was heard: prices stand.
    private func still(_ known: HeardMarket.Minute, at open: Timestamp) -> MarketBar {
        MarketBar(
            openTime: open, duration: .minutes(1), last: .flat(known.last.close), mark: .flat(known.mark.close),
            index: .flat(known.index.close), halfSpread: .zero, volume: 0, funding: known.funding)
    }
}

extension PriceBar {
    static func flat(_ price: Price) -> PriceBar { PriceBar(open: price, high: price, low: price, close: price) }

    /// Every price times `to / from`.
    fileprivate func moved(from: Price, to: Price) -> PriceBar {
        func moved(_ price: Price) -> Price {
            Price(raw: Rounding.nearestEven.divide(Int128(price.raw) * Int128(to.raw), Int128(from.raw)))
        }
        return PriceBar(open: moved(open), high: moved(high), low: moved(low), close: moved(close))
    }
}
