public import Market

/// Reads candle and funding files. A file is read as a whole or not at all.
public enum CandleFile {
    static let columns: [[String]] = [
        ["timestamp", "time", "date", "datetime", "open_time", "unix"], ["open"], ["high"], ["low"], ["close"],
        ["volume"],
    ]

    /// Reads candles from CSV, plain or gzip-compressed.
    ///
    /// - Parameter timeframe: of the candles; nil to take it from the file name or, failing that, from the rows.
    public static func read(path: String, timeframe: Timeframe? = nil) throws(CandleFileError) -> CandleSeries {
        var known = timeframe ?? DataFileName(path: path)?.timeframe
        if known == nil { known = try inferredTimeframe(path: path) }
        guard let timeframe = known else { throw .timeframe(path: path) }
        var series = CandleSeries(timeframe: timeframe)
        var steps = StepWatch(timeframe)
        var rows = try RowReader(path: path, columns: columns, archive: [0, 1, 2, 3, 4, 5])
        let regular = RegularRows(timeframe)
        while try rows.next({ (row: borrowing Row) throws(CandleFileError) in
            let candle = Candle(
                openTime: try row.time(0), open: try row.amount(1), high: try row.amount(2), low: try row.amount(3),
                close: try row.amount(4), volume: try row.double(5))
            do throws(CandleDefect) {
                try series.append(candle)
            } catch .misaligned {
                throw .mixedTimeframes(path: path, line: row.line, expected: timeframe)
            } catch {
                throw .bar(path: path, line: row.line, defect: error)
            }
            guard steps.accepts(candle.openTime) else {
                throw .mixedTimeframes(path: path, line: row.line, expected: timeframe)
            }
            return true
        }) {
            let count = series.count
            regular.read(from: &rows, into: &series)
            if series.count > count, let last = series.openTimes.last { steps.passedRegularly(until: last) }
        }
        guard !series.isEmpty else { throw .empty(path: path) }
        return series
    }

    /// Reads funding settlements: `timestamp,funding_rate`, the fraction of notional paid at that time for the period
    /// before it. Times must increase.
    public static func readFunding(path: String) throws(CandleFileError) -> [(time: Timestamp, rate: Rate)] {
        var settlements: [(time: Timestamp, rate: Rate)] = []
        try forEachRow(path: path, columns: [columns[0], ["funding_rate", "fundingrate", "rate"]], archive: nil) {
            (row: borrowing Row) throws(CandleFileError) in
            let time = try row.time(0)
            if let last = settlements.last?.time, time <= last {
                throw .bar(
                    path: path, line: row.line, defect: time == last ? .duplicate(time) : .disorder(time, after: last))
            }
            let rate: Rate = try row.amount(1)
            guard rate < .one, rate > -Rate.one else {
                throw row.problem(1, "a funding rate is a fraction of notional, below one")
            }
            settlements.append((time, rate))
            return true
        }
        guard !settlements.isEmpty else { throw .empty(path: path) }
        return settlements
    }

    /// The most frequent step between the first rows; nil when it is no known timeframe.
    private static func inferredTimeframe(path: String) throws(CandleFileError) -> Timeframe? {
        var times: [Timestamp] = []
        try forEachRow(path: path, columns: columns, archive: [0, 1, 2, 3, 4, 5]) {
            (row: borrowing Row) throws(CandleFileError) in
            times.append(try row.time(0))
            return times.count < 1000
        }
        var counts: [Int64: Int] = [:]
        for (earlier, later) in zip(times, times.dropFirst()) { counts[(later - earlier).nanoseconds, default: 0] += 1 }
        guard let common = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) })?.key else { return nil }
        return Timeframe.allCases.first { $0.interval.nanoseconds == common }
    }

    /// Calls `body` for each row until it answers false.
    static func forEachRow(
        path: String, columns: [[String]], archive: [Int]?,
        _ body: (borrowing Row) throws(CandleFileError) -> Bool
    ) throws(CandleFileError) {
        var rows = try RowReader(path: path, columns: columns, archive: archive)
        while try rows.next(body) {}
    }
}

/// Tells a second timeframe in a file from gaps: gaps differ, and bars of another timeframe are all equally far apart.
private struct StepWatch {
    private static let longestRun = 12
    private let step: Interval
    private var last: Timestamp?
    private var lastStep = Interval.zero
    private var run = 0

    init(_ timeframe: Timeframe) { step = timeframe.interval }

    /// False when the last dozen steps were all the same multiple of the timeframe.
    mutating func accepts(_ time: Timestamp) -> Bool {
        defer { last = time }
        guard let last else { return true }
        let taken = time - last
        run = taken > step && taken == lastStep ? run + 1 : 0
        lastStep = taken
        return run < Self.longestRun
    }

    /// Rows up to `time` came one step after another.
    mutating func passedRegularly(until time: Timestamp) {
        last = time
        lastStep = step
        run = 0
    }
}
