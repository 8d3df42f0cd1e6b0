import Market
import Testing

@testable import Strategy

/// The entry rests at 1000 with its stop at 985 and its first target at 1030, for 2 hours in reach and 30 in all.
@Suite struct PendingEntryTests {
    private func end(_ side: Side, _ rows: [Row]) -> (Int, Withdrawal)? {
        func oriented(_ price: Int) -> Int64 { side.oriented(side == .long ? Price(price) : Price(2000 - price)) }
        var entry = PendingEntry(
            id: SetupID(1), side: side, entry: oriented(1000), stop: oriented(985), firstTarget: oriented(1030),
            expiresAt: monday + .hours(30), reachTime: .hours(2))
        let candles = bars(rows, .h1)
        for (index, candle) in (side == .long ? candles : mirrored(candles, around: Price(2000))).enumerated() {
            if let withdrawal = entry.push(candle, closedAt: candle.openTime + .hours(1)) { return (index, withdrawal) }
        }
        return nil
    }

    private let quiet: Row = (1010, 1020, 1001, 1015)
    private let inReach: Row = (1010, 1020, 1000, 1015)

    @Test(arguments: Side.allCases) func rests(side: Side) {
        #expect(end(side, Array(repeating: quiet, count: 29)) == nil)
        #expect(end(side, [inReach, quiet]) == nil)
    }

    @Test(arguments: Side.allCases) func isGivenUp(side: Side) throws {
        let cases: [([Row], Int, Withdrawal)] = [
            (Array(repeating: quiet, count: 40), 29, .expired),
            ([quiet, inReach, quiet, quiet, quiet], 3, .reachExpired),
            ([inReach, inReach, inReach, inReach], 2, .reachExpired),
            ([quiet, (1010, 1012, 985, 990)], 1, .stopTradedFirst),
            // Both in one bar: what lies in the way of the stop counts.
            ([(1010, 1030, 985, 990)], 0, .stopTradedFirst),
            ([quiet, quiet, (1020, 1030, 1010, 1025)], 2, .targetTradedFirst),
            ([inReach, (1020, 1031, 1010, 1025)], 1, .targetTradedFirst),
        ]
        for (rows, bar, withdrawal) in cases {
            let found = try #require(end(side, rows))
            #expect(found == (bar, withdrawal))
        }
    }
}

@Suite struct SignalLifeTests {
    private func withdrawals(_ scene: Scene) -> [(Int, Withdrawal)] {
        scene.findings().enumerated().flatMap { index, findings in findings.compactMap(\.withdrawal).map { (index, $0) }
        }
    }

    @Test(arguments: Side.allCases) func followsItsSignals(side: Side) {
        var scene = Scene(side: side)
        scene.rows += [(1018, 1030, 1012, 1025)]
        #expect(withdrawals(scene).map(\.1) == [.targetTradedFirst])
        scene.rows[11] = (1018, 1020, 980, 985)
        #expect(withdrawals(scene).map(\.1) == [.stopTradedFirst])
        scene.rows[11] = (1018, 1019, 1000, 1010)
        scene.rows += [(1010, 1012, 1004, 1010), (1010, 1012, 1004, 1010)]
        #expect(withdrawals(scene).map(\.1) == [.reachExpired])
        #expect(withdrawals(scene).map(\.0) == [13])
        scene.rows[11...] = Array(repeating: (1016, 1018, 1013, 1016), count: 40)[...]
        #expect(withdrawals(scene).map(\.1) == [.expired])
        #expect(withdrawals(scene).map(\.0) == [40])
    }

    /// A higher low at 1002 is lost by a close before the entry at 1000 is reached.
    @Test(arguments: Side.allCases) func structureFlips(side: Side) {
        var scene = Scene(side: side)
        scene.rows += [(1018, 1019, 1002, 1016), (1016, 1018, 1012, 1015), (1015, 1016, 1001, 1001)]
        let findings = scene.findings()
        #expect(withdrawals(scene).map(\.1) == [.structureFlipped])
        #expect(findings[13].compactMap(\.brokenSide) == [side])
    }
}

