import Market
import Strategy
import TestSupport
import Testing

/// The rules of `ema-cross` on whole arrays, as one would write them in a notebook.
private struct NaiveCrosses {
    struct Cross: Equatable {
        let index: Int
        let isLong: Bool
        let atr: Double
    }

    static func find(_ series: CandleSeries, fast: Int, slow: Int, atr period: Int) -> [Cross] {
        let closes = series.closes.map(\.double)
        let fastAverage = ema(closes, fast)
        let slowAverage = ema(closes, slow)
        let range = atr(series, period)
        return (slow..<max(slow, closes.count)).compactMap { index in
            let before = fastAverage[index - 1] - slowAverage[index - 1]
            let now = fastAverage[index] - slowAverage[index]
            guard before * now < 0 else { return nil }
            return Cross(index: index, isLong: now > 0, atr: range[index])
        }
    }

    static func ema(_ values: [Double], _ period: Int) -> [Double] {
        var result = [Double](repeating: .nan, count: values.count)
        guard values.count >= period else { return result }
        result[period - 1] = values[..<period].reduce(0, +) / Double(period)
        for index in period..<values.count {
            result[index] = result[index - 1] + 2 / Double(period + 1) * (values[index] - result[index - 1])
        }
        return result
    }

    static func atr(_ series: CandleSeries, _ period: Int) -> [Double] {
        var ranges: [Double] = [.nan]
        for index in 1..<series.count {
            let last = series[index - 1].close.double
            ranges.append(max(series[index].high.double, last) - min(series[index].low.double, last))
        }
        var result = [Double](repeating: .nan, count: series.count)
        result[period] = ranges[1...period].reduce(0, +) / Double(period)
        for index in (period + 1)..<series.count {
            result[index] = (result[index - 1] * Double(period - 1) + ranges[index]) / Double(period)
        }
        return result
    }
}

@Suite struct EMACrossTests {
    private let pair = SpotPair("BTC/USD")!

    private func run(
        _ series: CandleSeries, _ parameters: EMACrossParameters = EMACrossParameters()
    ) -> [(bar: Int, finding: Finding)] {
        var strategy = EMACross(pair: pair, parameters: parameters)
        var findings: [Finding] = []
        var result: [(Int, Finding)] = []
        for (index, candle) in series.enumerated() {
            strategy.observe(candle, series.timeframe, into: &findings)
            result += findings.map { (index, $0) }
            findings.removeAll(keepingCapacity: true)
        }
        return result
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithTheRulesOnWholeArrays(seed: UInt64) throws {
        let series = randomCandles(6000, seed: seed)
        let expected = NaiveCrosses.find(series, fast: 50, slow: 200, atr: 14)
        let found = run(series)
        #expect(found.count == expected.count && expected.count > 10)
        for ((bar, finding), cross) in zip(found, expected) {
            guard case .signal(let signal) = finding else {
                Issue.record("no signal at \(bar)")
                continue
            }
            let close = series[cross.index].close.double
            #expect(bar == cross.index && (signal.side == .long) == cross.isLong)
            #expect(signal.decidedAt == series[cross.index].openTime + .minutes(1))
            #expect(signal.reference.value == series[cross.index].close && signal.entry == .market)
            #expect(abs(signal.stopDistance.double - 2 * cross.atr / close) < 1e-9)
            #expect(signal.targets.map(\.share) == [.one])
            #expect(abs(signal.targets[0].distance.double - 3 * cross.atr / close) < 1e-9)
            #expect(signal.setup == .emaCross && signal.checks.allSatisfy(\.passed))
            #expect(signal.expiresAt == signal.decidedAt + .minutes(1) && signal.timeExit == nil)
        }
    }

    /// Bars that are shown as stretches of their series, of any length, lead to what they lead to one by one.
    @Test(arguments: 1...12) func aStretchIsTheSameAsItsBars(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var parameters = EMACrossParameters()
        parameters.slowPeriod = Int.random(in: 51...120, using: &random)
        parameters.atrPeriod = Int.random(in: 1...200, using: &random)
        let series = randomCandles(3_000, seed: seed)
        var strategy = EMACross(pair: pair, parameters: parameters)
        var found: [(bar: Int, finding: Finding)] = []
        var first = 0
        while first < series.count {
            var findings: [Finding] = []
            if Bool.random(using: &random) {
                strategy.observe(series[first], .m1, into: &findings)
                found += findings.map { (first, $0) }
                first += 1
                continue
            }
            let end = min(series.count, first + Int.random(in: 0...90, using: &random))
            let place = strategy.observe(series, first..<end, into: &findings)
            #expect((place == nil) == findings.isEmpty)
            found += findings.map { (place ?? -1, $0) }
            first = place.map { $0 + 1 } ?? end
        }
        #expect(found.count > 5)
        #expect(String(reflecting: found) == String(reflecting: run(series, parameters)))
    }

    @Test func sidesAlternateAndIdentitiesDiffer() {
        let signals = run(randomCandles(20_000, seed: 9)).compactMap { entry -> Signal? in
            guard case .signal(let signal) = entry.finding else { return nil }
            return signal
        }
        #expect(signals.count > 20)
        #expect(zip(signals, signals.dropFirst()).allSatisfy { $0.side != $1.side })
        #expect(Set(signals.map(\.id)).count == signals.count)
    }

    @Test func declinesAStopThatCannotBePlaced() throws {
        var parameters = EMACrossParameters()
        (parameters.fastPeriod, parameters.slowPeriod) = (2, 3)
        // Twice a range of two thirds of the price lies below zero.
        var series = CandleSeries(timeframe: .m1)
        for minute in 0..<40 as Range<Int64> {
            let close = minute < 30 ? 300 - Int(minute) : 300 + Int(minute)
            try series.append(
                Candle(
                    openTime: Timestamp(seconds: minute * 60), open: Price(close), high: Price(500), low: Price(100),
                    close: Price(close), volume: 1))
        }
        let found = run(series, parameters)
        #expect(found.count == 1)
        guard case .declined(let candidate) = found.first?.finding else {
            Issue.record("a stop below zero was accepted")
            return
        }
        #expect(candidate.reason == .stopDistance && candidate.side == .long && candidate.setup == .emaCross)
        #expect(candidate.checks.count == 3)
    }

    @Test func waitsForItsAveragesAndIgnoresOtherBars() throws {
        var parameters = EMACrossParameters()
        (parameters.fastPeriod, parameters.slowPeriod, parameters.atrPeriod) = (1, 2, 30)
        let series = randomCandles(25, seed: 4)
        let found = run(series, parameters)
        #expect(!found.isEmpty)
        for (_, finding) in found {
            guard case .declined(let candidate) = finding else {
                Issue.record("a signal without an ATR")
                continue
            }
            #expect(candidate.reason == .warmedUp)
        }
        var strategy = EMACross(pair: pair)
        var findings: [Finding] = []
        for candle in randomCandles(3000, seed: 4) { strategy.observe(candle, .h1, into: &findings) }
        #expect(findings.isEmpty)
        #expect(strategy.name == "ema-cross" && strategy.timeframes == [.m1] && strategy.decisionTimeframe == .m1)
    }
}
