import Market
import Research
import Strategy
import Testing
import Trading
import TridentConfiguration
import Venue

/// The laws of the design, held by the whole system under the shipped configuration.
@Suite struct WholeSystemLawTests {
    @Test(arguments: ShippedRun.presets.map(\.assignments))
    func theSameEventsGiveTheSameJournal(_ assignments: [String]) throws {
        let run = try ShippedRun(assignments)
        let first = try run.result()
        let second = try run.result()
        #expect(first.journalHash == second.journalHash)
        #expect(first.equity == second.equity)
    }

    @Test(arguments: ShippedRun.presets.map(\.assignments))
    func nothingDependsOnTheFuture(_ assignments: [String]) throws {
        let run = try ShippedRun(assignments)
        let audit = try LookaheadAudit.run(try run.backtest, run.markets, cuts: 3)
        #expect(audit.passed, "\(audit.cuts.compactMap(\.difference))")
        #expect(audit.cuts.contains { $0.decisions > 0 })
    }

    /// Cash, positions, fees and funding agree to the last unit, whatever the market and the path; the runner throws
    /// when they do not.
    @Test(arguments: [1, 2, 3], ["worst", "likely", "best"])
    func moneyIsConserved(_ seed: Int, _ path: String) throws {
        let result = try ShippedRun([
            "demo.seed=\(seed)", "simulation.path=\(path)", "demo.days=60", "demo.timeframe=15m", "demo.symbols=3",
            "strategy.preset=intraday", "simulation.seed=\(seed)",
        ]).result()
        let net = result.trades.reduce(Money.zero) { $0 + $1.net }
        #expect(result.netProfit == net)
        for trade in result.trades {
            let fees = trade.legs.reduce(Money.zero) { $0 + $1.fee }
            #expect(fees == trade.fees)
            let entered = trade.legs.filter { $0.role == .entry }.reduce(Quantity.zero) { $0 + $1.quantity }
            let left = trade.legs.filter { $0.role != .entry }.reduce(Quantity.zero) { $0 + $1.quantity }
            #expect(entered == left && entered == trade.quantity)
        }
    }

    @Test(arguments: ShippedRun.presets.map(\.assignments))
    func everyDecisionExplainsItself(_ assignments: [String]) throws {
        let result = try ShippedRun(assignments).result()
        for decision in result.decisions {
            #expect(!decision.checks.isEmpty)
            guard case .refused(let stage, let reason) = decision.verdict else { continue }
            #expect(!reason.isEmpty)
            // Strategy and risk name the check that failed; safety names its own state.
            if stage != .safety, let failed = decision.checks.first(where: { !$0.passed }) {
                #expect(failed.name == reason)
            }
        }
        for trade in result.trades {
            #expect(!trade.stops.isEmpty && trade.stops.first?.reason == .initial)
            #expect(result.decisions.contains { $0.setupID == trade.setupID && $0.passedStrategy })
        }
    }

    /// After each event of a whole run every open position has its stop, accepted or on the way.
    @Test(arguments: ShippedRun.presets.map(\.assignments))
    func positionsAreProtectedAfterEveryEvent(_ assignments: [String]) throws {
        let run = try ShippedRun(assignments)
        let traded = run.markets.map { market in
            (
                market,
                TradedMarket(
                    instrument: market.instrument.terms(at: .distantPast), base: market.spot.candles.timeframe,
                    strategy: strategy(run, market.pair))
            )
        }
        let trader = try Trader(
            parameters: try run.settings.tradingParameters(), risk: try run.settings.riskParameters(),
            markets: traded.map(\.1))
        var runner = try BacktestRunner(
            run.settings.backtestConfiguration(), markets: run.markets, core: WatchedTrader(trader))
        let result = try runner.run()
        #expect(runner.core.broken.isEmpty, "\(runner.core.broken.prefix(3))")
        #expect(runner.core.eventsWithPosition > 50)
        #expect(!result.trades.isEmpty)
    }

    private func strategy(_ run: ShippedRun, _ pair: SpotPair) -> any Strategy {
        // The presets above are coherent.
        try! run.settings.strategyConfiguration().strategy(for: pair)
    }
}

/// A trader that is looked at after each event.
private struct WatchedTrader: TradingCore {
    var trader: Trader
    var broken: [String] = []
    var eventsWithPosition = 0

    init(_ trader: Trader) { self.trader = trader }

    mutating func handle(_ event: Event, into outcome: inout Outcome) {
        trader.handle(event, into: &outcome)
        guard !trader.openPositions.isEmpty else { return }
        eventsWithPosition += 1
        for invariant in trader.brokenInvariants() { broken.append("\(event.received): \(invariant)") }
    }

    mutating func endOfData(at time: Timestamp) -> [Trade] { trader.endOfData(at: time) }

    var unattributedFunding: Money { trader.unattributedFunding }
}
