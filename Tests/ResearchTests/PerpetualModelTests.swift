import Exchange
import Market
import TestSupport
import Testing
import Venue

@testable import Research

@Suite struct PerpetualModelTests {
    let assumed = HourlyFunding(rate("0.00002"))

    private func history(
        spot: CandleSeries, perpetual: [CandleSeries] = [], mark: [CandleSeries] = [], funding: FundingSeries? = nil
    ) -> MarketHistory {
        MarketHistory(
            pair: bitcoin, instrument: InstrumentHistory(instrument(bitcoin)),
            spot: SourcedSeries(spot, source: "spot"), perpetual: perpetual.map { SourcedSeries($0, source: "perp") },
            mark: mark.map { SourcedSeries($0, source: "mark") },
            funding: funding.map { SourcedFunding($0, source: "funding") })
    }

    struct Step {
        let bar: MarketBar
        let candle: Candle
        let hasSpot: Bool
    }

    private func step(_ model: inout PerpetualModel) -> MarketBar {
        let none = PriceBar(open: .zero, high: .zero, low: .zero, close: .zero)
        var bar = MarketBar(
            openTime: .distantPast, duration: .minutes(1), last: none, mark: none, index: none, halfSpread: .zero,
            volume: 0, funding: .zero)
        model.step(into: &bar)
        return bar
    }

    private func play(_ history: MarketHistory) -> [Step] {
        var model = PerpetualModel(history, assumedFunding: assumed)
        var steps: [Step] = []
        while model.nextTime < .distantFuture {
            let bar = step(&model)
            steps.append(Step(bar: bar, candle: model.candle, hasSpot: model.hasCandle))
        }
        return steps
    }

    @Test func recordedBarsAreTakenAsTheyAre() {
        let spot = series(["100", "101", "102"])
        let perpetual = series(["110", "111", "112"])
        let mark = series(["105", "106", "107"])
        let steps = play(history(spot: spot, perpetual: [perpetual], mark: [mark]))
        #expect(steps.map(\.bar.last.close) == perpetual.closes)
        #expect(steps.map(\.bar.mark.open) == mark.opens)
        #expect(steps.map(\.bar.index.close) == spot.closes)
        #expect(steps.map(\.candle) == Array(spot))
        #expect(steps.allSatisfy { $0.hasSpot && $0.bar.volume == 10 })
    }

    @Test func withoutAnythingThePerpetualIsSpot() {
        let spot = series(["100", "101", "102"])
        let steps = play(history(spot: spot))
        #expect(steps.map(\.bar.last) == spot.map { PriceBar($0) })
        #expect(steps.map(\.bar.mark) == spot.map { PriceBar($0) })
    }

    /// Spot by the quarter, the perpetual by the hour: its basis holds from one hourly close to the next.
    @Test func basisIsHeldFromTheLastClosedBar() {
        let spot = series(Array(repeating: "100", count: 12), .m15)
        let perpetual = series(["101", "102", "103"], .h1)
        let steps = play(history(spot: spot, perpetual: [perpetual]))
        let expected =
            Array(repeating: "100", count: 4) + Array(repeating: "101", count: 4)
            + Array(repeating: "102", count: 4)
        #expect(steps.map(\.bar.last.close) == expected.map { price($0) })
        // Mark has no series of its own and takes the same basis.
        #expect(steps.map(\.bar.mark.close) == expected.map { price($0) })
    }

    @Test func theBasisIsARatioNotADifference() {
        let spot = series(["100", "100", "200", "200"], .m30)
        let perpetual = series(["110"], .h1)
        let steps = play(history(spot: spot, perpetual: [perpetual]))
        #expect(steps[2].bar.last.open == price("110"))
        #expect(steps[2].bar.last.close == price("220"))
        #expect(steps[2].bar.last.high >= steps[2].bar.last.close)
    }

    @Test func finerSeriesComeFirstAndCoarserOnesFillIn() {
        let spot = series(Array(repeating: "100", count: 16), .m15)
        let coarse = series(["101", "101", "101", "101"], .h1)
        let fine = series(["102", "102"], .m30, from: hour(1))
        let steps = play(history(spot: spot, perpetual: [coarse, fine]))
        let closes = steps.map(\.bar.last.close)
        // No basis in the first hour; the coarse one until the fine one has closed, and again when it is out of date.
        #expect(closes[0..<4].allSatisfy { $0 == price("100") })
        #expect(closes[4..<6].allSatisfy { $0 == price("101") })
        #expect(closes[6..<11].allSatisfy { $0 == price("102") })
        #expect(closes[12...].allSatisfy { $0 == price("101") })
    }

    @Test func aBasisIsNotBelievedForEver() {
        let spot = series(Array(repeating: "100", count: 40))
        let mark = series(["101"])
        let steps = play(history(spot: spot, mark: [mark]))
        #expect(steps[1].bar.mark.close == price("101"))
        #expect(steps[25].bar.mark.close == price("101"))
        #expect(steps[26].bar.mark.close == price("100"))
    }

