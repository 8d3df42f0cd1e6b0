public import Market

/// What is wrong with a data file: where, what, and what to do about it, on one line.
public enum CandleFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(path: String)
    case unreadable(path: String, reason: String)
    case empty(path: String)
    /// The compressed stream ends early.
    case truncated(path: String)
    case notGzip(path: String)
    case damaged(path: String, reason: String)
    /// The header lacks columns.
    case columns(path: String, missing: [String], found: [String])
    /// A row has too few fields.
    case shortRow(path: String, line: Int, fields: Int, wanted: Int)
    case field(path: String, line: Int, name: String, text: String, problem: String)
    case bar(path: String, line: Int, defect: CandleDefect)
    case timeframe(path: String)
    /// Rows further apart or closer together than the timeframe allows.
    case mixedTimeframes(path: String, line: Int, expected: Timeframe)
    case noData(path: String, looked: String)

    public var description: String {
        switch self {
        case .missing(let path): "\(path): no such file; check the path"
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .empty(let path): "\(path): holds no rows; download or export it again"
        case .truncated(let path): "\(path): the compressed file ends too early; download it again"
        case .notGzip(let path): "\(path): is named .gz but is not compressed; rename it to .csv"
        case .damaged(let path, let reason): "\(path): damaged: \(reason); download it again"
        case .columns(let path, let missing, let found):
            "\(path):1: column \(missing.joined(separator: ", ")) is missing (found \(found.joined(separator: ", "))); "
                + "name the columns in the first row"
        case .shortRow(let path, let line, let fields, let wanted):
            "\(path):\(line): \(fields) fields where \(wanted) are needed; was the file cut off here?"
        case .field(let path, let line, let name, let text, let problem):
            "\(path):\(line): \(name) is '\(text)': \(problem); correct or remove the row"
        case .bar(let path, let line, let defect):
            "\(path):\(line): \(defect); \(defect.remedy)"
        case .timeframe(let path):
            "\(path): cannot tell the timeframe; name it in the file name (btcusd_spot_15m.csv) or with --timeframe"
        case .mixedTimeframes(let path, let line, let expected):
            "\(path):\(line): the bar does not fit \(expected) candles; is more than one timeframe in this file?"
        case .noData(let path, let looked): "\(path): no data found; \(looked)"
        }
    }
}

extension CandleDefect {
    fileprivate var remedy: String {
        switch self {
        case .badPrices: "high must be the highest and low the lowest, all above zero; correct or remove the row"
        case .misaligned: "check the timeframe and that times are bar opens in UTC"
        case .duplicate: "remove one of the two"
        case .disorder: "sort the file by time"
        }
    }
}
