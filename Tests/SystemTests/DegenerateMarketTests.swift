import Market
import Research
import Testing
import TridentConfiguration
import Venue

/// Markets that do nothing, or nothing sensible: no signal out of nothing, no division by zero, no trap.
@Suite struct DegenerateMarketTests {
    enum Shape: CaseIterable {
        case flat, oneBar, noVolume, straightUp, spikes, tinyPrices
    }

    private func candles(_ shape: Shape) throws -> CandleSeries {
        var series = CandleSeries(timeframe: .m15)
        for index in 0..<(shape == .oneBar ? 1 : 3000) {
            let level: Int
            switch shape {
            case .flat, .oneBar, .noVolume: level = 20_000
            case .straightUp: level = 20_000 + index
            case .spikes: level = index % 97 == 0 ? 60_000 : 20_000
            case .tinyPrices: level = 1 + index % 2
            }
            let price = Price(level)
            try series.append(
                Candle(
                    openTime: Timestamp(seconds: 1_672_531_200 + 900 * Int64(index)), open: price, high: price,
                    low: price,
                    close: price, volume: shape == .noVolume ? 0 : 1))
        }
        return series
    }

    @Test(arguments: Shape.allCases, ["swing", "intraday", "ema-cross"])
    func degenerateCandlesGiveNoSignalAndNoTrap(_ shape: Shape, _ preset: String) throws {
        let timeframe = preset == "ema-cross" ? ["strategy.ema_cross.timeframe=15m"] : []
        let run = try ShippedRun(["strategy.preset=\(preset)"] + timeframe)
        let pair = try #require(SpotPair("BTC/USD"))
        let market = MarketHistory(
            pair: pair, instrument: try #require(KnownContracts.history(of: pair, fees: run.settings.fees)),
            spot: SourcedSeries(try candles(shape), source: "made up", isSynthetic: true))
        let result = try run.backtest.run([market])
        #expect(result.finalEquity.isPositive)
        if shape == .flat || shape == .oneBar || shape == .noVolume {
            #expect(result.signals == 0 && result.trades.isEmpty)
            #expect(result.finalEquity == result.initialEquity)
            #expect(result.metrics.winRate == nil && result.metrics.expectancyR == nil)
        }
    }
}
