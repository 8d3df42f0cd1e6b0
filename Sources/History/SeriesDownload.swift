public import Kraken
public import Market
public import Venue

/// What one download brought.
public struct DownloadReport: Hashable, Sendable {
    public let file: String
    /// Rows that are new in this run.
    public var added = 0
    /// Of the whole series.
    public var rows = 0
    public var requests = 0
    public var holes: [SpotDownload.Hole] = []
    /// Bars from trades that agree with the exchange's candles, and that do not.
    public var compared = 0
    public var differing: [Timestamp] = []

    init(file: String) { self.file = file }
}

extension HistoryRunner {
    /// Called after every answer.
    public typealias Watch = (ProgressEstimate, Timestamp) -> Void

    /// Fetches the candles of a spot market into the store, from where it ends.
    ///
    /// - Parameter from: where an empty series starts; nil for the 720 bars that the exchange keeps.
    public mutating func downloadSpot(
        _ pair: SpotPair, _ timeframe: Timeframe, from: Timestamp?, into folder: String, watch: Watch
    ) async throws(HistoryError) -> DownloadReport {
        guard let interval = SpotInterval(timeframe) else {
            throw .unavailable("Kraken has no \(timeframe) candles; fetch a finer timeframe, which is resampled")
        }
        var store = try SeriesStore(SeriesName(pair, .spot(timeframe)), in: folder)
        let cursor = try SpotDownload.Cursor(last: store.last, memo: store.memo, step: interval.interval, store.path)
        var download = SpotDownload(
            pair: pair.description, interval: interval, from: from, cursor: cursor, now: world.now)
        var report = DownloadReport(file: store.path)
        var progress = ProgressEstimate(from: download.start, startedAt: world.now)
        do throws(HistoryError) {
            while let request = download.request {
                let bars: [SpotBar]
                switch request {
                case .trades(let request): bars = try download.receive(try await ask(request), at: world.now)
                case .candles(let request): bars = download.receive(try await ask(request), at: world.now)
                }
                try store.append(bars.map { StoredRow($0) }, memo: download.cursor?.memo ?? "")
                report.added += bars.count
                report.requests += 1
                progress.advance(to: download.reached)
                watch(progress, world.now)
            }
        } catch {
            // What was fetched counts; a failure to write it is the greater news.
            try store.publish()
            throw error
        }
        try store.publish()
        report.rows = store.rows
        report.holes = download.holes
        report.compared = download.compared
        report.differing = download.differences.map(\.recorded.openTime)
        return report
    }

    /// Fetches the candles of a contract into the store, from where it ends.
    public mutating func downloadChart(
        _ pair: SpotPair, _ instrument: InstrumentID, _ tick: Derivatives.ChartTick, _ timeframe: Timeframe,
        from: Timestamp, into folder: String, watch: Watch
    ) async throws(HistoryError) -> DownloadReport {
        let kind: SeriesName.Kind
        switch tick {
        case .trade: kind = .perpetual(timeframe)
        case .mark: kind = .mark(timeframe)
        case .spot: throw .unavailable("the index has no series of its own in a data folder")
        }
        var store = try SeriesStore(SeriesName(pair, kind), in: folder)
        let start = store.last.map { $0.time + timeframe.interval } ?? from
        guard var download = ChartDownload(tick: tick, instrument: instrument, timeframe: timeframe, from: start)
        else { throw .unavailable("Kraken's charts have no \(timeframe) candles") }
        var report = DownloadReport(file: store.path)
        var progress = ProgressEstimate(from: download.start, startedAt: world.now)
        do throws(HistoryError) {
            while let request = download.request {
                let page = try await ask(request, for: Derivatives.Chart.self)
                let candles = try download.receive(page, at: world.now)
                try store.append(candles.map { StoredRow($0) }, memo: "")
                report.added += candles.count
                report.requests += 1
                progress.advance(to: download.next)
                watch(progress, world.now)
            }
        } catch {
            try store.publish()
            throw error
        }
        try store.publish()
        report.rows = store.rows
        return report
    }

    /// Fetches the hourly funding of a contract into the store: all that the exchange still has and the store has not.
    public mutating func downloadFunding(
        _ pair: SpotPair, _ instrument: InstrumentID, into folder: String
    ) async throws(HistoryError) -> DownloadReport {
        var store = try SeriesStore(SeriesName(pair, .funding), in: folder)
        let rates = try await ask(.fundingRates(instrument), for: Derivatives.FundingRates.self)
        let settlements = try FundingHistory.settlements(rates, after: store.last?.time, at: world.now)
        try store.append(settlements.map { StoredRow($0) }, memo: "")
        try store.publish()
        var report = DownloadReport(file: store.path)
        report.added = settlements.count
        report.rows = store.rows
        report.requests = 1
        return report
    }
}

extension SpotDownload.Cursor {
    /// As it is remembered with the rows: the number of the last trade before the next bar, and which bar that is.
    var memo: String { "\(next.seconds):\(lastTradeID.map(String.init) ?? "")" }

    /// Where a stored series goes on. The remembered trade counts only if it belongs to the last row.
    init?(last: StoredRow?, memo: String, step: Interval, _ path: String) throws(HistoryError) {
        guard let last else { return nil }
        let fields = last.line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count >= 6 else { throw .damaged(path: path, reason: "its last line is not a candle") }
        do {
            lastClose = try Price(fields[4])
        } catch {
            throw .damaged(path: path, reason: "the close of its last line is \(error)")
        }
        next = last.time + step
        let parts = memo.split(separator: ":", omittingEmptySubsequences: false)
        lastTradeID = parts.count == 2 && parts[0] == "\(next.seconds)" ? Int64(parts[1]) : nil
    }
}
