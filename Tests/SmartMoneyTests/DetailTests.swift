import Market
import SmartMoney
import Testing

struct SwingTests {
    @Test func aPlateauIsItsFirstBar() {
        let rows = quiet(20, highs: [7: 110, 9: 110])
        let highs = allEvents(bars(rows), SmartMoneyParameters())
            .filter { $0.kind == .swing && $0.direction == .bullish && $0.layer == .external }
        #expect(highs.map(\.index) == [7])
    }

    @Test func theFirstBarsCannotBeSwings() {
        let rows = quiet(20, highs: [4: 110])
        #expect(!allEvents(bars(rows), SmartMoneyParameters()).contains { $0.kind == .swing && $0.layer == .external })
    }

    @Test func aHigherHighWithoutALowBetweenSupersedes() {
        // Highs at 2, 4 and 6 while the lows only rise: no low lies between.
        let rows = [
            (10, 11, 9, 10), (10, 12, 10, 11), (11, 16, 11, 12), (12, 14, 12, 13), (13, 18, 13, 14), (14, 15, 14, 15),
            (15, 17, 15, 16), (16, 16, 16, 16), (16, 16, 16, 16),
        ]
        let events = allEvents(bars(rows), smallParameters()).filter {
            $0.layer == .external && ($0.kind == .swing || $0.kind == .swingSuperseded)
        }
        #expect(
            events.map { "\($0.confirmedAt) \($0.kind.rawValue) \($0.price) \($0.detailText)" } == [
                "3 swing 16 layer=external label=first counts=true",
                "5 swing 18 layer=external label=first counts=true",
                "5 swing.superseded 16 layer=external",
                "7 swing 17 layer=external label=LH counts=false",
            ])
    }
}

struct LiquidityTests {
    private func pools(
        _ rows: [(Int, Int, Int, Int)], _ parameters: SmartMoneyParameters = SmartMoneyParameters(),
        timeframe: Timeframe = .m15, kinds: [String]
    ) -> [String] {
        allEvents(bars(rows, timeframe: timeframe), parameters, timeframe: timeframe)
            .filter { event in
                guard case .pool(let kind, _) = event.detail else { return false }
                return event.direction == .bullish && kinds.contains(kind.rawValue)
            }
            .map { "\($0.confirmedAt) \($0.index) \($0.kind.rawValue) \($0.price) \($0.price2) \($0.detailText)" }
    }

