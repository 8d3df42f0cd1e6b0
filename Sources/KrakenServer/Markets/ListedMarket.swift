import Exchange
import Market
import Venue

/// One listed contract with its spot market, as they stand.
struct ListedMarket: Sendable {
    var instrument: Instrument
    let names: Names
    var perpetual: TradedMarket
    var spot: TradedMarket
    /// The mark price and the spot index, which are not traded.
    var markChart = Chart()
    var indexChart = Chart()
    private(set) var mark = Price.zero
    private(set) var index = Price.zero
    private(set) var funding: [FundingHour] = []
    var state = MarketCondition()
    private var path: BarPath?
    private var spotVolume = Quantity.zero
    private var perpetualVolume = Quantity.zero
    private var weights: UInt64 = 1
    private var isPaused = false
    private let configuration: ExchangeConfiguration
    private let seed: UInt64

    init(_ instrument: Instrument, levels: Int, configuration: ExchangeConfiguration, seed: UInt64) {
        self.instrument = instrument
        self.configuration = configuration
        self.seed = seed
        names = Names(
            contract: instrument.id.description, pair: instrument.pair,
            fallbackDecimals: instrument.tick.wireDecimals)
        perpetual = TradedMarket(
            tick: instrument.tick, lot: instrument.lot, levels: levels, seed: Mixer.mix(seed, 1))
        let spotTick = Price(raw: (0..<names.priceDecimals).reduce(Price.scale) { unit, _ in unit / 10 })
        spot = TradedMarket(tick: spotTick, lot: Quantity(raw: 1), levels: levels, seed: Mixer.mix(seed, 2))
    }

    var hasPrices: Bool { path != nil }
    var currentFunding: FundingHour? { funding.last }

    // MARK: Before the start

    mutating func remember(_ bar: MarketBar, spotCandle: Candle?) {
        func candle(_ prices: PriceBar, _ volume: Double) -> Candle {
            Candle(
                openTime: bar.openTime, open: prices.open, high: prices.high, low: prices.low, close: prices.close,
                volume: volume)
        }
        perpetual.remember(candle(bar.last, bar.volume))
        if let spotCandle { spot.remember(candle(bar.index, spotCandle.volume)) }
        markChart.addPast(ChartCandle(candle(bar.mark, 0)))
        indexChart.addPast(ChartCandle(candle(bar.index, 0)))
        fix(bar)
    }

    private mutating func fix(_ bar: MarketBar) {
        let hour = bar.openTime.floor(to: .hours(1))
        guard funding.last.map({ $0.time < hour }) ?? true else { return }
        let cap = instrument.fundingCap
        let rate = HourlyFunding(max(-cap, min(cap, bar.funding.rate)))
        funding.append(FundingHour(time: hour, rate: rate, index: bar.index.open))
    }

    // MARK: While it runs

    /// A bar opens; `steps` trades and its closing trade will print its volume.
    mutating func open(_ bar: MarketBar, spotVolume volume: Double?, steps: Int) {
        path = BarPath(bar, of: instrument.id)
        isPaused = false
        perpetualVolume = Quantity(bar.volume, rounding: .down) ?? .zero
        spotVolume = volume.flatMap { Quantity($0, rounding: .down) } ?? .zero
        fix(bar)
        perpetual.deepen(price: bar.last.open, impact: configuration.impact, volume: perpetualVolume)
        spot.deepen(price: bar.index.open, impact: configuration.impact, volume: spotVolume)
        weights = 0
        for place in 0...steps { weights += weight(place) }
    }

    /// No bar opens with the others': nothing trades and prices stand.
    mutating func pause() {
        perpetualVolume = .zero
        spotVolume = .zero
        isPaused = true
    }

    private func weight(_ place: Int) -> UInt64 {
        1 + Mixer.mix(seed, UInt64(clamping: (path?.bar.openTime.seconds ?? 0) + Int64(place))) % 16
    }

    /// Moves to trade number `place` of the bar and tells what traded. `isClose`: the last trade of the bar, at its
    /// closing price.
    mutating func move(to place: Int, at time: Timestamp, isClose: Bool) -> (perpetual: TradePrint?, spot: TradePrint?)
    {
        guard let path, !isPaused else { return (nil, nil) }
        let prices = path.prices(at: isClose ? path.bar.closeTime : time)
        mark = prices.mark
        index = prices.index
        markChart.see(mark, at: time)
        indexChart.see(index, at: time)
        perpetual.quote(prices.last, half: half(prices.last))
        spot.quote(prices.index, half: half(prices.index))
        let share = weight(place)
        return (
            trade(&perpetual, prices.last, perpetualVolume, share, time),
            trade(&spot, prices.index, spotVolume, share, time)
        )
    }

    private func half(_ price: Price) -> Price {
        switch configuration.halfSpread {
        case .ofBar: path?.bar.halfSpread ?? .zero
        case .share(let rate): price.times(rate, .up)
        }
    }

    private func trade(
        _ market: inout TradedMarket, _ price: Price, _ volume: Quantity, _ share: UInt64, _ time: Timestamp
    ) -> TradePrint? {
        let raw = Int64(clamping: Int128(volume.raw) * Int128(share) / Int128(weights))
        let quantity = Quantity(raw: raw - raw % market.lot.raw)
        return quantity.isPositive ? market.trade(price, quantity, at: time) : nil
    }
}

extension Price {
    /// Decimals needed to write this price: 0 for 1, 1 for 0.5.
    var wireDecimals: Int {
        var unit = Price.scale
        var decimals = 0
        while raw % unit != 0, decimals < Price.decimals {
            unit /= 10
            decimals += 1
        }
        return decimals
    }
}
