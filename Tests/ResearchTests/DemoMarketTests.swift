import Market
import Research
import Testing

@Suite struct DemoMarketTests {
    static func parameters(days: Int, pairs: Int = 2, timeframe: Timeframe = .m5) -> DemoMarketParameters {
        var parameters = DemoMarketParameters()
        parameters.days = days
        parameters.pairs = DemoMarketParameters.pairs(pairs)
        parameters.timeframe = timeframe
        return parameters
    }

    static let month = DemoMarket(parameters(days: 30))

    private func fingerprint(_ market: DemoMarket) -> String {
        var print = Fingerprint()
        for one in market.series {
            print.add(one.pair.description)
            for series in [one.spot, one.perpetual, one.mark] {
                for candle in series {
                    for price in [candle.open, candle.high, candle.low, candle.close] { print.add(price.raw) }
                    print.add(candle.openTime.nanoseconds)
                    print.add(candle.volume.bitPattern)
                }
            }
            for rate in one.funding.rates { print.add(rate.raw) }
        }
        return print.text
    }

    /// The same on every machine and for ever: a golden report depends on it.
    @Test func isTheSameEverywhere() {
        #expect(fingerprint(Self.month) == "b95610b878a7ca28")
        #expect(fingerprint(DemoMarket(Self.parameters(days: 2))) != fingerprint(Self.month))
    }

    @Test func anotherSeedIsAnotherMarket() {
        var parameters = Self.parameters(days: 1)
        let one = fingerprint(DemoMarket(parameters))
        parameters.seed += 1
        #expect(fingerprint(DemoMarket(parameters)) != one)
    }

    @Test func aCoarserTimeframeShowsTheSameMarket() {
        let fine = DemoMarket(Self.parameters(days: 2, timeframe: .m1)).series[0]
        let coarse = DemoMarket(Self.parameters(days: 2, timeframe: .m15)).series[0]
        let resampled = fine.spot.resampled(to: .m15)
        #expect(resampled.closes == coarse.spot.closes)
        #expect(resampled.highs == coarse.spot.highs)
        #expect(fine.mark.resampled(to: .m15).lows == coarse.mark.lows)
        #expect(fine.funding.rates == coarse.funding.rates)
    }

    @Test func barsAreCompleteAndValid() throws {
        for one in Self.month.series {
            for series in [one.spot, one.perpetual, one.mark] {
                #expect(series.count == 30 * 288)
                #expect(series.allSatisfy { $0.isValid })
                #expect(
                    zip(series.openTimes, series.openTimes.dropFirst()).allSatisfy { $1 - $0 == .minutes(5) })
            }
            #expect(one.funding.count == 90)
            #expect(one.funding.gaps == 0)
        }
    }

    @Test func basisIsBoundedAndFundingFollowsIt() {
        for one in Self.month.series {
            var withBasis = 0
            for (spot, last) in zip(one.spot.closes, one.perpetual.closes) {
                let basis = last.double / spot.double - 1
                #expect(abs(basis) < 0.013)
                if abs(basis) > 0.000_01 { withBasis += 1 }
            }
            #expect(withBasis > one.spot.count / 2)
            #expect(one.funding.rates.allSatisfy { abs($0.double) <= 0.003 })
            let means = (0..<90).map { period in
                let bars = period * 96..<(period + 1) * 96
                return bars.map { one.perpetual.closes[$0].double / one.spot.closes[$0].double - 1 }.reduce(0, +) / 96
            }
            #expect(correlation(means, one.funding.rates.map(\.double)) > 0.5)
        }
    }

    @Test func returnsHaveFatTailsAndClusters() {
        let returns = hourlyReturns(Self.month.series[0].spot)
        #expect(kurtosis(returns) > 4)
        let sizes = returns.map(abs)
        #expect(correlation(Array(sizes.dropLast()), Array(sizes.dropFirst())) > 0.05)
        let daily = 24.0.squareRoot() * deviation(returns)
        #expect((0.008...0.08).contains(daily), "volatility of a day: \(daily)")
    }

    @Test func coinsMoveTogetherButNotAlike() {
        let market = DemoMarket(Self.parameters(days: 20, pairs: 4))
        #expect(market.series.map(\.pair.description) == ["BTC/USD", "ETH/USD", "DEMO01/USD", "DEMO02/USD"])
        let returns = market.series.map { hourlyReturns($0.spot) }
        for other in 1..<4 {
            let value = correlation(returns[0], returns[other])
            #expect((0.3...0.97).contains(value), "\(market.series[other].pair): \(value)")
        }
    }

    private func hourlyReturns(_ series: CandleSeries) -> [Double] {
        let closes = series.resampled(to: .h1).closes.map(\.double)
        return zip(closes, closes.dropFirst()).map { $1 / $0 - 1 }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private func deviation(_ values: [Double]) -> Double {
        let center = mean(values)
        return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
    }

    private func kurtosis(_ values: [Double]) -> Double {
        let center = mean(values)
        let squares = values.map { ($0 - center) * ($0 - center) }
        return mean(squares.map { $0 * $0 }) / (mean(squares) * mean(squares))
    }

    private func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (meanA, meanB) = (mean(a), mean(b))
        return mean(zip(a, b).map { ($0 - meanA) * ($1 - meanB) }) / (deviation(a) * deviation(b))
    }
}
