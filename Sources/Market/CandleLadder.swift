/// Builds higher timeframes from base candles as they close.
///
/// A higher bar is handed out once, at the close of its last base bar; if base bars are missing at its end, at the
/// first base bar of a later period. Nothing is handed out before it closed and nothing is invented for a gap.
public struct CandleLadder: Sendable {
    public let base: Timeframe
    private var rungs: [Rung]
    /// No bars are built: each base bar is all there is to hand out.
    public let isBaseOnly: Bool
    /// While every rung holds a bar: when the first of them ends. Base bars that close before it only extend them.
    private var firstEnd = Timestamp.distantPast

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

        @inline(__always)
        mutating func begin(_ candle: Candle) {
            start = timeframe.start(of: candle.openTime)
            end = start + timeframe.interval
            isOpen = true
            open = candle.open
            high = candle.high
            low = candle.low
            close = candle.close
            volume = candle.volume
        }

        @inline(__always)
        mutating func extend(_ candle: Candle) {
            if candle.high > high { high = candle.high }
            if candle.low < low { low = candle.low }
            close = candle.close
            volume += candle.volume
        }
    }

    /// `timeframes` may hold `base` itself; each must be a multiple of it.
    public init(base: Timeframe, timeframes: [Timeframe]) {
        precondition(timeframes.allSatisfy { $0.minutes % base.minutes == 0 }, "candles are built from finer ones")
        self.base = base
        // Highest first: a decision at a shared close sees the higher bars that closed with it.
        rungs = Set(timeframes).sorted(by: >).map { Rung(timeframe: $0) }
        isBaseOnly = rungs.map(\.timeframe) == [base]
    }

    /// Takes the next base candle and calls `body` for every bar that has now closed, in time order and, at one
    /// instant, highest timeframe first.
    @inlinable
    public mutating func push(_ candle: Candle, _ body: (Candle, Timeframe) -> Void) {
        if isBaseOnly { return body(candle, base) }
        if extend(candle) { return }
        if closesAny(before: candle.openTime) { flush(before: candle.openTime, body) }
        absorb(candle, body)
    }

    /// The base bar that neither begins nor ends a bar of any rung: nearly every one.
    @usableFromInline mutating func extend(_ candle: Candle) -> Bool {
        guard candle.openTime + base.interval < firstEnd else { return false }
        for index in rungs.indices { rungs[index].extend(candle) }
        return true
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
            if rungs[index].timeframe == base {
                body(candle, base)
                continue
            }
            if rungs[index].isOpen { rungs[index].extend(candle) } else { rungs[index].begin(candle) }
            if rungs[index].end <= end {
                rungs[index].isOpen = false
                body(rungs[index].candle, rungs[index].timeframe)
            }
        }
        firstEnd = .distantFuture
        for rung in rungs { firstEnd = min(firstEnd, rung.isOpen ? rung.end : .distantPast) }
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
