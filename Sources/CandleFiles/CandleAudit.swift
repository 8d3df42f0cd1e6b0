public import Market

/// What a series of candles is like: its extent and what is missing in it.
public struct CandleAudit: Hashable, Sendable {
    /// A place where bars are missing.
    public struct Gap: Hashable, Sendable {
        /// When the first missing bar would have opened.
        public let start: Timestamp
        public let bars: Int
    }

    public let timeframe: Timeframe
    public let rows: Int
    public let first: Timestamp
    /// The open of the last bar.
    public let last: Timestamp
    public let gaps: [Gap]
    public let zeroVolume: Int

    /// Nil when the series is empty.
    public init?(_ series: CandleSeries) {
        guard let first = series.openTimes.first, let last = series.openTimes.last else { return nil }
        self.first = first
        self.last = last
        timeframe = series.timeframe
        rows = series.count
        zeroVolume = series.volumes.reduce(into: 0) { count, volume in if volume == 0 { count += 1 } }
        let step = series.timeframe.interval
        var gaps: [Gap] = []
        var expected = first
        for time in series.openTimes {
            if time > expected {
                gaps.append(Gap(start: expected, bars: Int((time - expected).nanoseconds / step.nanoseconds)))
            }
            expected = time + step
        }
        self.gaps = gaps
    }

    public var missingBars: Int { gaps.reduce(0) { $0 + $1.bars } }
    public var longestGap: Gap? { gaps.max { ($0.bars, $1.start) < ($1.bars, $0.start) } }
}
