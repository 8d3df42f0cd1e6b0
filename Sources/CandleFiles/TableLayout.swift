extension String {
    /// Without characters that a terminal would act on.
    fileprivate var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(40).filter { $0.value >= 32 && $0.value != 127 }))
    }
}

/// Where the wanted columns stand in a file, from its header or from the archive form without one.
struct TableLayout {
    /// For each wanted column, its place in a row.
    let places: [Int]
    let names: [String]
    /// One more than the last place that is wanted.
    let width: Int
    let hasHeader: Bool
    /// Whether the wanted columns are the first ones in the wanted order.
    let isInOrder: Bool

    /// - Parameter archive: the order of columns in files without header; nil when a header is required.
    init(
        firstLine: FieldText, wanted: [[String]], archive: [Int]?, path: String
    ) throws(CandleFileError) {
        let fields = firstLine.text.split(separator: ",", omittingEmptySubsequences: false).map { field in
            String(field.filter { $0 != "\"" && $0 != " " && $0 != "\u{FEFF}" }).lowercased()
        }
        names = wanted.map { $0[0] }
        let startsWithNumber = fields.first.map { field in
            field.utf8.first.map { $0 >= 48 && $0 < 58 } ?? false
        }
        if startsWithNumber == true, let archive {
            places = archive
            hasHeader = false
        } else {
            let found = wanted.map { aliases in fields.firstIndex { aliases.contains($0) } }
            let missing = zip(wanted, found).filter { $1 == nil }.map { $0.0[0] }
            guard missing.isEmpty else {
                throw .columns(path: path, missing: missing, found: fields.prefix(12).map(\.printable))
            }
            places = found.compactMap { $0 }
            hasHeader = true
        }
        width = (places.max() ?? 0) + 1
        isInOrder = places == Array(0..<wanted.count)
    }

    /// Splits `line` and puts the wanted fields into `fields`, in the wanted order; the number of fields seen.
    @inline(__always)
    func split(_ line: FieldText, into fields: UnsafeMutableBufferPointer<FieldText>) -> Int {
        var seen = 0
        var start = 0
        var index = 0
        while true {
            let isEnd = index == line.count
            if isEnd || line[index] == 44 {
                for slot in 0..<places.count where places[slot] == seen {
                    fields[slot] = FieldText(rebasing: line[start..<index])
                }
                seen += 1
                start = index + 1
                if isEnd || seen == width { return seen }
            }
            index += 1
        }
    }
}
