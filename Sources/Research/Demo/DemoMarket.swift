public import Market
public import Venue

/// A generated market for trying everything out without any data: regimes, clustered volatility, jumps, wicks, daily
/// sessions, a basis that follows the crowd and funding that follows the basis.
///
/// The same parameters give the same bars on every machine: only + − × ÷ and square roots are used, which IEEE 754
/// defines to the last bit. Nothing in it is evidence about a strategy.
public struct DemoMarket: Sendable {
    public static let source = "demo market"

    /// The series of one pair.
    public struct Series: Sendable {
        public let pair: SpotPair
        public let spot: CandleSeries
        public let perpetual: CandleSeries
        public let mark: CandleSeries
        /// Settled every eight hours.
        public let funding: FundingSeries
    }

    public let parameters: DemoMarketParameters
    public let series: [Series]

    public init(_ parameters: DemoMarketParameters = DemoMarketParameters()) {
        precondition((1...3650).contains(parameters.days), "a demo market has 1 to 3650 days")
        precondition(parameters.timeframe <= .h1, "a demo market's candles are at most an hour long")
        self.parameters = parameters
        series = DemoMarketGenerator(parameters).run()
    }

    /// The histories for a backtest. `instrument` gives the contract of a pair; pairs without one are left out.
    public func histories(instrument: (SpotPair) -> Instrument?) -> [MarketHistory] {
        series.compactMap { one in
            guard let terms = instrument(one.pair) else { return nil }
            func sourced(_ candles: CandleSeries) -> SourcedSeries {
                SourcedSeries(candles, source: Self.source, isSynthetic: true, note: "generated, not recorded")
            }
            return MarketHistory(
                pair: one.pair, instrument: InstrumentHistory(terms), spot: sourced(one.spot),
                perpetual: [sourced(one.perpetual)], mark: [sourced(one.mark)],
                funding: SourcedFunding(
                    one.funding, source: Self.source, isSynthetic: true, note: "generated, not recorded"))
        }
    }
}

/// Plays the minutes and gathers them into candles.
private struct DemoMarketGenerator {
    let parameters: DemoMarketParameters
    var climate: DemoClimate
    var coins: [DemoCoin]
    var charts: [Chart]

    /// The growing series of one coin.
    struct Chart {
        var spot: CandleGatherer
        var perpetual: CandleGatherer
        var mark: CandleGatherer
        var funding = FundingSeries(period: .hours(8))
    }

    init(_ parameters: DemoMarketParameters) {
        self.parameters = parameters
        var seeds = SplitMix(seed: parameters.seed)
        climate = DemoClimate(seed: seeds.next())
        coins = []
        charts = []
        let bars = parameters.days * 1440 / Int(parameters.timeframe.minutes)
        for place in parameters.pairs.indices {
            let nature = Self.nature(place, &seeds)
            coins.append(DemoCoin(nature: nature, seed: seeds.next()))
            let gatherer = CandleGatherer(parameters.timeframe, grid: nature.grid, reserving: bars)
            charts.append(Chart(spot: gatherer, perpetual: gatherer, mark: gatherer))
        }
    }

    /// The first two coins have the size of Bitcoin and Ether; the others are drawn.
    private static func nature(_ place: Int, _ seeds: inout SplitMix) -> DemoCoin.Nature {
        let draw = seeds.unit()
        let tenth = Price.scale / 10
        return switch place {
        case 0: DemoCoin.Nature(price: 42_000, beta: 1, own: 0.25, volume: 2.2, grid: tenth)
        case 1: DemoCoin.Nature(price: 2_300, beta: 1.15, own: 0.5, volume: 24, grid: tenth / 10)
        default:
            DemoCoin.Nature(
                price: 2 + 160 * draw * draw, beta: 0.8 + 0.6 * seeds.unit(), own: 0.5 + 0.6 * seeds.unit(),
                volume: 900, grid: tenth / 1000)
        }
    }

    consuming func run() -> [DemoMarket.Series] {
        let first = parameters.start.startOfDay.seconds / 60
        let length = Int64(parameters.days) * 1440
        for minute in first..<first + length {
            climate.advance(to: minute)
            for place in coins.indices {
                coins[place].advance(climate)
                charts[place].spot.add(coins[place].spot, volume: coins[place].volume, minute: minute)
                // Perpetuals trade several times as much as spot.
                charts[place].perpetual.add(coins[place].last, volume: coins[place].volume * 4, minute: minute)
                charts[place].mark.add(coins[place].mark, volume: 0, minute: minute)
                if (minute + 1) % 480 == 0 { charts[place].settle(coins[place].settleFunding(), after: minute) }
            }
        }
        return zip(parameters.pairs, charts).map { pair, chart in
            DemoMarket.Series(
                pair: pair, spot: chart.spot.series, perpetual: chart.perpetual.series, mark: chart.mark.series,
                funding: chart.funding)
        }
    }
}

extension DemoMarketGenerator.Chart {
    mutating func settle(_ rate: Double, after minute: Int64) {
        // To a hundred-millionth, as exchanges publish it.
        let raw = Int64((rate * 1e8).rounded(.toNearestOrEven)) * (Rate.scale / 100_000_000)
        do {
            try funding.append(Rate(raw: raw), at: Timestamp(seconds: (minute + 1) * 60))
        } catch {
            preconditionFailure("settlements come in order: \(error)")
        }
    }
}

/// Gathers minutes into candles on a price grid.
private struct CandleGatherer {
    private(set) var series: CandleSeries
    private let grid: Int64
    /// Grid steps in a dollar.
    private let unit: Double
    private let minutes: Int64
    private var start: Int64 = 0
    private var open: Int64 = 0
    private var high: Int64 = 0
    private var low: Int64 = 0
    private var volume = 0.0

    init(_ timeframe: Timeframe, grid: Int64, reserving count: Int) {
        series = CandleSeries(timeframe: timeframe, reserving: count)
        self.grid = grid
        unit = Double(Price.scale) / Double(grid)
        minutes = timeframe.minutes
    }

    mutating func add(_ bar: DemoCoin.Minute, volume added: Double, minute: Int64) {
        let barHigh = steps(bar.high)
        let barLow = steps(bar.low)
        if minute % minutes == 0 {
            start = minute
            open = steps(bar.open)
            high = barHigh
            low = barLow
            volume = 0
        } else {
            high = max(high, barHigh)
            low = min(low, barLow)
        }
        volume += added
        if (minute + 1) % minutes == 0 { close(steps(bar.close)) }
    }

    private func steps(_ dollars: Double) -> Int64 {
        max(1, Int64((dollars * unit).rounded(.toNearestOrEven)))
    }

    private mutating func close(_ close: Int64) {
        let candle = Candle(
            openTime: Timestamp(seconds: start * 60), open: Price(raw: open * grid), high: Price(raw: high * grid),
            low: Price(raw: low * grid), close: Price(raw: close * grid),
            volume: (volume * 1e4).rounded(.toNearestOrEven) / 1e4)
        do {
            try series.append(candle)
        } catch {
            preconditionFailure("generated bars are true: \(error)")
        }
    }
}
