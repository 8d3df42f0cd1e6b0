/// Builds higher timeframes from base candles as they close.
///
/// A higher bar is handed out once, at the close of its last base bar; if base bars are missing at its end, at the
/// first base bar of a later period. Nothing is handed out before it closed and nothing is invented for a gap.
public struct CandleLadder: Sendable {
    public let base: Timeframe
    private var rungs: [Rung]

    private struct Rung: Sendable {
        let timeframe: Timeframe
        var start = Timestamp.distantPast
        var end = Timestamp.distantPast
        var isOpen = false
        var open = Price.zero
        var high = Price.zero
        var low = Price.zero
        var close = Price.zero
        var volume = 0.0

        var candle: Candle {
            Candle(openTime: start, open: open, high: high, low: low, close: close, volume: volume)
        }
    }

    /// `timeframes` may hold `base` itself; each must be a multiple of it.
    public init(base: Timeframe, timeframes: [Timeframe]) {
        precondition(timeframes.allSatisfy { $0.minutes % base.minutes == 0 }, "candles are built from finer ones")
        self.base = base
        // Highest first: a decision at a shared close sees the higher bars that closed with it.
        rungs = Set(timeframes).sorted(by: >).map { Rung(timeframe: $0) }
    }

    /// Takes the next base candle and calls `body` for every bar that has now closed, in time order and, at one
    /// instant, highest timeframe first.
    @inlinable
    public mutating func push(_ candle: Candle, _ body: (Candle, Timeframe) -> Void) {
        if closesAny(before: candle.openTime) { flush(before: candle.openTime, body) }
        absorb(candle, body)
    }

    @usableFromInline func closesAny(before instant: Timestamp) -> Bool {
        for rung in rungs where rung.isOpen && rung.end <= instant { return true }
        return false
    }

    /// Hands out the bars whose period ended at or before `instant`: the clock's way to close a bar after a gap.
    @usableFromInline mutating func flush(before instant: Timestamp, _ body: (Candle, Timeframe) -> Void) {
        while true {
            var next: Int?
            for index in rungs.indices where rungs[index].isOpen && rungs[index].end <= instant {
                if let best = next, rungs[best].end <= rungs[index].end { continue }
                next = index
            }
            guard let index = next else { return }
            rungs[index].isOpen = false
            body(rungs[index].candle, rungs[index].timeframe)
        }
    }

    @usableFromInline mutating func absorb(_ candle: Candle, _ body: (Candle, Timeframe) -> Void) {
        let end = candle.openTime + base.interval
        for index in rungs.indices {
            if rungs[index].isOpen {
                if candle.high > rungs[index].high { rungs[index].high = candle.high }
                if candle.low < rungs[index].low { rungs[index].low = candle.low }
                rungs[index].close = candle.close
                rungs[index].volume += candle.volume
            } else {
                open(index, with: candle)
            }
            if rungs[index].end <= end {
                rungs[index].isOpen = false
                body(rungs[index].candle, rungs[index].timeframe)
            }
        }
    }

    private mutating func open(_ index: Int, with candle: Candle) {
        let start = rungs[index].timeframe.start(of: candle.openTime)
        rungs[index].start = start
        rungs[index].end = start + rungs[index].timeframe.interval
        rungs[index].isOpen = true
        rungs[index].open = candle.open
        rungs[index].high = candle.high
        rungs[index].low = candle.low
        rungs[index].close = candle.close
        rungs[index].volume = candle.volume
    }
}

extension CandleSeries {
    /// The series in a higher timeframe. A last period that the data does not complete is left out.
    public func resampled(to timeframe: Timeframe) -> CandleSeries {
        guard timeframe != self.timeframe else { return self }
        var ladder = CandleLadder(base: self.timeframe, timeframes: [timeframe])
        let ratio = Int(timeframe.minutes / self.timeframe.minutes)
        var result = CandleSeries(timeframe: timeframe, reserving: count / ratio + 1)
        for candle in self {
            ladder.push(candle) { bar, _ in result.appendTrusted(bar) }
        }
        return result
    }
}
