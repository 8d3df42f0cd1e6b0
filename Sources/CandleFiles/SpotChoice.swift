public import Market

/// Which of several candle series of one spot market a run uses.
public enum SpotChoice {
    /// The index of the finest among the series that cover at least four fifths of the longest span: of equals the one
    /// that covers more, then the first. Nil when there is none.
    ///
    /// A year of minutes is worth more than the same year of hours, but not more than ten years of hours.
    public static func best(of series: [CandleSeries]) -> Int? {
        let spans = series.map(\.span)
        guard let longest = spans.max(), longest > .zero else { return nil }
        // Spans are whole minutes: both divisions are exact.
        return series.indices.filter { spans[$0].nanoseconds / 4 >= longest.nanoseconds / 5 }
            .min { (series[$0].timeframe, -spans[$0].nanoseconds) < (series[$1].timeframe, -spans[$1].nanoseconds) }
    }
}

extension CandleSeries {
    /// From the open of the first bar to the close of the last.
    fileprivate var span: Interval {
        guard let first = openTimes.first, let last = openTimes.last else { return .zero }
        return last + timeframe.interval - first
    }
}
