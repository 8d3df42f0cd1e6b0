import Market

/// Wilder's average true range in raw price units: the mean of the first `period` true ranges (the first bar has none,
/// for want of a previous close), then smoothed by 1/period. J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
struct AverageTrueRange: Sendable {
    private let period: Double
    private var seen = -1
    private var sum = 0.0
    private var previousClose: Int64 = 0
    /// Zero until warmed up.
    private(set) var value = 0.0

    init(period: Int) {
        precondition(period > 0, "an average has a period")
        self.period = Double(period)
    }

    @inline(__always)
    mutating func push(_ candle: Candle) {
        let last = previousClose
        previousClose = candle.close.raw
        seen += 1
        guard seen > 0 else { return }
        let range = Double(max(candle.high.raw, last) - min(candle.low.raw, last))
        let bars = Double(seen)
        if bars > period {
            value = (value * (period - 1) + range) / period
        } else {
            sum += range
            if bars == period { value = sum / period }
        }
    }
}
