import Exchange
import Market
import Research
import Venue

/// Walks the bars of all markets on one clock and makes of them what the public sees: prices, trades, quotes, candles
/// and funding. The same for everybody: no account moves it.
struct Tape: Sendable {
    /// What one move brought.
    struct Move: Sendable {
        let time: Timestamp
        /// Bars that open at `time`, by market.
        var opened: [(market: Int, bar: MarketBar)] = []
        var trades: [(market: Int, print: TradePrint)] = []
        var spotTrades: [(market: Int, print: TradePrint)] = []
    }

    /// The closing trade of a bar comes this much before its end.
    private static let beforeClose = Interval.milliseconds(1)

    private(set) var clock: Timestamp
    var markets: [ListedMarket]
    private var models: [PerpetualModel]
    private let step: Interval
    private let shift: Interval
    private var open = Timestamp.distantPast
    private var duration = Interval.zero
    /// The next trade of the running bars; past the closing one when they are over.
    private var place = 1
    private var steps = 0
    /// What the prices of each market are multiplied by, one unless somebody set a price.
    private var scales: [Rate] = []

    init(_ histories: [MarketHistory], configuration: LocalExchangeConfiguration, start: Timestamp) {
        step = configuration.step
        shift = configuration.shift
        clock = start
        models = histories.map { PerpetualModel($0, assumedFunding: .zero) }
        markets = histories.enumerated().map { number, history in
            ListedMarket(
                history.instrument.terms(at: start - configuration.shift), levels: configuration.bookLevels,
                configuration: configuration.exchange, seed: Mixer.mix(configuration.seed, UInt64(number) &+ 100))
        }
        scales = markets.map { _ in .one }
        for market in markets.indices { remember(market, since: start - configuration.past, until: start) }
    }

    private mutating func remember(_ market: Int, since: Timestamp, until start: Timestamp) {
        models[market].seek(to: since - shift)
        let length = models[market].history.spot.candles.timeframe.interval
        // The bar that the start lies in is played from its open, so that there are prices at once.
        while models[market].nextTime + length <= start - shift {
            let bar = step(market)
            let model = models[market]
            markets[market].remember(bar, spotCandle: model.hasCandle ? model.candle : nil)
        }
    }

    private mutating func step(_ market: Int) -> MarketBar {
        let none = PriceBar(open: .zero, high: .zero, low: .zero, close: .zero)
        var bar = MarketBar(
            openTime: .distantPast, duration: .zero, last: none, mark: none, index: none, halfSpread: .zero, volume: 0,
            funding: .zero)
        models[market].step(into: &bar)
        let scale = scales[market]
        func scaled(_ prices: PriceBar) -> PriceBar {
            guard scale != .one else { return prices }
            return PriceBar(
                open: prices.open.times(scale, .nearestEven), high: prices.high.times(scale, .nearestEven),
                low: prices.low.times(scale, .nearestEven), close: prices.close.times(scale, .nearestEven))
        }
        return MarketBar(
            openTime: bar.openTime + shift, duration: bar.duration, last: scaled(bar.last), mark: scaled(bar.mark),
            index: scaled(bar.index),
            halfSpread: bar.halfSpread, volume: bar.volume, funding: bar.funding)
    }

    /// When something happens next; nil at the end of the data.
    var next: Timestamp? {
        if place < steps { return open + step * Int64(place) }
        if place == steps { return open + duration - Self.beforeClose }
        let bar = models.reduce(Timestamp.distantFuture) { min($0, $1.nextTime) }
        return bar < .distantFuture ? bar + shift : nil
    }

    /// Does what is due at `next`.
    mutating func move() -> Move? {
        guard let time = next else { return nil }
        clock = time
        var result = Move(time: time)
        if place > steps {
            result.opened = openBars(at: time)
            place = 0
        }
        for market in markets.indices {
            let prints = markets[market].move(to: place, at: time, isClose: place == steps)
            if let print = prints.perpetual { result.trades.append((market, print)) }
            if let print = prints.spot { result.spotTrades.append((market, print)) }
        }
        place += 1
        return result
    }

    /// From the next bar on, prices are `ratio` times what they would have been.
    mutating func scale(_ market: Int, by ratio: Rate) {
        let scaled = scales[market].times(ratio, .nearestEven)
        scales[market] = max(Rate(raw: Rate.scale / 10_000), min(Rate(10_000), scaled))
    }

    private mutating func openBars(at time: Timestamp) -> [(market: Int, bar: MarketBar)] {
        var opened: [(market: Int, bar: MarketBar)] = []
        for market in markets.indices {
            guard models[market].nextTime + shift == time else {
                markets[market].pause()
                continue
            }
            let bar = step(market)
            open = time
            duration = bar.duration
            steps = max(1, Int(duration.nanoseconds / step.nanoseconds))
            let volume = models[market].hasCandle ? models[market].candle.volume : nil
            markets[market].open(bar, spotVolume: volume, steps: steps)
            opened.append((market, bar))
        }
        return opened
    }
}
