public import Market

/// Candles as plain columns of whatever a file says, impossible bars included: for tools that must answer on any input.
/// Everything that trades reads with `CandleFile` instead.
public struct UncheckedCandles: Sendable {
    /// Opening times in the order of the file.
    public let times: [Timestamp]
    /// Open, high, low, close and volume; an empty cell is NaN.
    public let columns: [[Double]]

    public init(path: String) throws(CandleFileError) {
        var times: [Timestamp] = []
        var columns: [[Double]] = Array(repeating: [], count: 5)
        try CandleFile.forEachRow(path: path, columns: CandleFile.columns, archive: [0, 1, 2, 3, 4, 5]) {
            (row: borrowing Row) throws(CandleFileError) in
            times.append(try row.time(0))
            for slot in 1...5 {
                guard let value = row.fields[slot].isEmpty ? .nan : Double(row.fields[slot].text) else {
                    throw row.problem(slot, "not a number")
                }
                columns[slot - 1].append(value)
            }
            return true
        }
        self.times = times
        self.columns = columns
    }
}
