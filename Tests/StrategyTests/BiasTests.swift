import Market
import SmartMoney
import Testing

@testable import Strategy

@Suite struct BiasTests {
    /// Average 100, ATR 8, band 0.25: the close must lie more than 2 beyond.
    @Test(arguments: [
        (Direction?.some(.bullish), 102.1, Bias.bullish), (.bullish, 102, .neutral), (.bullish, 90, .neutral),
        (.bearish, 97.9, .bearish), (.bearish, 98, .neutral), (.bearish, 110, .neutral), (nil, 110, .neutral),
        (nil, 90, .neutral),
    ])
    func structureAndAverageMustAgree(trend: Direction?, close: Double, expected: Bias) {
        #expect(TimeframeBias.judge(trend: trend, close: close, average: 100, atr: 8, 0.25) == expected)
        #expect(TimeframeBias.judge(trend: trend, close: close, average: nil, atr: 8, 0.25) == .neutral)
        #expect(TimeframeBias.judge(trend: trend, close: close, average: 100, atr: nil, 0.25) == .neutral)
    }

    @Test(arguments: [
        ([Bias.bullish, .bullish], CombinedBias.bullish), ([.bullish, .neutral], .bullish),
        ([.neutral, .bullish], .bullish), ([.bearish, .bearish], .bearish), ([.bearish, .neutral], .bearish),
        ([.neutral, .bearish], .bearish), ([.neutral, .neutral], .neutral), ([.bullish, .bearish], .conflict),
        ([.bearish, .bullish], .conflict), ([.bullish, .neutral, .bearish], .conflict), ([], .neutral),
    ])
    func combines(biases: [Bias], expected: CombinedBias) {
        let combined = CombinedBias(biases)
        #expect(combined == expected)
        #expect(combined.allows(.long) == (expected == .bullish))
        #expect(combined.allows(.short) == (expected == .bearish))
    }

    @Test func readsItsOwnBars() {
        var up = TimeframeBias(
            timeframe: .h4, averagePeriod: 2, band: 0.25, smartMoney: smallParameters().smartMoney)
        var down = up
        #expect(!up.isWarm && up.bias == .neutral)
        for candle in bars(rally, .h4) { up.push(candle) }
        for candle in mirrored(bars(rally, .h4), around: Price(2000)) { down.push(candle) }
        #expect(up.isWarm && up.bias == .bullish && down.bias == .bearish)
    }
}
