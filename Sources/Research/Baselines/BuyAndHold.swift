import Market
import Venue

/// Buying all markets with equal shares of the money at the first open, without leverage, and selling at the last
/// close, with a taker fee each way.
struct BuyAndHold {
    private struct Holding {
        let candles: CandleSeries
        let coins: Double
        let fee: Double
        var next: Int
        var price: Double
    }

    /// Nil when no market has a candle in the span.
    func baseline(_ run: BacktestRun, _ markets: [MarketHistory]) -> Baseline? {
        var holdings: [Holding] = []
        let share = run.initialEquity.double / Double(markets.count)
        var cash = 0.0
        for market in markets {
            let candles = market.spot.candles
            let first = candles.firstIndex(atOrAfter: run.start)
            guard first < candles.count, candles.openTimes[first] < run.end else {
                cash += share
                continue
            }
            let fee = market.instrument.terms(at: run.start).fees.taker.double
            let price = candles.opens[first].double
            holdings.append(
                Holding(candles: candles, coins: share * (1 - fee) / price, fee: fee, next: first, price: price))
        }
        guard !holdings.isEmpty else { return nil }
        var curve: [Double] = []
        curve.reserveCapacity(run.equity.count)
        for point in run.equity {
            curve.append(cash + Self.worth(&holdings, at: point.time, net: point.time >= run.end))
        }
        return Self.baseline(curve, run)
    }

    private static func worth(_ holdings: inout [Holding], at instant: Timestamp, net: Bool) -> Double {
        var sum = 0.0
        for place in holdings.indices {
            let candles = holdings[place].candles
            let interval = candles.timeframe.interval
            while holdings[place].next < candles.count,
                candles.openTimes[holdings[place].next] + interval <= instant
            {
                holdings[place].price = candles.closes[holdings[place].next].double
                holdings[place].next += 1
            }
            let value = holdings[place].coins * holdings[place].price
            sum += net ? value * (1 - holdings[place].fee) : value
        }
        return sum
    }

    private static func baseline(_ curve: [Double], _ run: BacktestRun) -> Baseline {
        let initial = run.initialEquity.double
        let final = curve.last ?? initial
        var peak = initial
        var deepest = 0.0
        for value in curve {
            peak = max(peak, value)
            deepest = max(deepest, 1 - value / peak)
        }
        let daily = DailyReturns(
            times: run.equity.map(\.time), values: curve, initial: initial, start: run.start, end: run.end,
            final: final)
        return Baseline(
            kind: .buyAndHold, totalReturn: final / initial - 1, maxDrawdown: deepest, sharpe: daily.sharpe,
            expectancyR: nil, shareAtLeastAsGood: nil, runs: 1, curve: curve)
    }
}
