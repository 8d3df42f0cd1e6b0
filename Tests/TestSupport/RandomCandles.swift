public import Market

/// A random walk of valid candles on a price grid of 0.1, with plateaus, gaps and wicks, for property tests.
public func randomCandles(
    _ count: Int, seed: UInt64, timeframe: Timeframe = .m1, start: Timestamp = Timestamp(seconds: 1_577_836_800)
) -> CandleSeries {
    var generator = SeededGenerator(seed: seed)
    var series = CandleSeries(timeframe: timeframe, reserving: count)
    let grid: Int64 = 1_000_000_000
    var last: Int64 = 10_000
    for index in 0..<count {
        func step(_ size: Int64) -> Int64 { Int64.random(in: -size...size, using: &generator) }
        let open = max(100, last + (Int.random(in: 0..<20, using: &generator) == 0 ? step(60) : 0))
        let close = max(100, open + step(25))
        let high = max(open, close) + max(0, step(15))
        let low = max(50, min(open, close) - max(0, step(15)))
        last = close
        let candle = Candle(
            openTime: timeframe.start(of: start) + timeframe.interval * Int64(index), open: Price(raw: open * grid),
            high: Price(raw: high * grid), low: Price(raw: low * grid), close: Price(raw: close * grid),
            volume: Double(Int64.random(in: 0...1000, using: &generator)) / 8)
        try! series.append(candle)
    }
    return series
}