    @Test func badDataIsNoBasis() {
        let steps = play(history(spot: series(["100", "100", "100"]), perpetual: [series(["500"])]))
        #expect(steps[1].bar.last.close == price("100"))
    }

    @Test func thePerpetualGoesOnWhereSpotHasAGap() throws {
        var spot = series(["100", "101"])
        let after = series(["105"], from: hour(4))
        try spot.append(after[0])
        let perpetual = series(["100", "101", "90", "102", "105"])
        let steps = play(history(spot: spot, perpetual: [perpetual]))
        #expect(steps.map(\.bar.openTime) == (0..<5).map { hour($0) })
        #expect(steps.map(\.hasSpot) == [true, true, false, false, true])
        #expect(steps[2].bar.last.close == price("90"))
        #expect(
            steps[2].bar.index
                == PriceBar(open: price("101"), high: price("101"), low: price("101"), close: price("101")))
    }

    @Test func fundingIsSpreadOverTheHoursAfterItIsKnown() throws {
        var funding = FundingSeries(period: .hours(8))
        try funding.append(rate("0.0008"), at: hour(8))
        try funding.append(rate("-0.0016"), at: hour(16))
        let steps = play(history(spot: series(Array(repeating: "100", count: 30)), funding: funding))
        let rates = steps.map(\.bar.funding.rate)
        #expect(rates[0..<8].allSatisfy { $0 == assumed.rate })
        #expect(rates[8..<16].allSatisfy { $0 == rate("0.0001") })
        #expect(rates[16..<24].allSatisfy { $0 == rate("-0.0002") })
        #expect(rates[24...].allSatisfy { $0 == assumed.rate })
    }

    @Test func everythingUsedAndModelledIsReported() throws {
        var funding = FundingSeries(period: .hours(8))
        try funding.append(rate("0.0008"), at: hour(0))
        var model = PerpetualModel(
            history(
                spot: series(Array(repeating: "100", count: 12), .m15), perpetual: [series(["101", "102"], .h1)],
                funding: funding),
            assumedFunding: assumed)
        while model.nextTime < .distantFuture { _ = step(&model) }
        let sources = model.sources()
        #expect(sources.map(\.kind) == [.spot, .perpetual, .perpetual, .mark, .funding])
        #expect(sources.map(\.isModelled) == [false, false, true, true, false])
        #expect(sources[1].note == "its basis held for 8 bars")
        #expect(sources[2].rows == 12)
        #expect(sources[2].note.contains("4 bars as spot"))
        #expect(sources[3].note.contains("basis of the perpetual's trades"))
        #expect(sources[4].note.contains("used for 3 hours"))
    }

    /// Law 2: cutting off the future changes no bar before the cut.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func truncationNeverChangesThePast(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func holed(_ series: CandleSeries) throws -> CandleSeries {
            var result = CandleSeries(timeframe: series.timeframe)
            for candle in series where Int.random(in: 0..<12, using: &generator) != 0 { try result.append(candle) }
            return result
        }
        let spot = try holed(randomCandles(600, seed: seed, timeframe: .m5))
        func near(_ timeframe: Timeframe, _ add: UInt64) throws -> CandleSeries {
            // The same walk with a little basis.
            var result = CandleSeries(timeframe: timeframe)
            for candle in randomCandles(600, seed: seed, timeframe: .m5).resampled(to: timeframe) {
                let shift = Price(raw: Int64.random(in: -3...3, using: &generator) * 1_000_000_000)
                try result.append(
                    Candle(
                        openTime: candle.openTime, open: candle.open + shift, high: candle.high + shift,
                        low: candle.low + shift, close: candle.close + shift, volume: candle.volume))
            }
            return try holed(result)
        }
        var funding = FundingSeries(period: .hours(8))
        for place in 0..<Int64(7) {
            try funding.append(
                Rate(raw: Int64.random(in: -900...900, using: &generator) * 1_000_000),
                at: Timestamp(seconds: 1_577_836_800) + .hours(8 * place))
        }
        let whole = history(
            spot: spot, perpetual: [try near(.m5, 1), try near(.h1, 2)], mark: [try near(.m15, 3)], funding: funding)
        let steps = play(whole)
        #expect(Set(steps.map(\.hasSpot)).count == 2)
        for cut in [37, 121, 300, 301, 302, 555] {
            let instant = steps[cut].bar.openTime
            let part = play(whole.truncated(at: instant))
            // What only the perpetual traded after spot's last bar is not played at the end of spot.
            let expected = steps.prefix { $0.bar.openTime < instant }
            #expect(part.map(\.bar) == expected.prefix(part.count).map(\.bar))
            #expect(part.count >= expected.count - 3)
        }
    }
}
