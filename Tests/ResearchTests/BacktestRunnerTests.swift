import Exchange
import Market
import TestSupport
import Testing
import Trading
import Venue

@testable import Research

@Suite struct BacktestRunnerTests {
    private func history(_ closes: [String], _ pair: SpotPair = bitcoin, from: Timestamp = hour(0)) -> MarketHistory {
        MarketHistory(
            pair: pair, instrument: InstrumentHistory(instrument(pair)),
            spot: SourcedSeries(series(closes, from: from), source: "test"))
    }

    private func runner(
        _ markets: [MarketHistory], _ core: ScriptedCore = ScriptedCore(),
        _ change: (inout BacktestConfiguration) -> Void = { _ in }
    ) throws -> BacktestRunner<ScriptedCore> {
        var configuration = configuration()
        configuration.exchange = ExchangeConfiguration(
            halfSpread: .share(.zero), impact: .zero, participation: nil, liquidationFee: rate("0.005"))
        change(&configuration)
        return try BacktestRunner(configuration, markets: markets, core: core)
    }

    /// By hand: bought at the open of hour 1, sold at the open of hour 3; fees of 5 basis points each way and two
    /// hours of funding at 0.001 % on the index at the hour's start.
    @Test func anOrderAtTheCloseFillsAtTheNextOpenAndEverythingIsCounted() throws {
        let core = ScriptedCore(script: [
            (hour(0), marketOrder(1, .long)), (hour(2), marketOrder(2, .short, reduceOnly: true)),
        ])
        var runner = try runner([history(["1000", "1010", "1040", "1020", "1000"])], core)
        let run = try runner.run()
        let trade = try #require(run.trades.first)
        #expect(trade.openedAt == hour(1) && trade.closedAt == hour(3))
        #expect(trade.gross == money("40"))
        #expect(trade.fees == money("1.02"))
        #expect(trade.funding == -(money("1000") + money("1010")).times(rate("0.00001"), .nearestEven))
        #expect(run.finalEquity == money("10000") + trade.net)
        #expect(run.equity.last?.equity == run.finalEquity)
        // In between: 10 up after hour 1, less the fee and the hour's funding.
        let after = try #require(run.equity.first { $0.time == hour(2) })
        #expect(after.balance == money("10000") - money("0.5") - money("0.01"))
        #expect(after.unrealised == money("10"))
        #expect(after.effectiveLeverage == money("1010").ratio(to: after.equity))
        #expect(run.maxEffectiveLeverage >= after.effectiveLeverage)
        // Worth ten times its price: nothing liquidates it.
        #expect(run.minLiquidationDistance == nil)
    }

    @Test func liquidationDistanceIsMeasuredAtTheBarsWorst() throws {
        let core = ScriptedCore(script: [(hour(0), marketOrder(1, .long, "20"))])
        var runner = try runner([history(["1000", "900", "950"])], core)
        let run = try runner.run()
        // Equity below 10,000 for 20,000 of notional: about half its price away at the entry, nearer at 900.
        let distance = try #require(run.minLiquidationDistance)
        #expect(distance > rate("0.42") && distance < rate("0.46"))
        #expect(run.totals.liquidations == 0)
    }

    @Test func whatIsOpenAtTheEndIsValuedAndTheBooksBalance() throws {
        let core = ScriptedCore(script: [(hour(1), marketOrder(1, .short, "2"))])
        var runner = try runner([history(["1000", "1000", "980", "950"])], core)
        let run = try runner.run()
        let trade = try #require(run.trades.first)
        #expect(trade.closedAt == hour(4))
        #expect(trade.gross == money("100"))
        #expect(run.finalEquity == money("10000") + trade.net)
    }

    /// Funding that settled at the end of the data is still under way then, and so is an order of the last close.
    @Test func whatIsUnderWayAtTheEndStillArrives() throws {
        let core = ScriptedCore(script: [
            (hour(0), marketOrder(1, .long)), (hour(3), marketOrder(2, .long)),
        ])
        var runner = try runner([history(["1000", "1010", "1020", "1030"])], core) {
            $0.exchange.feedLatency = Latency(.milliseconds(50))
            $0.exchange.orderLatency = Latency(.milliseconds(100))
        }
        let run = try runner.run()
        let trade = try #require(run.trades.first)
        #expect(trade.legs.map(\.quantity) == [quantity("1"), quantity("1"), quantity("2")])
        #expect(trade.funding == run.totals.funding && trade.funding.isNegative)
        #expect(trade.closedAt == hour(4) + .milliseconds(150))
        #expect(run.equity.last?.time == hour(4))
        #expect(run.finalEquity == money("10000") + trade.net)
    }

