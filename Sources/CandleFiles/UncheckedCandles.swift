public import Market

/// Candles as plain columns of whatever a file says, impossible bars included: for tools that must answer on any input.
/// Everything that trades reads with `CandleFile` instead.
public struct UncheckedCandles: Sendable {
    /// Opening times in the order of the file.
    public private(set) var times: [Timestamp] = []
    /// Open, high, low, close and volume; an empty cell is NaN.
    public private(set) var columns: [[Double]] = Array(repeating: [], count: 5)

    public init(path: String) throws(CandleFileError) {
        var reader = try LineReader(path: path)
        guard let first = try reader.next() else { throw .empty(path: path) }
        let layout = try TableLayout(
            firstLine: first, wanted: CandleFile.columns, archive: [0, 1, 2, 3, 4, 5], path: path)
        let fields = UnsafeMutableBufferPointer<FieldText>.allocate(capacity: layout.places.count)
        fields.initialize(repeating: FieldText(start: nil, count: 0))
        defer { fields.deallocate() }
        var form: TimestampForm?
        var line: FieldText? = layout.hasHeader ? try reader.next() : first
        while let bytes = line {
            if !bytes.isEmpty {
                let seen = layout.split(bytes, into: fields)
                guard seen >= layout.width else {
                    throw .shortRow(path: path, line: reader.line, fields: seen, wanted: layout.width)
                }
                if form == nil { form = TimestampForm(recognising: fields[0]) }
                try append(fields, form, layout, path: path, line: reader.line)
            }
            line = try reader.next()
        }
    }

    private mutating func append(
        _ fields: UnsafeMutableBufferPointer<FieldText>, _ form: TimestampForm?, _ layout: TableLayout, path: String,
        line: Int
    ) throws(CandleFileError) {
        func problem(_ slot: Int, _ text: String) -> CandleFileError {
            .field(path: path, line: line, name: layout.names[slot], text: fields[slot].text, problem: text)
        }
        guard let time = form?.read(fields[0]) else { throw problem(0, "not a time") }
        times.append(time)
        for slot in 1...5 {
            guard let value = fields[slot].isEmpty ? .nan : Double(fields[slot].text) else {
                throw problem(slot, "not a number")
            }
            columns[slot - 1].append(value)
        }
    }
}
