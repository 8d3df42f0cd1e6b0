import Compatibility
import Foundation

/// Candles and the library's tables on them, as `Tests/Oracles/smartmoneyconcepts.py --write-fixtures` wrote them.
struct GoldenFile {
    struct Expectation {
        /// Function and options as on the command line, separated by bars.
        let title: String
        let columns: [String]
        /// One array per row; NaN for an empty cell.
        let rows: [[Double]]
    }

    let bars: OHLCV
    let expectations: [Expectation]

    static let names = ["waves", "levels", "jumps", "restless", "missing", "precise", "short", "empty"]

    struct Malformed: Error { let text: String }

    init(named name: String) throws {
        guard let url = Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures") else {
            throw Malformed(text: "no file \(name)")
        }
        let sections = try String(contentsOf: url, encoding: .utf8).split(separator: "# ").map(Self.section)
        guard let candles = sections.first, candles.title == "candles" else { throw Malformed(text: name) }
        func column(_ index: Int) -> [Double] { candles.rows.map { $0[index] } }
        bars = try OHLCV(
            timestamps: column(0).map { Int64($0) }, open: column(1), high: column(2), low: column(3),
            close: column(4), volume: column(5))
        expectations = Array(sections.dropFirst())
    }

    private static func section(_ text: Substring) throws -> Expectation {
        let lines = text.split(separator: "\n")
        let rows = try lines.dropFirst(2).map { line in
            try line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
                if cell.isEmpty { return Double.nan }
                guard let value = Double(cell) else { throw Malformed(text: String(line)) }
                return value
            }
        }
        return Expectation(
            title: String(lines[0]), columns: lines[1].split(separator: ",").map(String.init), rows: rows)
    }
}

extension GoldenFile.Expectation {
    /// The function that the title names.
    func function() throws -> CompatibilityFunction {
        let words = title.split(separator: "|").map(String.init)
        var options = CompatibilityOptions()
        var index = 1
        while index < words.count {
            let value = index + 1 < words.count ? words[index + 1] : ""
            switch words[index] {
            case "--swing-length": options.swingLength = Int(value)
            case "--close-break": options.closeBreak = value == "true"
            case "--close-mitigation": options.closeMitigation = value == "true"
            case "--range-percent": options.rangePercent = Double(value)
            case "--time-frame": options.timeFrame = value
            case "--session": options.session = value
            case "--start-time": options.startTime = value
            case "--end-time": options.endTime = value
            case "--time-zone": options.timeZone = value
            case "--join-consecutive":
                options.joinConsecutive = true
                index -= 1
            default: throw GoldenFile.Malformed(text: title)
            }
            index += 2
        }
        return try options.function(named: words[0])
    }
}
