import Exchange
import Market
import Risk
import Strategy
import TestSupport
import Testing
import Trading
import Venue

@testable import Research

/// The laws of quiet bars and calm steps: playing them in short is the same as playing each in full.
@Suite struct QuietBarTests {
    @Test(arguments: 1...24) func joinedBarsLeaveTheSameRun(_ seed: UInt64) throws {
        let world = RandomWorld(seed: seed)
        let joined = try world.run(joining: true)
        let full = try world.run(joining: false)
        #expect(joined.run.journalHash == full.run.journalHash)
        #expect(joined.run.equity == full.run.equity)
        #expect(joined.run.checkpoints == full.run.checkpoints)
        #expect(joined.run.data == full.run.data)
        #expect(String(reflecting: joined.run) == String(reflecting: full.run))
        #expect(!full.run.decisions.isEmpty)
        // And it was not the same work.
        #expect(joined.ticks < full.ticks)
    }

    /// The floor is tight enough to be of use and holds where rounding is at its worst: at the smallest prices.
    @Test(arguments: 1...50) func aboveTheFloorEveryMarkIsWithinTheLimit(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let close = Price(raw: Int64.random(in: 1_000...1_000_000, using: &random))
        let perpetual = Price(raw: close.raw + Int64.random(in: -close.raw / 99...close.raw / 99, using: &random))
        var spot = CandleSeries(timeframe: .m1)
        var hourly = CandleSeries(timeframe: .h1)
        for minute in 0..<180 { try spot.append(flat(close, hour(0) + .minutes(1) * Int64(minute))) }
        for count in 0..<2 { try hourly.append(flat(perpetual, hour(Int64(count)))) }
        var model = PerpetualModel(
            MarketHistory(
                pair: bitcoin, instrument: InstrumentHistory(instrument(bitcoin)),
                spot: SourcedSeries(spot, source: "test"), mark: [SourcedSeries(hourly, source: "test")]),
            assumedFunding: .zero)
        var exchange = SimulatedExchange(
            configuration: exchangeConfiguration(), instruments: [instrument(bitcoin)], balance: .zero, start: hour(0))
        for _ in 0..<62 { exchange.open(0) { model.step(into: &$0) } }
        let limit = Rate.basisPoints(75)
        let ratio = try #require(BasisRatio(perpetual, over: close))
        let basis = try #require(BasisGuard.basis(mark: perpetual, spot: close))
        guard let floor = model.quietFloor(limit) else {
            #expect(basis.raw + 1_000_000 > limit.raw)
            return
        }
        for above in Int64(0)..<500 {
            let index = Price(raw: floor.raw + above)
            for rounding in Int64(-1)...1 {
                let mark = ratio.apply(to: index) + Price(raw: rounding)
                let found = try #require(BasisGuard.basis(mark: mark, spot: index))
                #expect(found <= limit)
            }
        }
    }

    private func flat(_ price: Price, _ time: Timestamp) -> Candle {
        Candle(openTime: time, open: price, high: price, low: price, close: price, volume: 1)
    }
}

