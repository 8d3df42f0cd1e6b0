import Market
import TestSupport
import Testing

private func candle(
    _ minute: Int64, _ open: Int, _ high: Int, _ low: Int, _ close: Int, volume: Double = 1
) -> Candle {
    Candle(
        openTime: Timestamp(seconds: minute * 60), open: Price(open), high: Price(high), low: Price(low),
        close: Price(close), volume: volume)
}

@Suite struct CandleSeriesTests {
    @Test func refusesWhatCannotBeTrue() throws {
        var series = CandleSeries(timeframe: .m1)
        try series.append(candle(10, 5, 6, 4, 5))
        let bad: [(Candle, CandleDefect)] = [
            (candle(11, 5, 4, 4, 5), .badPrices(candle(11, 5, 4, 4, 5))),
            (candle(11, 5, 6, 0, 5), .badPrices(candle(11, 5, 6, 0, 5))),
            (candle(11, 5, 6, 4, 7), .badPrices(candle(11, 5, 6, 4, 7))),
            (candle(11, 5, 6, 4, 5, volume: -1), .badPrices(candle(11, 5, 6, 4, 5, volume: -1))),
            (candle(10, 5, 6, 4, 5), .duplicate(Timestamp(seconds: 600))),
            (candle(9, 5, 6, 4, 5), .disorder(Timestamp(seconds: 540), after: Timestamp(seconds: 600))),
        ]
        for (candle, defect) in bad {
            #expect(throws: defect) { try series.append(candle) }
        }
        #expect(series.count == 1)
        var hourly = CandleSeries(timeframe: .h1)
        #expect(throws: CandleDefect.misaligned(Timestamp(seconds: 60))) { try hourly.append(candle(1, 5, 6, 4, 5)) }
    }

    @Test func findsByTime() throws {
        var series = CandleSeries(timeframe: .m1)
        for minute in [3, 4, 8] as [Int64] { try series.append(candle(minute, 5, 6, 4, 5)) }
        #expect([0, 3, 5, 8, 9].map { series.firstIndex(atOrAfter: Timestamp(seconds: $0 * 60)) } == [0, 0, 2, 2, 3])
        #expect(series.slice(from: Timestamp(seconds: 240), until: Timestamp(seconds: 480)).count == 1)
    }
}

@Suite struct CandleLadderTests {
    /// The definition, read slowly: group by period, take first, highest, lowest, last and the sum.
    private func grouped(_ series: CandleSeries, _ timeframe: Timeframe) -> [Candle] {
        var bars: [Candle] = []
        for candle in series {
            let start = timeframe.start(of: candle.openTime)
            if let last = bars.last, last.openTime == start {
                bars[bars.count - 1] = Candle(
                    openTime: start, open: last.open, high: max(last.high, candle.high), low: min(last.low, candle.low),
                    close: candle.close, volume: last.volume + candle.volume)
            } else {
                bars.append(
                    Candle(
                        openTime: start, open: candle.open, high: candle.high, low: candle.low, close: candle.close,
                        volume: candle.volume))
            }
        }
        return bars
    }

    private func withGaps(_ series: CandleSeries, seed: UInt64) -> CandleSeries {
        var generator = SeededGenerator(seed: seed)
        var kept = CandleSeries(timeframe: series.timeframe)
        for candle in series where Int.random(in: 0..<4, using: &generator) != 0 { try! kept.append(candle) }
        return kept
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func resamplingAgreesWithTheDefinition(_ seed: UInt64) {
        let whole = randomCandles(6000, seed: seed)
        for series in [whole, withGaps(whole, seed: seed)] {
            for timeframe in [Timeframe.m5, .m15, .h1, .h4, .d1] {
                let expected = grouped(series, timeframe)
                let result = Array(series.resampled(to: timeframe))
                // The last period may not have closed.
                #expect(result.count >= expected.count - 1)
                #expect(result == Array(expected.prefix(result.count)))
            }
        }
    }

    @Test func nothingIsSeenBeforeItClosed() {
        let series = withGaps(randomCandles(5000, seed: 7), seed: 7)
        let timeframes: [Timeframe] = [.m1, .m15, .h1, .h4, .d1]
        var ladder = CandleLadder(base: .m1, timeframes: timeframes)
        var lastEnd = Timestamp.distantPast
        var lastTimeframe = Timeframe.w1
        for candle in series {
            let now = candle.openTime + .minutes(1)
            ladder.push(candle) { bar, timeframe in
                let end = bar.openTime + timeframe.interval
                #expect(end <= now)
                #expect(end > lastEnd || (end == lastEnd && timeframe < lastTimeframe), "time order, highest first")
                lastEnd = end
                lastTimeframe = timeframe
            }
        }
    }

    @Test func aBarIsHandedOutAtTheCloseOfItsLastBaseBar() {
        let series = randomCandles(16, seed: 9, start: Timestamp(seconds: 0))
        var ladder = CandleLadder(base: .m1, timeframes: [.m15])
        var closedAt: [Int] = []
        for (index, candle) in series.enumerated() { ladder.push(candle) { _, _ in closedAt.append(index) } }
        #expect(closedAt == [14])
    }

    @Test func prefixLaw() {
        let series = withGaps(randomCandles(3000, seed: 11), seed: 5)
        let whole = Array(series.resampled(to: .h1))
        for count in stride(from: 1, through: series.count, by: 97) {
            let part = Array(series.prefix(count).resampled(to: .h1))
            #expect(part == Array(whole.prefix(part.count)))
        }
    }
}

@Suite struct FingerprintTests {
    @Test func knownValues() {
        // FNV-1a 64 of the empty text and of "a", from the published test vectors.
        #expect(Fingerprint().text == "cbf29ce484222325")
        var hash = Fingerprint()
        hash.add(byte: UInt8(ascii: "a"))
        #expect(hash.text == "af63dc4c8601ec8c")
    }
}
