import Exchange
import Market
import Venue

/// The bars that the re-run's exchange is told for one period of the base timeframe.
///
/// Where a session heard its prices one by one, as it does while anything is at stake, they are bars of a minute. At rest
/// it keeps a price or two in a minute: then the period is one bar of the spot candle's shape, moved by the basis. In a
/// period of both, how far the candle went beyond what was heard, the first of its sampled minutes went.
struct HeardBars {
    let markets: [HeardMarket]
    let base: Timeframe

    /// One step of the exchange: what each market, in their order, is told; nil for one without prices.
    typealias Step = [MarketBar?]

    func steps(from start: Timestamp) -> [Step] {
        let heard = markets.map { $0.minutes(from: start, until: start + base.interval) }
        guard base.minutes > 1, heard.contains(where: { $0.contains { !$0.isSampled } }) else {
            return [markets.map { whole($0, from: start) }]
        }
        let bars = zip(markets, heard).map { market, heard in minutes(market, heard, from: start) }
        return (0..<Int(base.minutes)).map { number in bars.map { $0.isEmpty ? nil : $0[number] } }
    }

    /// The period as one bar.
    private func whole(_ market: HeardMarket, from start: Timestamp) -> MarketBar? {
        guard let known = market.lastMinute(before: start + base.interval) else { return nil }
        let candle = market.candle(at: start)
        let prices = candle.map { Prices($0, basis: known) } ?? Prices(standing: known)
        return bar(prices, at: start, base.interval, volume: candle?.volume ?? 0, known.funding)
    }

    /// The period by the minute; empty when nothing was ever heard.
    private func minutes(
        _ market: HeardMarket, _ heard: ArraySlice<HeardMarket.Minute>, from start: Timestamp
    ) -> [MarketBar] {
        guard var known = market.lastMinute(before: start) ?? heard.first else { return [] }
        let candle = market.candle(at: start)
        var sampled: Int?
        var parts: [(prices: Prices, funding: HourlyFunding)] = []
        for number in 0..<Int(base.minutes) {
            let open = start + .minutes(Int64(number))
            let minute = heard.first { $0.openTime == open }
            if sampled == nil, minute?.isSampled ?? true { sampled = number }
            let prices = minute.map { Prices($0) } ?? Prices(standing: known)
            parts.append((prices, minute?.funding ?? known.funding))
            known = minute ?? known
        }
        if let sampled, let candle { stretch(&parts, at: sampled, to: Prices(candle, basis: known)) }
        let volume = (candle?.volume ?? 0) / Double(base.minutes)
        return parts.enumerated().map { number, part in
            bar(part.prices, at: start + .minutes(Int64(number)), .minutes(1), volume: volume, part.funding)
        }
    }

    private func stretch(_ parts: inout [(prices: Prices, funding: HourlyFunding)], at place: Int, to whole: Prices) {
        for series in [\Prices.last, \Prices.mark, \Prices.index] {
            let heardHigh = parts.map { $0.prices[keyPath: series].high }.max() ?? .zero
            let heardLow = parts.map { $0.prices[keyPath: series].low }.min() ?? .greatest
            let (bar, full) = (parts[place].prices[keyPath: series], whole[keyPath: series])
            parts[place].prices[keyPath: series] = PriceBar(
                open: bar.open, high: full.high > heardHigh ? full.high : bar.high,
                low: full.low < heardLow ? full.low : bar.low, close: bar.close)
        }
    }

    private func bar(
        _ prices: Prices, at open: Timestamp, _ duration: Interval, volume: Double, _ funding: HourlyFunding
    ) -> MarketBar {
        MarketBar(
            openTime: open, duration: duration, last: prices.last, mark: prices.mark, index: prices.index,
            halfSpread: .zero, volume: volume, funding: funding)
    }
}

/// The three series of one bar.
private struct Prices {
    var last: PriceBar
    var mark: PriceBar
    var index: PriceBar

    init(_ minute: HeardMarket.Minute) {
        last = minute.last
        mark = minute.mark
        index = minute.index
    }

    /// Nothing was heard: prices stand where they were.
    init(standing minute: HeardMarket.Minute) {
        last = .flat(minute.last.close)
        mark = .flat(minute.mark.close)
        index = .flat(minute.index.close)
    }

    /// A spot candle, moved by the basis that `known` ended with.
    init(_ candle: Candle, basis known: HeardMarket.Minute) {
        index = PriceBar(candle)
        last = index.moved(from: known.index.close, to: known.last.close)
        mark = index.moved(from: known.index.close, to: known.mark.close)
    }
}

extension PriceBar {
    fileprivate static func flat(_ price: Price) -> PriceBar {
        PriceBar(open: price, high: price, low: price, close: price)
    }

    /// Every price times `to / from`.
    fileprivate func moved(from: Price, to: Price) -> PriceBar {
        func moved(_ price: Price) -> Price {
            Price(raw: Rounding.nearestEven.divide(Int128(price.raw) * Int128(to.raw), Int128(from.raw)))
        }
        return PriceBar(open: moved(open), high: moved(high), low: moved(low), close: moved(close))
    }
}