/// Two days of two markets with gaps, recorded bars of the contract here and there, a basis that closes the guard now
/// and then, funding, and signals of all kinds; the configuration is random too.
private struct RandomWorld {
    let backtest: Backtest
    let markets: [MarketHistory]
    let decision: Timeframe

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let decision = [Timeframe.m1, .m5, .m15].randomElement(using: &random) ?? .m1
        let rarity = UInt64.random(in: 8...60, using: &random)
        backtest = Backtest(
            Self.configuration(&random), risk: Self.risk(&random), trading: Self.trading(&random)
        ) { pair, _ in RandomSignals(pair: pair, decisionTimeframe: decision, rarity: rarity) }
        // A market alone is shown as it lies in its series.
        let isAlone = seed % 3 == 0
        markets = (isAlone ? [bitcoin] : [bitcoin, ether]).map { Self.market($0, &random) }
        self.decision = decision
    }

    func run(joining: Bool) throws -> (run: BacktestRun, ticks: Int) {
        let traded = markets.map {
            TradedMarket(
                instrument: $0.instrument.terms(at: .distantPast), base: .m1,
                strategy: backtest.strategies(for: [$0])[0])
        }
        let trader = try Trader(parameters: backtest.trading, risk: backtest.risk, markets: traded)
        var runner = try BacktestRunner(
            backtest.configuration, markets: markets, core: CountingTrader(trader: trader),
            reportEvery: decision.interval, checkpoints: [hour(7), hour(20) + .minutes(17), hour(40)])
        runner.joinsQuietBars = joining
        runner.knowsCalmSteps = joining
        let run = try runner.run()
        return (run, runner.core.ticks)
    }

    private static func configuration(_ random: inout SeededGenerator) -> BacktestConfiguration {
        var result = BacktestConfiguration(
            initialEquity: money("10000"), exchange: exchangeConfiguration(),
            assumedFunding: HourlyFunding(rate("0.00001")))
        result.exchange.path = PathModel.allCases.randomElement(using: &random) ?? .worst
        result.exchange.seed = random.next()
        let latencies = [Latency.none, Latency(.milliseconds(50), jitter: .milliseconds(100)), Latency(.seconds(20))]
        result.exchange.feedLatency = latencies.randomElement(using: &random) ?? .none
        result.exchange.orderLatency = latencies.randomElement(using: &random) ?? .none
        if Bool.random(using: &random) { result.start = hour(9) + .minutes(Int64.random(in: 0..<60, using: &random)) }
        return result
    }

    private static func risk(_ random: inout SeededGenerator) -> RiskParameters {
        let slippage = SlippageAssumption(entry: .zero, exit: .zero)
        var result = RiskParameters.bare(leverageCap: Rate(10), slippage: slippage)
        if Bool.random(using: &random) {
            result.basis = BasisGuard.Limits(entry: rate("0.004"), enter: rate("0.004"), leave: rate("0.003"))
        }
        if Bool.random(using: &random) {
            // Ages and averages show in the checks of a decision.
            result.tickAge = .seconds(30)
            result.spotAge = .seconds(120)
            result.accountAge = .minutes(20)
            result.funding = FundingFilter()
            result.correlation = CorrelationLimit()
            result.dailyLoss = .basisPoints(200)
        }
        return result
    }

    private static func trading(_ random: inout SeededGenerator) -> TradingParameters {
        var result = TradingParameters()
        result.closesOnBasis = Bool.random(using: &random)
        result.targetOrders = Bool.random(using: &random) ? .limit : .takeProfit
        result.timeExit = Bool.random(using: &random) ? .minutes(40) : nil
        return result
    }

    private static func market(_ pair: SpotPair, _ random: inout SeededGenerator) -> MarketHistory {
        var spot = CandleSeries(timeframe: .m1)
        var contract = CandleSeries(timeframe: .m1)
        var last = 1_000.0
        var basis = 0.0
        var gap = pair == ether ? Int.random(in: 0..<600, using: &random) : 0
        for minute in 0..<2_880 {
            basis = basis * 0.995 + Double.random(in: -0.0005...0.0005, using: &random)
            if gap > 0 {
                gap -= 1
                if Bool.random(using: &random) { continue }
            } else if Int.random(in: 0..<300, using: &random) == 0 {
                gap = Int.random(in: 1..<90, using: &random)
            }
            let close = last * (1 + Double.random(in: -0.002...0.002, using: &random))
            let low = min(last, close) * (1 - Double.random(in: 0...0.001, using: &random))
            let high = max(last, close) * (1 + Double.random(in: 0...0.001, using: &random))
            let time = hour(0) + .minutes(1) * Int64(minute)
            func candle(_ factor: Double) -> Candle {
                func price(_ value: Double) -> Price { Price(value * factor, rounding: .nearestEven)! }
                return Candle(
                    openTime: time, open: price(last), high: price(high), low: price(low), close: price(close),
                    volume: Double.random(in: 0...100, using: &random))
            }
            if gap == 0 { try! spot.append(candle(1)) }
            try! contract.append(candle(1 + basis))
            last = close
        }
        func recorded(_ timeframe: Timeframe, from: Int64, hours: Int64) -> SourcedSeries {
            SourcedSeries(
                contract.resampled(to: timeframe).slice(from: hour(from), until: hour(from + hours)),
                source: "\(timeframe)")
        }
        let all = [
            recorded(.m1, from: 20, hours: 3), recorded(.m5, from: 12, hours: 12), recorded(.h1, from: 0, hours: 48),
        ]
        var funding = FundingSeries(period: .hours(1))
        for count in 1..<Int64(40) {
            let rate = Rate(raw: Int64.random(in: -100_000_000...100_000_000, using: &random))
            try! funding.append(rate, at: hour(count))
        }
        return MarketHistory(
            pair: pair, instrument: InstrumentHistory(instrument(pair)), spot: SourcedSeries(spot, source: "spot"),
            perpetual: all.filter { _ in Bool.random(using: &random) },
            mark: all.filter { _ in Bool.random(using: &random) },
            funding: Bool.random(using: &random) ? SourcedFunding(funding, source: "funding") : nil)
    }
}

