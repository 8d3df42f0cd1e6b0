import Exchange
import Market
import Reports
import Risk
import Strategy
import Testing
import Trading
import Venue

@testable import Research

/// The whole way, on the demo market.
@Suite struct BacktestTests {
    static let demo: [MarketHistory] = {
        var parameters = DemoMarketParameters()
        parameters.days = 8
        parameters.start = hour(0)
        return DemoMarket(parameters).histories { instrument($0) }
    }()

    static func emaCross(_ change: (inout BacktestConfiguration) -> Void = { _ in }) -> Backtest {
        var parameters = EMACrossParameters()
        parameters.timeframe = .m5
        parameters.fastPeriod = 10
        parameters.slowPeriod = 30
        var configuration = configuration()
        configuration.randomRuns = 2
        configuration.resamples = 100
        change(&configuration)
        return Backtest(
            configuration,
            risk: .bare(leverageCap: Rate(3), slippage: SlippageAssumption(entry: .zero, exit: .zero)),
            trading: TradingParameters(), strategy: .emaCross(parameters))
    }

    static let result = Result { try emaCross().run(demo) }

    @Test func tradesAndConserves() throws {
        let result = try Self.result.get()
        #expect(result.metrics.trades > 50)
        #expect(result.netProfit == result.trades.reduce(Money.zero) { $0 + $1.net })
        #expect(result.netProfit == result.metrics.byMonth.reduce(Money.zero) { $0 + $1.net })
        #expect(result.netProfit == result.metrics.bySymbol.reduce(Money.zero) { $0 + $1.net })
        #expect(result.metrics.bySymbol.count == 2)
        #expect(result.equity.last?.equity == result.finalEquity)
        #expect(result.bars == 2 * 8 * 288)
        #expect(result.equity.count == 8 * 24 + 1)
        #expect(result.isSynthetic)
        #expect(result.pathModel == "worst")
        #expect(result.signals >= result.metrics.trades)
    }

    @Test func theSameRunGivesTheSameResult() throws {
        let again = try Self.emaCross().run(Self.demo)
        let result = try Self.result.get()
        #expect(again.journalHash == result.journalHash)
        #expect(again.equity == result.equity)
        #expect(again.metrics == result.metrics)
        #expect(again.baselines == result.baselines)
        #expect(again.confidence == result.confidence)
        let other = try Self.emaCross { $0.initialEquity = money("10001") }.run(Self.demo)
        #expect(other.journalHash != result.journalHash)
    }

    @Test func baselinesAreThere() throws {
        let result = try Self.result.get()
        #expect(result.baselines.map(\.kind) == [.buyAndHold, .randomEntry])
        let hold = result.baselines[0]
        let expected = Self.demo.reduce(0.0) { sum, market in
            let spot = market.spot.candles
            let ratio = spot.closes[spot.count - 1].double / spot.opens[0].double
            return sum + ratio * (1 - 0.0005) * (1 - 0.0005) / 2
        }
        #expect(abs(hold.totalReturn - (expected - 1)) < 1e-9)
        #expect(hold.curve.count == result.equity.count)
        let random = result.baselines[1]
        #expect(random.runs == 2)
        #expect(random.expectancyR != nil)
        #expect(random.curve.count == result.equity.count)
    }

