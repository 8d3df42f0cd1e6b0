import Indicators
import Market
import TestSupport
import Testing

private func random(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double(Int.random(in: 0...40, using: &generator)) / 4 }
}

@Suite struct MovingAverageTests {
    @Test func handComputed() {
        var ema = EMA(period: 3)
        // Seed (1+2+3)/3 = 2, weight 1/2: then 3, 4, 5.
        #expect([1, 2, 3, 4, 5, 6].map { ema.push($0) } == [nil, nil, 2, 3, 4, 5])
        var sma = SMA(period: 2)
        #expect([1, 3, 5].map { sma.push($0) } == [nil, 2, 4])
    }

    @Test func smaDoesNotDriftOverALongHistory() {
        var sma = SMA(period: 20)
        var window: [Double] = []
        var generator = SeededGenerator(seed: 4)
        for step in 0..<200_000 {
            let input = Double.random(in: -1...1, using: &generator) * (step % 1000 == 0 ? 1e12 : 1)
            window.append(input)
            if window.count > 20 { window.removeFirst() }
            sma.push(input)
        }
        let exact = window.reduce(0, +) / 20
        #expect(abs((sma.value ?? .nan) - exact) < 1e-9)
    }
}

@Suite struct WilderTests {
    /// True ranges from elsewhere give the same averages as the bars they are of.
    @Test func wilderATRTakesTrueRanges() {
        let bars: [(high: Double, low: Double, close: Double)] = [
            (10, 8, 9), (12, 9, 11), (11, 7, 8), (8.5, 8, 8.25), (13, 12, 12.5), (12, 6, 7),
        ]
        var (ofBars, ofRanges, range) = (WilderATR(period: 3), WilderATR(period: 3), TrueRange())
        for bar in bars {
            let expected = ofBars.push(high: bar.high, low: bar.low, close: bar.close)
            let trueRange = range.push(high: bar.high, low: bar.low, close: bar.close)
            #expect(trueRange.flatMap { ofRanges.push(trueRange: $0) } == expected)
        }
        #expect(ofRanges.value == ofBars.value && ofRanges.value != nil)
    }

    @Test func averageTrueRangeByHand() {
        var atr = WilderATR(period: 2)
        // True ranges after the first bar: max(2, |12-9|, |10-9|) = 3, max(1, 0, 1) = 1, then (2·1 + 5)/2 = 3.5.
        #expect(atr.push(high: 10, low: 8, close: 9) == nil)
        #expect(atr.push(high: 12, low: 10, close: 11) == nil)
        #expect(atr.push(high: 11, low: 10, close: 10) == 2)
        #expect(atr.push(high: 15, low: 11, close: 14) == 3.5)
    }

    @Test func relativeStrengthByHand() {
        var rsi = RSI(period: 2)
        // Changes +2, -1: 100·1/1.5; then gain (1+0)/2, loss (0.5+1)/2.
        #expect(rsi.push(10) == nil)
        #expect(rsi.push(12) == nil)
        #expect(rsi.push(11) == 100 * (1 / 1.5))
        #expect(rsi.push(10) == 100 * (0.5 / 1.25))
    }

    @Test func flatMarketsDivideByNothing() {
        var adx = ADX(period: 5)
        var rsi = RSI(period: 5)
        var atr = WilderATR(period: 5)
        for _ in 0..<50 {
            adx.push(high: 7, low: 7, close: 7)
            rsi.push(7)
            atr.push(high: 7, low: 7, close: 7)
        }
        #expect(adx.value == 0 && adx.plusDI == 0 && adx.minusDI == 0)
        #expect(rsi.value == 0)
        #expect(atr.value == 0)
    }

    @Test func aSteadyTrendHasFullStrength() {
        var adx = ADX(period: 14)
        for step in 0..<100 {
            let price = 100 + Double(step)
            adx.push(high: price + 1, low: price - 1, close: price)
        }
        #expect(abs((adx.value ?? 0) - 100) < 1e-9)
        #expect((adx.plusDI ?? 0) > 0 && adx.minusDI == 0)
    }

    @Test(arguments: [2, 5, 14, 30])
    func firstValuesComeWhenTheWarmUpSays(_ period: Int) throws {
        let candles = randomCandles(200, seed: 12)
        let expected = [
            "atr": WilderATR(period: period).warmUp - 1, "adx": ADX(period: period).warmUp - 1, "plus_di": period,
            "rsi": RSI(period: period).warmUp - 1, "ema": EMA(period: period).warmUp - 1,
        ]
        for (name, index) in expected {
            let values = try IndicatorColumn("\(name):\(period)").values(of: candles)
            #expect(values.firstIndex { $0 != nil } == index, "\(name)")
        }
    }
}

@Suite struct RollingTests {
    @Test(arguments: [1, 2, 3, 7, 20])
    func extremesAgreeWithLookingAtTheWholeWindow(_ period: Int) {
        let inputs = random(2000, seed: UInt64(period))
        var highest = RollingExtreme(.highest, period: period)
        var lowest = RollingExtreme(.lowest, period: period)
        for (index, input) in inputs.enumerated() {
            let window = inputs[max(0, index - period + 1)...index]
            let full = index + 1 >= period
            #expect(highest.push(input) == (full ? window.max() : nil))
            #expect(lowest.push(input) == (full ? window.min() : nil))
        }
    }

    @Test(arguments: [2, 3, 50])
    func percentileAgreesWithCounting(_ period: Int) {
        let inputs = random(1500, seed: UInt64(100 + period))
        var percentile = RollingPercentile(period: period)
        for (index, input) in inputs.enumerated() {
            let rank = percentile.push(input)
            guard index + 1 >= period else {
                #expect(rank == nil)
                continue
            }
            let window = inputs[(index - period + 1)...index]
            let below = Double(window.filter { $0 < input }.count)
            let ties = Double(window.filter { $0 == input }.count - 1)
            #expect(rank == (below + ties / 2) / Double(period - 1))
            #expect(percentile.quantile(0) == window.min())
            #expect(percentile.quantile(1) == window.max())
        }
    }

    @Test func quantileInterpolates() {
        var percentile = RollingPercentile(period: 4)
        for input in [4.0, 1, 3, 2] { percentile.push(input) }
        #expect(percentile.quantile(0.5) == 2.5)
        #expect(percentile.quantile(1.5) == nil)
    }
}

@Suite struct IndicatorColumnTests {
    @Test func readsNames() throws {
        #expect((try IndicatorColumn("ema:200")).description == "ema:200")
        #expect((try IndicatorColumn("tr")).description == "tr")
    }

    @Test(arguments: ["", "ema", "ema:", "ema:0", "ema:x", "rsi:1", "tr:5", "macd:3", "ema:99999999999999999999"])
    func refusesNonsense(_ text: String) {
        #expect(throws: IndicatorColumnError.self) { try IndicatorColumn(text) }
    }

    /// The streaming state after n bars is the batch column's n-th value, to the bit.
    @Test func streamingAndBatchAgree() throws {
        let candles = randomCandles(400, seed: 21)
        for name in [
            "ema:10", "sma:10", "tr", "atr:14", "adx:14", "plus_di:14", "minus_di:14", "rsi:14", "max:9", "min:9",
        ] {
            let column = try IndicatorColumn(name)
            let whole = column.values(of: candles)
            for count in [1, 15, 28, 29, 200, 400] {
                #expect(column.values(of: candles.prefix(count)) == Array(whole.prefix(count)), "\(name)")
            }
        }
    }
}