    @Test func equalHighsMakeOnePool() {
        var parameters = SmartMoneyParameters()
        // The ATR is a little above 2, so highs within 2 of each other are within 1 ATR of their mean.
        parameters.equalTolerance = 1
        #expect(
            pools(quiet(60, highs: [10: 110, 30: 109, 50: 111]), parameters, kinds: ["swing", "equal"]) == [
                "15 10 liquidity 110 110 pool=swing touches=1",
                "35 35 liquidity.superseded 110 110 pool=swing touches=1",
                "35 30 liquidity 110 109 pool=equal touches=2",
                "50 50 liquidity.swept 110 109 pool=equal touches=2",
                "55 50 liquidity 111 109 pool=equal touches=3",
            ])
    }

    @Test func aCloseBetweenMakesHighsUnequal() {
        var rows = quiet(60, highs: [10: 110, 30: 110])
        rows[20] = (100, 112, 99, 111)
        #expect(
            pools(rows, kinds: ["swing", "equal"]) == [
                "15 10 liquidity 110 110 pool=swing touches=1", "20 20 liquidity.taken 110 110 pool=swing touches=1",
                "25 20 liquidity 112 112 pool=swing touches=1", "35 30 liquidity 110 110 pool=swing touches=1",
            ])
    }

    @Test func previousDayIsKnownAtItsLastBar() {
        // Two whole days of hours and a bit, from midnight: highs 120 on the first day, 130 on the second.
        #expect(
            pools(quiet(50, highs: [5: 120, 29: 130]), timeframe: .h1, kinds: ["day"]) == [
                "23 5 liquidity 120 120 pool=day touches=1", "29 29 liquidity.swept 120 120 pool=day touches=1",
                "47 29 liquidity 130 130 pool=day touches=1",
            ])
    }

    @Test func aDayThatEndsInAGapIsKnownAtTheNextBar() {
        var candles = bars(quiet(40, highs: [5: 120, 30: 125]), timeframe: .h1)
        candles.removeSubrange(22..<30)
        let found = allEvents(candles, SmartMoneyParameters(), timeframe: .h1).filter { event in
            event.direction == .bullish && event.detail == .pool(.day, touches: 1)
        }
        // The bar after the gap makes the level known and sweeps it.
        #expect(found.map(\.kind) == [.liquidity, .liquiditySwept])
        #expect(found.map(\.confirmedAt) == [22, 22] && found.first?.price == Price(120))
    }

    @Test func sessionsAreKnownAtTheirEnd() {
        let found = pools(
            quiet(30, highs: [3: 120, 10: 121, 14: 122]), timeframe: .h1, kinds: ["asia", "london", "new_york"])
        #expect(
            found == [
                "7 3 liquidity 120 120 pool=asia touches=1", "10 10 liquidity.swept 120 120 pool=asia touches=1",
                "15 14 liquidity 122 122 pool=london touches=1", "20 14 liquidity 122 122 pool=new_york touches=1",
            ])
    }

    @Test func theRunningSessionIsKnownWhileItRuns() throws {
        var state = SmartMoneyState(timeframe: .h1)
        for candle in bars(quiet(11, highs: [3: 120, 9: 115], lows: [8: 90]), timeframe: .h1) { state.push(candle) }
        // Ten o'clock: London runs since seven, Asia is over, New York has not begun.
        let london = try #require(state.running(.london))
        #expect(london.high == Price(115) && london.low == Price(90))
        #expect(state.running(.asia) == nil && state.running(.newYork) == nil)
        #expect(state.running(.day)?.high == Price(120))
    }

    @Test func aPeriodThatTheDataDoesNotBeginIsUnknown() {
        // 2024-01-01 was a Monday and the first of a month; an hour later it is neither.
        let rows = quiet(24 * 40)
        func kinds(start: Int64) -> [String: Int] {
            var first: [String: Int] = [:]
            for event in allEvents(bars(rows, timeframe: .h1, start: start), SmartMoneyParameters(), timeframe: .h1) {
                guard event.kind == .liquidity, case .pool(let kind, _) = event.detail else { continue }
                first[kind.rawValue] = first[kind.rawValue] ?? event.confirmedAt
            }
            return first
        }
        let whole = kinds(start: 1_704_067_200)
        #expect(whole["day"] == 23 && whole["week"] == 24 * 7 - 1 && whole["month"] == 24 * 31 - 1)
        let late = kinds(start: 1_704_067_200 + 3600)
        #expect(late["day"] == 46 && late["week"] == 24 * 14 - 2 && late["month"] == nil && late["asia"] == 30)
    }
}

struct DealingRangeTests {
    private func range() throws -> DealingRange {
        var state = SmartMoneyState(timeframe: .m15, parameters: smallParameters())
        for candle in WalkthroughTests.candles.prefix(9) { state.push(candle) }
        return try #require(state.external.dealingRange)
    }

    /// The leg from 8 to 20 is 12 long.
    @Test func positionsAndLevels() throws {
        let leg = try range()
        #expect(leg.position(of: Price(8)) == 0 && leg.position(of: Price(20)) == 1)
        #expect(leg.position(of: Price(11)) == 0.25 && leg.position(of: Price(5)) == -0.25)
        #expect(leg.equilibrium == Price(14) && leg.length == Price(12))
        #expect(leg.isDiscount(Price(13)) && !leg.isDiscount(Price(14)) && leg.isPremium(Price(15)))
    }

