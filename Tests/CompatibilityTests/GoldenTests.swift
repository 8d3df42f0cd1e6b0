import Compatibility
import Testing

/// The view against what the Python library answered, cell by cell.
@Suite struct GoldenTests {
    @Test(arguments: GoldenFile.names)
    func equalsTheLibrary(_ name: String) throws {
        let golden = try GoldenFile(named: name)
        #expect(golden.expectations.count == 29)
        for expectation in golden.expectations {
            let result = try table(for: expectation.function(), on: golden.bars)
            #expect(result.columns.map(\.name) == expectation.columns, "\(expectation.title)")
            try #require(result.rowCount == expectation.rows.count, "\(expectation.title)")
            for (row, cells) in expectation.rows.enumerated() {
                for (column, cell) in zip(result.columns, cells) {
                    let value = column.values[row]
                    let agrees = value == cell || value.isNaN && cell.isNaN
                    #expect(agrees, "\(expectation.title), \(column.name) at bar \(row): \(value), library \(cell)")
                }
            }
        }
    }

    /// Guards against golden files in which nothing happens: every function finds something in most of them.
    @Test func everyFunctionFindsSomething() throws {
        let files = try ["waves", "levels", "jumps", "restless", "missing", "precise"].map(GoldenFile.init(named:))
        for place in files[0].expectations.indices {
            let title = files[0].expectations[place].title
            let telling = files.count { file in
                file.expectations[place].rows.contains { row in row.contains { !$0.isNaN && $0 != 0 } }
            }
            #expect(telling >= (title == "previous_high_low|--time-frame|MS" ? 2 : 4), "\(title)")
        }
    }

    /// The reason for keeping the view away from the strategy: what it says of a closed bar changes later.
    @Test func repaints() throws {
        let bars = try GoldenFile(named: "levels").bars
        let whole = try table(for: .swingHighsLows(.init(swingLength: 3)), on: bars)
        let changed = try (30..<bars.count).contains { count in
            let early = try table(for: .swingHighsLows(.init(swingLength: 3)), on: bars.prefix(count))
            return (0..<count).contains { early.columns[0][$0] != whole.columns[0][$0] }
        }
        #expect(changed)
    }
}

extension OHLCV {
    func prefix(_ count: Int) throws -> OHLCV {
        try OHLCV(
            timestamps: Array(timestamps.prefix(count)), open: Array(open.prefix(count)),
            high: Array(high.prefix(count)), low: Array(low.prefix(count)), close: Array(close.prefix(count)),
            volume: Array(volume.prefix(count)))
    }
}