/// Signals that come out of nowhere, always the same ones for the same candles.
private struct RandomSignals: Strategy {
    let name = "random"
    let pair: SpotPair
    let decisionTimeframe: Timeframe
    let rarity: UInt64
    var timeframes: [Timeframe] { [decisionTimeframe] }

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        var random = SeededGenerator(seed: UInt64(bitPattern: candle.close.raw ^ candle.openTime.nanoseconds))
        guard UInt64.random(in: 0..<rarity, using: &random) == 0 else { return }
        let side: Side = Bool.random(using: &random) ? .long : .short
        let time = candle.openTime + timeframe.interval
        if Bool.random(using: &random) {
            findings.append(
                .guidance(
                    Guidance(
                        time: time, reference: SpotPrice(candle.close), atr: .basisPoints(20), swingLow: nil,
                        swingHigh: nil)))
        }
        let level = Price(candle.close.double * (side == .long ? 0.998 : 1.002), rounding: .nearestEven)!
        findings.append(
            .signal(
                Signal(
                    id: SetupID(random.next()), pair: pair, side: side, setup: .orderBlock, decidedAt: time,
                    reference: SpotPrice(candle.close),
                    entry: Bool.random(using: &random) ? .limit(SpotPrice(level)) : .market,
                    stopDistance: .basisPoints(Int.random(in: 20...100, using: &random)),
                    targets: [SignalTarget(distance: .basisPoints(60), share: .one)],
                    expiresAt: time + .minutes(Int64.random(in: 1...30, using: &random)), expectedHold: .minutes(30),
                    timeExit: nil, checks: [Check(.bias, .word("any"), passed: true)], drawings: [])))
    }
}

/// Counts the ticks that a trader is told.
private struct CountingTrader: TradingCore {
    var trader: Trader
    var ticks = 0

    mutating func handle(_ event: Event, into outcome: inout Outcome) {
        if case .ticked = event.fact { ticks += 1 }
        trader.handle(event, into: &outcome)
    }

    func rest(with account: AccountReport) -> Rest? { trader.rest(with: account) }

    mutating func look(_ candle: Candle, of pair: SpotPair, at received: Timestamp) -> Bool {
        trader.look(candle, of: pair, at: received)
    }

    mutating func look(_ series: CandleSeries, _ range: Range<Int>, of pair: SpotPair) -> Int? {
        trader.look(series, range, of: pair)
    }

    mutating func decide(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome
    ) {
        trader.decide(candle, of: pair, at: received, into: &outcome)
    }

    mutating func endOfData(at time: Timestamp) -> [Trade] { trader.endOfData(at: time) }

    var unattributedFunding: Money { trader.unattributedFunding }
}