    @Test func randomEntriesAreAsManyAsAskedAndSpreadOut() throws {
        let spot = Self.demo[0].spot.candles
        let template = Signal(
            id: SetupID(1), pair: bitcoin, side: .long, setup: .orderBlock, decidedAt: hour(0),
            reference: SpotPrice(price("1")), entry: .limit(SpotPrice(price("1"))), stopDistance: rate("0.01"),
            targets: [SignalTarget(distance: rate("0.02"), share: .one)], expiresAt: hour(9), expectedHold: .hours(3),
            timeExit: .hours(7), checks: [], drawings: [])
        func signals(_ seed: UInt64) throws -> [Signal] {
            var strategy = try #require(
                RandomEntry(
                    pair: bitcoin, timeframes: [.m5], interval: .m5, rehearsal: Rehearsal(signals: [template]),
                    count: 200, start: hour(24), end: hour(168), seed: seed))
            var findings: [Finding] = []
            for candle in spot { strategy.observe(candle, .m5, into: &findings) }
            return findings.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
        }
        let found = try signals(1)
        #expect(found.count == 200)
        #expect(found.map(\.decidedAt) == found.map(\.decidedAt).sorted())
        #expect(Set(found.map(\.id)).count == 200)
        #expect(found.allSatisfy { $0.decidedAt > hour(24) && $0.decidedAt <= hour(168) })
        #expect(found.allSatisfy { $0.entry == .market && $0.stopDistance == rate("0.01") && $0.timeExit == .hours(7) })
        // Of 200 fair coins between 70 and 130 are heads, in all but one of 20,000 runs.
        #expect((70...130).contains(found.count { $0.side == .long }))
        #expect((70...130).contains(found.count { $0.decidedAt < hour(96) }))
        #expect(try signals(1).map(\.id) == found.map(\.id))
        #expect(try signals(2).map(\.id) != found.map(\.id))
    }

    @Test func chartsSurroundTheirTrades() throws {
        let result = try Self.result.get()
        #expect(result.charts.count == result.trades.count)
        for (trade, chart) in zip(result.trades, result.charts) {
            #expect(chart.trade == trade.id)
            let first = try #require(chart.candles.openTimes.first)
            let last = try #require(chart.candles.openTimes.last)
            #expect(first <= trade.openedAt)
            #expect(chart.candles.count <= 600)
            #expect(last + .minutes(5) >= min(trade.closedAt, first + .minutes(5 * 600)))
        }
    }

    @Test func theThreePathsBoundTheResult() throws {
        func run(_ path: PathModel) throws -> BacktestResult {
            try Self.emaCross {
                $0.randomRuns = 0
                $0.exchange.path = path
            }.run(Self.demo)
        }
        let worst = try run(.worst)
        let best = try run(.best)
        #expect(worst.pathModel == "worst" && best.pathModel == "best")
        #expect(worst.finalEquity <= best.finalEquity)
        #expect(worst.journalHash != best.journalHash)
        #expect(worst.baselines.map(\.kind) == [.buyAndHold])
    }

    @Test func aDrawdownHaltEndsTradingAndIsShown() throws {
        var backtest = Self.emaCross { $0.randomRuns = 0 }
        backtest.risk.drawdown = DrawdownLadder(
            reduce: .basisPoints(100), warn: .basisPoints(200), halt: .basisPoints(300))
        let result = try backtest.run(Self.demo)
        let halt = try #require(result.halt)
        #expect(halt.state == .halted(.drawdown) && halt.time < result.end)
        #expect(result.trades.allSatisfy { $0.openedAt <= halt.time })
        #expect(result.safety.first?.detail == "warning: drawdown" && halt.detail == "drawdown: limit reached")
        #expect(result.rejections.contains { $0.reason == "safety.drawdown" })
        let json = result.summary.compact
        #expect(json.contains("\"safety\":[{\"time\":"))
        #expect(json.contains("\"state\":\"halted\",\"detail\":\"drawdown: limit reached\"}"))
        #expect(result.text.contains("HALTED: nothing was opened after"))
        #expect(result.reportPage.contains("<b>Halted.</b>"))
        // The same run without the limit says nothing of the kind.
        let free = try Self.result.get()
        #expect(free.halt == nil && free.safety.isEmpty)
        #expect(free.summary.compact.contains("\"safety\":[]"))
        #expect(!free.text.contains("HALTED") && !free.reportPage.contains("<b>Halted.</b>"))
    }

    @Test func candlesCoarserThanTheStrategyNeedsAreRefused() throws {
        let coarse = Self.demo.map { $0.resampled(to: .h1) }
        #expect(throws: BacktestError.tooCoarse(bitcoin, has: .h1, needs: .m5)) {
            try Self.emaCross().run(coarse)
        }
    }

    @Test func contradictoryLimitsAreRefused() {
        var backtest = Self.emaCross()
        backtest.risk.riskFraction = Rate(2)
        let error = #expect(throws: BacktestError.self) { try backtest.run(Self.demo) }
        guard case .limits = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

@Suite struct LookaheadAuditTests {
    /// Goes long when a coming close is higher: what the audit must find out.
    struct Clairvoyant: Strategy {
        let pair: SpotPair
        let future: CandleSeries
        /// How many bars it sees ahead; 0 is honest.
        let ahead: Int
        var name: String { "clairvoyant" }
        var timeframes: [Timeframe] { [.m5] }
        var decisionTimeframe: Timeframe { .m5 }

        mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
            let place = future.firstIndex(atOrAfter: candle.openTime)
            let seen = min(place + ahead, future.count - 1)
            let reference = ahead == 0 ? candle.open : candle.close
            let side: Side = future.closes[seen] > reference ? .long : .short
            let close = candle.openTime + .minutes(5)
            findings.append(
                .signal(
                    Signal(
                        id: SetupID(UInt64(bitPattern: close.nanoseconds) ^ pair.symbol.first_), pair: pair, side: side,
                        setup: .emaCross, decidedAt: close, reference: SpotPrice(candle.close), entry: .market,
                        stopDistance: rate("0.004"), targets: [SignalTarget(distance: rate("0.004"), share: .one)],
                        expiresAt: close + .minutes(5), expectedHold: .hours(1), timeExit: nil, checks: [],
                        drawings: [])))
        }
    }

    private func backtest(ahead: Int) -> Backtest {
        let honest = BacktestTests.emaCross()
        return Backtest(honest.configuration, risk: honest.risk, trading: honest.trading) { pair, candles in
            Clairvoyant(pair: pair, future: candles, ahead: ahead)
        }
    }

    @Test func anHonestStrategyPasses() throws {
        let audit = try LookaheadAudit.run(BacktestTests.emaCross(), BacktestTests.demo, cuts: 3)
        #expect(audit.passed)
        #expect(audit.cuts.count == 3)
        #expect(audit.cuts.allSatisfy { $0.journal == $0.journalWithoutFuture && !$0.journal.isEmpty })
        #expect(audit.cuts.allSatisfy { $0.trades > 0 && $0.fills >= 2 * $0.trades && $0.decisions > 0 })
        #expect(audit.cuts.map(\.equityPoints) == [48, 96, 144])
    }

    @Test func aLookOfTwoBarsAheadIsFound() throws {
        let honest = try LookaheadAudit.run(backtest(ahead: 0), BacktestTests.demo, cuts: 4)
        #expect(honest.passed)
        let cheat = try LookaheadAudit.run(backtest(ahead: 2), BacktestTests.demo, cuts: 4)
        #expect(!cheat.passed)
        let difference = try #require(cheat.cuts.compactMap(\.difference).first)
        #expect(difference.hasPrefix("decision at"))
    }
}

extension Symbol {
    fileprivate var first_: UInt64 { description.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) } }
}
