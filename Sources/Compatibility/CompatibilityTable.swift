/// What a function of the Python library returns: named columns with one value per bar.
public struct CompatibilityTable: Hashable, Sendable {
    /// One column; NaN stands where the library has NaN.
    public struct Column: Hashable, Sendable {
        /// The library's own name, for example `MitigatedIndex`.
        public let name: String
        /// One value per bar. A column that the library holds in single precision carries the single-precision value.
        public let values: [Double]

        public init(_ name: String, _ values: [Double]) {
            self.name = name
            self.values = values
        }

        /// The value at a bar, nil where the library has NaN.
        public subscript(row: Int) -> Double? { values[row].isNaN ? nil : values[row] }
    }

    public let columns: [Column]
    public let rowCount: Int

    init(rowCount: Int, _ columns: [Column]) {
        precondition(columns.allSatisfy { $0.values.count == rowCount }, "every column has one value per bar")
        self.columns = columns
        self.rowCount = rowCount
    }

    /// The column of a name, nil if there is none.
    public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The names of the columns, comma separated, without a line end.
    public var csvHeader: String { columns.map(\.name).joined(separator: ",") }

    /// Appends one bar's values, comma separated, without a line end.
    ///
    /// NaN is an empty cell. A whole number is written without a decimal point, also in a column of prices (the library
    /// turns its index and flag columns into floating point only to make room for NaN). Everything else is the shortest
    /// text that reads back to the same `Double`.
    public func appendCSVRow(_ row: Int, to text: inout String) {
        for index in columns.indices {
            if index > 0 { text += "," }
            Self.append(columns[index].values[row], to: &text)
        }
    }

    /// Header and all rows, each with a line feed.
    public var csv: String {
        var text = csvHeader + "\n"
        for row in 0..<rowCount {
            appendCSVRow(row, to: &text)
            text += "\n"
        }
        return text
    }

    private static func append(_ value: Double, to text: inout String) {
        if value.isNaN { return }
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
            text += value == 0 && value.sign == .minus ? "-0" : String(Int64(value))
        } else {
            text += value.description
        }
    }
}
