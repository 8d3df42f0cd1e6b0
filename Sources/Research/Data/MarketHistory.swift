public import Market
public import Venue

/// One recorded or generated candle series and where it came from.
public struct SourcedSeries: Sendable {
    public let candles: CandleSeries
    /// A file name, or `demo market`.
    public let source: String
    public let isSynthetic: Bool
    /// What a reader of the report should know, such as quotes in another dollar.
    public let note: String

    public init(_ candles: CandleSeries, source: String, isSynthetic: Bool = false, note: String = "") {
        self.candles = candles
        self.source = source
        self.isSynthetic = isSynthetic
        self.note = note
    }
}

/// One recorded or generated funding series and where it came from.
public struct SourcedFunding: Sendable {
    public let funding: FundingSeries
    public let source: String
    public let isSynthetic: Bool
    public let note: String

    public init(_ funding: FundingSeries, source: String, isSynthetic: Bool = false, note: String = "") {
        self.funding = funding
        self.source = source
        self.isSynthetic = isSynthetic
        self.note = note
    }
}

/// Everything that is known of one market: the spot candles that signals are made from, and what there is of the
/// perpetual that is traded.
public struct MarketHistory: Sendable {
    public let pair: SpotPair
    public let instrument: InstrumentHistory
    public let spot: SourcedSeries
    /// Trades of the perpetual, in any timeframes; where several cover a time the finest is used. May be empty.
    public let perpetual: [SourcedSeries]
    /// Mark price, likewise.
    public let mark: [SourcedSeries]
    public let funding: SourcedFunding?

    public init(
        pair: SpotPair, instrument: InstrumentHistory, spot: SourcedSeries, perpetual: [SourcedSeries] = [],
        mark: [SourcedSeries] = [], funding: SourcedFunding? = nil
    ) {
        precondition(
            instrument.versions.allSatisfy { $0.terms.pair == pair }, "a contract is traded on its own pair's signals")
        self.pair = pair
        self.instrument = instrument
        self.spot = spot
        self.perpetual = perpetual
        self.mark = mark
        self.funding = funding
    }

    /// The history as it was known at `instant`: bars that had closed and rates that had settled by then.
    public func truncated(at instant: Timestamp) -> MarketHistory {
        MarketHistory(
            pair: pair, instrument: instrument, spot: spot.closed(by: instant),
            perpetual: perpetual.map { $0.closed(by: instant) }, mark: mark.map { $0.closed(by: instant) },
            funding: funding.map {
                // A rate that settles at the instant is known at the instant.
                SourcedFunding(
                    $0.funding.before(instant + Interval(nanoseconds: 1)), source: $0.source,
                    isSynthetic: $0.isSynthetic, note: $0.note)
            })
    }

    /// The history in a coarser base timeframe. Finer perpetual and mark series are resampled with it, so that they
    /// give exact bars.
    public func resampled(to timeframe: Timeframe) -> MarketHistory {
        func coarser(_ series: SourcedSeries) -> SourcedSeries {
            guard series.candles.timeframe < timeframe else { return series }
            return SourcedSeries(
                series.candles.resampled(to: timeframe), source: series.source, isSynthetic: series.isSynthetic,
                note: series.note)
        }
        return MarketHistory(
            pair: pair, instrument: instrument, spot: coarser(spot), perpetual: perpetual.map(coarser),
            mark: mark.map(coarser), funding: funding)
    }
}

extension SourcedSeries {
    func closed(by instant: Timestamp) -> SourcedSeries {
        let series = candles.slice(
            from: .distantPast, until: instant - candles.timeframe.interval + Interval(nanoseconds: 1))
        return SourcedSeries(series, source: source, isSynthetic: isSynthetic, note: note)
    }
}

extension CandleSeries {
    /// Places where bars are missing.
    var gapCount: Int {
        var count = 0
        for index in indices.dropFirst() where openTimes[index] - openTimes[index - 1] > timeframe.interval {
            count += 1
        }
        return count
    }
}