    @Test func optimalEntryAndExtensions() throws {
        let leg = try range()
        let hundredth = Price(raw: 100_000_000)
        // 20 - 0.62 x 12, 20 - 0.705 x 12, 20 - 0.79 x 12
        #expect(leg.price(atRetracement: 0.62).rounded(to: hundredth, .nearestEven).description == "12.56")
        #expect(
            leg.price(atRetracement: DealingRange.sweetSpot).rounded(to: hundredth, .nearestEven).description == "11.54"
        )
        #expect(leg.price(atRetracement: 0.79).rounded(to: hundredth, .nearestEven).description == "10.52")
        #expect(leg.isOptimalEntry(Price(11)) && leg.isOptimalEntry(Price(12)))
        #expect(!leg.isOptimalEntry(Price(13)) && !leg.isOptimalEntry(Price(10)))
        // 20 + 0.27 x 12, 20 + 0.62 x 12, 20 + 12
        let targets = DealingRange.extensions.map { leg.price(atRetracement: $0).rounded(to: hundredth, .nearestEven) }
        #expect(targets.map(\.description) == ["23.24", "27.44", "32"])
    }

    @Test func aBearishLegIsMeasuredDownwards() throws {
        var state = SmartMoneyState(timeframe: .m15, parameters: smallParameters())
        for candle in WalkthroughTests.candles { state.push(candle) }
        let leg = try #require(state.external.dealingRange)
        #expect(leg.direction == .bearish && leg.origin == Price(16) && leg.far == Price(6))
        #expect(leg.position(of: Price(16)) == 0 && leg.position(of: Price(6)) == 1)
        #expect(leg.isDiscount(Price(12)) && leg.isPremium(Price(10)) && leg.equilibrium == Price(11))
        #expect(leg.price(atRetracement: -1) == Price(-4))
    }
}

struct OptionTests {
    @Test func wicksBreakWhenAsked() {
        var parameters = smallParameters()
        parameters.breakRule = .wick
        let events = allEvents(WalkthroughTests.candles, parameters).filter { $0.layer == .external }
        #expect(events.first { $0.kind == .breakOfStructure }?.confirmedAt == 5)
        #expect(!events.contains { $0.kind == .sweep })
    }

    @Test func aBodyZoneIsTheBody() {
        var parameters = smallParameters()
        parameters.blockZone = .body
        let block = allEvents(WalkthroughTests.candles, parameters).first { $0.kind == .orderBlock }
        #expect(block?.price == Price(12) && block?.price2 == Price(9))
    }

    @Test func consecutiveGapsJoin() {
        var parameters = smallParameters()
        let rows = [(10, 11, 9, 10), (10, 14, 10, 14), (14, 17, 13, 17), (17, 20, 16, 20), (20, 21, 15, 20)]
        func gaps() -> [String] {
            allEvents(bars(rows), parameters).filter { $0.kind.rawValue.hasPrefix("fvg") }
                .map { "\($0.confirmedAt) \($0.kind.rawValue) \($0.price) \($0.price2) \($0.reference.index)" }
        }
        #expect(gaps() == ["2 fvg 13 11 2", "3 fvg 16 14 3", "4 fvg.partly_filled 16 14 3"])
        parameters.joinsGaps = true
        #expect(gaps() == ["2 fvg 13 11 2", "3 fvg.joined 13 11 2", "3 fvg 16 11 3", "4 fvg.partly_filled 16 11 3"])
    }

    @Test func oppositeGapsBalance() {
        let rows = [
            (10, 11, 9, 10), (10, 15, 10, 15), (15, 17, 14, 16), (16, 16, 13, 13), (13, 13, 8, 8), (8, 9, 7, 8),
        ]
        let balanced = allEvents(bars(rows), smallParameters()).filter { $0.kind == .gapBalanced }
        // The bullish gap is 11 to 14 at bar 2; the bearish ones are 13 to 14 at bar 4 and 9 to 13 at bar 5.
        #expect(balanced.map(\.confirmedAt) == [4, 5])
        #expect(balanced.map(\.price) == [Price(13), Price(11)] && balanced.map(\.price2) == [Price(14), Price(13)])
        #expect(balanced.allSatisfy { $0.detail == .balanced(StructureID(.gap, 2, .bullish)) })
    }

    @Test func nothingIsDisplacedBeforeThereIsAnATR() {
        var parameters = smallParameters()
        parameters.atrPeriod = 50
        let events = allEvents(WalkthroughTests.candles, parameters)
        #expect(events.contains { $0.kind == .breakOfStructure } && !events.contains { $0.kind == .dealingRange })
    }
}
