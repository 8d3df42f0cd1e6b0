import Journal
import Market
import Operations
import Research
import Testing
import Trading
import TridentConfiguration
import Venue

@testable import World

@Suite struct QuietWorldTests {
    @Test func aQuietNightTradesAndStaysReady() throws {
        var world = try Scenario.demo(days: 1).world(seed: 1)
        world.run(until: world.now + .hours(8))
        #expect(world.runtime?.phase == .ready)
        #expect(world.judge.violations == [])
        #expect(world.runtime?.trader?.trades ?? 0 > 1)
    }

    /// At rest few prices are handed on, and the newest before every candle.
    @Test func atRestPricesAreFewAndNewAtEveryDecision() throws {
        var world = try Scenario.demo(days: 1).world(seed: 1)
        world.run(until: world.now + .hours(8))
        var replay = JournalReplay(world.program)
        var reader = try JournalReader(world.disk.file)
        var last: [InstrumentID: Timestamp] = [:]
        var isAtRest = true
        var (early, candles) = (0, 0)
        while let record = try reader.next() {
            try replay.take(record)
            guard case .event(let event) = record, let trader = replay.trader else { continue }
            if case .ticked(let tick) = event.fact {
                if isAtRest, let before = last[tick.instrument], event.received - before < .seconds(60) { early += 1 }
                last[tick.instrument] = event.received
            }
            if case .candleClosed = event.fact {
                candles += 1
                // The exchange of this market tells prices every 20 seconds.
                for time in last.values { #expect(event.received - time < .seconds(21)) }
            }
            isAtRest = trader.isAtRest
        }
        #expect(candles >= 900)
        #expect(early <= candles, "those that were kept back until a candle")
    }
}

extension Scenario {
    /// The demo market and the strategy that trades most.
    static func demo(days: Int, timeframe: Timeframe? = nil) throws -> Scenario {
        let settings = try Settings(
            yaml: nil,
            assignments: [
                "strategy.preset=ema-cross", "risk.gates=none", "risk.per_trade=0.05%", "risk.leverage_cap=10",
                "risk.size_includes_costs=false",
            ])
        var parameters = try settings.demoMarketParameters()
        parameters.days = 20 + days
        if let timeframe { parameters.timeframe = timeframe }
        let histories = DemoMarket(parameters).histories { pair in
            KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
        }
        return Scenario(
            histories: histories, start: parameters.start + .days(20), days: days, equity: .init(10_000),
            fees: settings.fees, risk: try settings.riskParameters(), trading: try settings.tradingParameters(),
            strategy: try settings.strategyConfiguration())
    }
}
