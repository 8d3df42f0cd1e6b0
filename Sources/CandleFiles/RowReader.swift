import Market

/// Hands out the rows of a table one after another.
struct RowReader: ~Copyable {
    var lines: LineReader
    private let layout: TableLayout
    private let fields: UnsafeMutableBufferPointer<FieldText>
    private var form: TimestampForm?
    /// The first row of a table without header: it was read to tell that there is none.
    private var first: FieldText?

    /// - Parameter archive: the order of columns in files without header; nil when a header is required.
    init(path: String, columns: [[String]], archive: [Int]?) throws(CandleFileError) {
        var lines = try LineReader(path: path)
        var start = try lines.next()
        while let line = start, line.isEmpty { start = try lines.next() }
        guard let first = start else { throw .empty(path: path) }
        layout = try TableLayout(firstLine: first, wanted: columns, archive: archive, path: path)
        self.first = layout.hasHeader ? nil : first
        self.lines = lines
        fields = .allocate(capacity: columns.count)
        fields.initialize(repeating: FieldText(start: nil, count: 0))
    }

    deinit { fields.deallocate() }

    /// Calls `body` with the next row and answers what it does; false at the end.
    mutating func next(
        _ body: (borrowing Row) throws(CandleFileError) -> Bool
    ) throws(CandleFileError) -> Bool {
        guard let bytes = try nextFilledLine() else { return false }
        let seen = layout.split(bytes, into: fields)
        guard seen >= layout.width else {
            throw .shortRow(path: lines.path, line: lines.line, fields: seen, wanted: layout.width)
        }
        if form == nil { form = TimestampForm(recognising: fields[0]) }
        return try body(Row(path: lines.path, line: lines.line, names: layout.names, fields: fields, form: form))
    }

    private mutating func nextFilledLine() throws(CandleFileError) -> FieldText? {
        if let line = first {
            first = nil
            return line
        }
        while let line = try lines.next() {
            if !line.isEmpty { return line }
        }
        return nil
    }

    /// Nanoseconds in one of the units that the first column counts, once a row was read; nil when the wanted columns
    /// are not the first ones in the wanted order, or times are not numbers.
    var plainUnit: Int64? {
        guard let form, form != .rfc3339, layout.isInOrder else { return nil }
        return form.unit
    }
}

/// The wanted fields of one row.
struct Row: ~Copyable {
    let path: String
    let line: Int
    let names: [String]
    let fields: UnsafeMutableBufferPointer<FieldText>
    let form: TimestampForm?

    @inline(__always) func time(_ slot: Int) throws(CandleFileError) -> Timestamp {
        guard let time = form?.read(fields[slot]) else {
            throw problem(slot, "not a time (unix seconds, milliseconds or RFC 3339, one form a file)")
        }
        return time
    }

    @inline(__always) func amount<Amount: FixedPoint>(_ slot: Int) throws(CandleFileError) -> Amount {
        do {
            return try fields[slot].amount()
        } catch {
            throw problem(slot, "\(error)")
        }
    }

    @inline(__always) func double(_ slot: Int) throws(CandleFileError) -> Double {
        guard let value = fields[slot].double() else { throw problem(slot, "not a number") }
        return value
    }

    func problem(_ slot: Int, _ text: String) -> CandleFileError {
        .field(path: path, line: line, name: names[slot], text: fields[slot].printable, problem: text)
    }
}