    @Test func booksThatDoNotBalanceVoidTheRun() throws {
        let script = [(hour(0), marketOrder(1, .long)), (hour(2), marketOrder(2, .short, reduceOnly: true))]
        var runner = try runner(
            [history(["1000", "1010", "1040", "1020"])], ScriptedCore(script: script, writesTrades: false))
        let error = #expect(throws: BacktestError.self) { _ = try runner.run() }
        guard case .notConserved(let what, let expected, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(what == "fees of all trades" && expected == runner.exchange.totals.fees && found == .zero)
    }

    @Test func marketsShareOneClockAndTimeNeverRunsBack() throws {
        let first = history(["100", "101", "102", "103", "104", "105"])
        let second = history(["50", "51"], ether, from: hour(2))
        var runner = try runner([first, second])
        let run = try runner.run()
        let events = runner.core.events
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.received <= $1.received })
        #expect(run.bars == 8)
        var candles: [String] = []
        for event in events {
            guard case .candleClosed(let pair, let candle) = event.fact else { continue }
            #expect(event.received == candle.openTime + .hours(1))
            candles.append("\(pair.base)\((event.received - hour(0)).hours)")
        }
        #expect(candles == ["BTC1.0", "BTC2.0", "BTC3.0", "ETH3.0", "BTC4.0", "ETH4.0", "BTC5.0", "BTC6.0"])
    }

    @Test func theVenueIsKnownBeforeTheFirstCandle() throws {
        var runner = try runner([history(["100", "101"]), history(["50", "51"], ether)])
        _ = try runner.run()
        let kinds = runner.core.events.prefix(5).map { event in
            switch event.fact {
            case .instrumentListed(let terms): "terms \(terms.id)"
            case .venue(.position(let report)): "position \(report.instrument) \(report.quantity)"
            case .venue(.account(let report)): "account \(report.balance)"
            case .venue, .candleClosed, .candleRemembered, .candlesForgotten, .ticked, .clock, .commanded, .permitted,
                .safetyRestored, .carriedOver:
                "other"
            }
        }
        #expect(
            kinds == [
                "terms PF_BTCUSD", "terms PF_ETHUSD", "position PF_BTCUSD 0", "position PF_ETHUSD 0", "account 10000",
            ])
    }

    @Test func warmUpShowsCandlesOnlyAndForbidsOrders() throws {
        let market = history((0..<10).map { "\(100 + $0)" })
        var quiet = try runner([market]) {
            $0.start = hour(6)
            $0.warmUp = .hours(4)
            $0.end = hour(9)
        }
        let run = try quiet.run()
        #expect(run.bars == 3)
        #expect(run.start == hour(6) && run.end == hour(9))
        let before = quiet.core.events.prefix(4)
        #expect(before.map(\.received) == (3...6).map { hour($0) })
        for event in before {
            guard case .candleClosed = event.fact else {
                Issue.record("\(event)")
                continue
            }
        }
        let eager = ScriptedCore(script: [(hour(3), marketOrder(1, .long))])
        var cheat = try runner([market], eager) { $0.start = hour(6) }
        #expect(throws: BacktestError.tradedInWarmUp(at: hour(4))) { _ = try cheat.run() }
    }

    @Test func newTermsAreToldWhenTheyBegin() throws {
        let old = instrument(bitcoin)
        let new = Instrument(
            id: old.id, pair: old.pair, tick: price("1"), lot: old.lot, minimum: old.minimum,
            maximumPosition: old.maximumPosition, margin: old.margin, fees: old.fees, fundingCap: old.fundingCap)
        let terms = try #require(InstrumentHistory([(.distantPast, old), (hour(2), new)]))
        let market = MarketHistory(
            pair: bitcoin, instrument: terms, spot: SourcedSeries(series(["1", "2", "3", "4"]), source: "test"))
        var runner = try runner([market])
        _ = try runner.run()
        let listed = runner.core.events.compactMap { event in
            if case .instrumentListed(let terms) = event.fact { (event.received, terms.tick) } else { nil }
        }
        #expect(listed.map(\.0) == [hour(0), hour(2)])
        #expect(listed.map(\.1) == [price("0.1"), price("1")])
    }

    @Test func hoursInAGapOfTheDataAreMarkedOnce() throws {
        var candles = series(["100", "101"])
        try candles.append(series(["105"], from: hour(9))[0])
        let market = MarketHistory(
            pair: bitcoin, instrument: InstrumentHistory(instrument(bitcoin)),
            spot: SourcedSeries(candles, source: "test"))
        var runner = try runner([market])
        let times = try runner.run().equity.map(\.time)
        #expect(times == times.sorted() && Set(times).count == times.count)
        #expect(times.first == hour(0) && times.last == hour(10))
    }

    @Test func impossibleRunsSayWhy() {
        #expect(throws: BacktestError.noMarkets) { try self.runner([]) }
        #expect(throws: BacktestError.duplicateMarket(bitcoin)) {
            try self.runner([self.history(["1"]), self.history(["1"])])
        }
        #expect(throws: BacktestError.nothingInSpan(start: hour(90), end: hour(1))) {
            try self.runner([self.history(["1", "2"])]) { $0.start = hour(90) }
        }
        #expect(throws: BacktestError.spreadNotNamed) {
            try self.runner([self.history(["1"])]) { $0.exchange.halfSpread = .ofBar }
        }
    }
}
