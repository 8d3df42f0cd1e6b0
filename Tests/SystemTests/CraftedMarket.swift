import Market
import Research
import Strategy
import Testing
import Trading
import TridentConfiguration
import Venue

/// A market made for one test: quarter-hour bars whose prices, perpetual, funding and signals are given by hand.
struct CraftedMarket: Sendable {
    static let start = Timestamp(seconds: 1_704_067_200)
    static func open(_ bar: Int) -> Timestamp { start + .minutes(15) * Int64(bar) }

    var pair: String
    var level: Double
    var bars = 80
    /// Price over level at each bar's close; one where nothing is said.
    var shape: @Sendable (Int) -> Double = { _ in 1 }
    /// Perpetual over spot at each bar's close, less one.
    var basis: @Sendable (Int) -> Double = { _ in 0 }
    /// Hourly funding rate; nil for the assumed one.
    var funding: Rate?
    /// ATR over price that the strategy tells at each bar's close.
    var atr: @Sendable (Int) -> Rate = { _ in .basisPoints(30) }
    var maximumPosition: Quantity?
    var signals: [CraftedSignal] = []

    static func bitcoin(_ signals: CraftedSignal...) -> CraftedMarket {
        CraftedMarket(pair: "BTC/USD", level: 50_000, signals: signals)
    }

    static func ether(_ signals: CraftedSignal...) -> CraftedMarket {
        CraftedMarket(pair: "ETH/USD", level: 3_000, signals: signals)
    }

    func with(_ change: (inout CraftedMarket) -> Void) -> CraftedMarket {
        var changed = self
        change(&changed)
        return changed
    }

    func history(_ settings: Settings) throws -> MarketHistory {
        let pair = try #require(SpotPair(pair))
        var known = try #require(KnownContracts.history(of: pair, fees: settings.fees)).terms(at: Self.start)
        if let maximumPosition {
            known = Instrument(
                id: known.id, pair: known.pair, tick: known.tick, lot: known.lot, minimum: known.minimum,
                maximumPosition: maximumPosition, margin: known.margin, fees: known.fees, fundingCap: known.fundingCap)
        }
        var rates = FundingSeries(period: .hours(1))
        if let funding {
            for hour in 0...(bars / 4) { try rates.append(funding, at: Self.start + .hours(Int64(hour))) }
        }
        let perpetual = SourcedSeries(try candles { shape($0) * (1 + basis($0)) }, source: "crafted", isSynthetic: true)
        return MarketHistory(
            pair: pair, instrument: InstrumentHistory(known),
            spot: SourcedSeries(try candles(shape), source: "crafted", isSynthetic: true), perpetual: [perpetual],
            mark: [perpetual], funding: funding == nil ? nil : SourcedFunding(rates, source: "crafted"))
    }

    private func candles(_ shape: (Int) -> Double) throws -> CandleSeries {
        var series = CandleSeries(timeframe: .m15)
        for bar in 0..<bars {
            let open = try #require(Price(level * shape(max(0, bar - 1)), rounding: .nearestEven))
            let close = try #require(Price(level * shape(bar), rounding: .nearestEven))
            try series.append(
                Candle(
                    openTime: Self.open(bar), open: open, high: max(open, close), low: min(open, close), close: close,
                    volume: 1_000_000))
        }
        return series
    }

    func strategy(_ pair: SpotPair) -> CraftedStrategy { CraftedStrategy(market: self, pair: pair) }
}

/// A long signal at the close of a bar.
struct CraftedSignal: Sendable {
    var setup: UInt64
    var bar: Int
    var stop = Rate.basisPoints(200)
    /// Distances of targets that share the position equally; none for the shipped ladder.
    var targets: [Rate] = []
    /// The level of a limit entry over the close; nil for a market entry.
    var limit: Double?

    init(_ setup: UInt64, at bar: Int, stop: Rate = .basisPoints(200), targets: [Rate] = [], limit: Double? = nil) {
        self.setup = setup
        self.bar = bar
        self.stop = stop
        self.targets = targets
        self.limit = limit
    }

    func signal(_ pair: SpotPair, _ close: Price, at time: Timestamp) -> Signal {
        let share = Rate(raw: Rate.one.raw / Int64(max(1, targets.count)))
        let level = limit.flatMap { Price(close.double * $0, rounding: .nearestEven) }
        return Signal(
            id: SetupID(setup), pair: pair, side: .long, setup: .orderBlock, decidedAt: time,
            reference: SpotPrice(close), entry: level.map { .limit(SpotPrice($0)) } ?? .market, stopDistance: stop,
            targets: targets.map { SignalTarget(distance: $0, share: share) }, expiresAt: time + .hours(4),
            expectedHold: .hours(8), timeExit: nil, checks: [Check(.bias, .word("long"), passed: true)], drawings: [])
    }
}

/// Says what its market was made to say.
struct CraftedStrategy: Strategy {
    let name = "crafted"
    let timeframes: [Timeframe] = [.m15]
    let decisionTimeframe = Timeframe.m15
    let market: CraftedMarket
    let pair: SpotPair

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        let bar = Int((candle.openTime - CraftedMarket.start).nanoseconds / Interval.minutes(15).nanoseconds)
        let close = CraftedMarket.open(bar + 1)
        findings.append(
            .guidance(
                Guidance(
                    time: close, reference: SpotPrice(candle.close), atr: market.atr(bar), swingLow: nil,
                    swingHigh: nil)))
        for signal in market.signals where signal.bar == bar {
            findings.append(.signal(signal.signal(pair, candle.close, at: close)))
        }
    }
}

/// A trader whose news can be held back or changed on the way; nil drops an event.
struct InterceptedTrader: TradingCore {
    var trader: Trader
    let intercept: @Sendable (Event) -> Event?

    mutating func handle(_ event: Event, into outcome: inout Outcome) {
        if let event = intercept(event) { trader.handle(event, into: &outcome) }
    }

    mutating func endOfData(at time: Timestamp) -> [Trade] { trader.endOfData(at: time) }

    var unattributedFunding: Money { trader.unattributedFunding }
}

/// A whole backtest on crafted markets.
struct CraftedRun: Sendable {
    var markets: [CraftedMarket]
    var assignments: [String] = []
    var intercept: @Sendable (Event) -> Event? = { $0 }

    func result() throws -> BacktestRun {
        let settings = try Settings(yaml: nil, assignments: assignments)
        let histories = try markets.map { try $0.history(settings) }
        let traded = zip(markets, histories).map { market, history in
            TradedMarket(
                instrument: history.instrument.terms(at: .distantPast), base: .m15,
                strategy: market.strategy(history.pair))
        }
        let trader = try Trader(
            parameters: try settings.tradingParameters(), risk: try settings.riskParameters(), markets: traded)
        var runner = try BacktestRunner(
            settings.backtestConfiguration(), markets: histories,
            core: InterceptedTrader(trader: trader, intercept: intercept), reportEvery: .minutes(15))
        return try runner.run()
    }
}