@Suite struct IdentityTests {
    private func id(
        _ name: String = "BTC/USD", _ timeframe: Timeframe = .h1, _ side: Side = .long, _ seconds: Int64 = 0,
        _ level: Int = 100
    ) -> SetupID {
        SetupID(
            SpotPair(name)!, timeframe, side, structure: Timestamp(seconds: seconds), level: Price(level))
    }

    @Test func isMadeOfWhatMakesASetup() {
        #expect(id() == id())
        let all = [id(), id("ETH/USD"), id("BTC/USD", .m15), id("BTC/USD", .h1, .short), id("BTC/USD", .h1, .long, 60)]
        #expect(Set(all + [id("BTC/USD", .h1, .long, 0, 101)]).count == 6)
        #expect(id().description.count == 16 && SetupID(1) < SetupID(2))
        #expect(SetupID(255).description == "00000000000000ff")
    }

    /// The same candles after another history are the same setup.
    @Test func survivesARestart() throws {
        let first = try #require(Scene().findings()[10].compactMap(\.signal).first)
        var strategy = SmartMoneyStrategy(pair: pair, parameters: smallParameters())
        var findings: [Finding] = []
        let calm: [Row] = Array(repeating: (1000, 1004, 997, 1001), count: 25)
        for candle in bars(rally, .h4, from: monday - .hours(100)) { strategy.observe(candle, .h4, into: &findings) }
        for candle in bars(calm, .h1, from: monday - .hours(25)) { strategy.observe(candle, .h1, into: &findings) }
        for candle in bars(pullback, .h1) { strategy.observe(candle, .h1, into: &findings) }
        #expect(findings.compactMap(\.signal).map(\.id) == [first.id])
    }

    @Test func remembersTheLastSetups() {
        var used = UsedSetups()
        for value in 0..<600 as Range<UInt64> { used.insert(SetupID(value)) }
        #expect(used.contains(SetupID(599)) && used.contains(SetupID(88)) && !used.contains(SetupID(87)))
    }
}

@Suite struct PresetTests {
    @Test(arguments: StrategyPreset.allCases) func makesItsStrategy(preset: StrategyPreset) {
        let strategy = preset.configuration.strategy(for: pair)
        #expect(strategy.name == preset.rawValue && strategy.timeframes.contains(strategy.decisionTimeframe))
        #expect(strategy.timeframes == strategy.timeframes.sorted(by: >))
    }

    @Test func presetsReadTheirTimeframes() {
        #expect(StrategyPreset.swing.configuration.strategy(for: pair).timeframes == [.d1, .h4, .h1, .m15])
        #expect(StrategyPreset.intraday.configuration.strategy(for: pair).timeframes == [.h4, .h1, .m15])
        #expect(StrategyPreset(rawValue: "ema-cross") == .emaCross && StrategyPreset(rawValue: "none") == nil)
    }

    @Test func partsMustFit() {
        typealias Change = (inout SmartMoneyStrategyParameters) -> Void
        let changes: [Change] = [
            { $0.biasTimeframes = [] }, { $0.biasTimeframes = [.h4, .h4] }, { $0.biasTimeframes = [.m15] },
            { $0.refinementTimeframe = .h4 }, { $0.warmBiasTimeframes = 3 }, { $0.warmBiasTimeframes = 0 },
            { $0.setups = [] }, { $0.setups = [.emaCross] }, { $0.minimumVolatility = 1 }, { $0.targetShares = [] },
            { $0.targetShares = [.one, .basisPoints(1)] }, { $0.ladderRewards = [2, 1] }, { $0.ladderRewards = [1] },
            { $0.validBars = 0 },
        ]
        for (index, change) in changes.enumerated() {
            var parameters = SmartMoneyStrategyParameters.swing
            #expect(parameters.isConsistent)
            change(&parameters)
            #expect(!parameters.isConsistent, "change \(index)")
        }
        #expect(SmartMoneyStrategyParameters.intraday.isConsistent)
    }
}
