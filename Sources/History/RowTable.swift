import Market

/// The lines of a table in memory with their times, in the order of the file.
struct RowTable {
    struct Row {
        let time: Timestamp
        let range: Range<Int>
    }

    let path: String
    private(set) var bytes: [UInt8]
    private(set) var rows: [Row] = []
    private(set) var header: String?

    init(path: String) throws(HistoryError) {
        try self.init(bytes: try Gzip.contents(of: path), path: path, hasHeader: true)
    }

    /// - Parameter hasHeader: whether a first line that starts with a letter is one.
    init(bytes: [UInt8], path: String, hasHeader: Bool) throws(HistoryError) {
        self.path = path
        self.bytes = bytes
        var start = 0
        var number = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            number += 1
            var stop = end
            if stop > start, bytes[stop - 1] == UInt8(ascii: "\r") { stop -= 1 }
            defer { start = end + 1 }
            guard stop > start else { continue }
            if number == 1, hasHeader, bytes[start] > UInt8(ascii: "9") {
                header = String(decoding: bytes[start..<stop], as: UTF8.self)
                continue
            }
            var seconds: Int64 = 0
            var index = start
            while index < stop, bytes[index] &- UInt8(ascii: "0") < 10, index - start < 11 {
                seconds = seconds * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
                index += 1
            }
            guard index > start, index < stop, bytes[index] == UInt8(ascii: ","), seconds < 9_000_000_000 else {
                throw .damaged(path: path, reason: "line \(number) does not start with a time in seconds")
            }
            let time = Timestamp(seconds: seconds)
            if let last = rows.last, time <= last.time {
                throw .damaged(path: path, reason: "line \(number): \(time) comes after \(last.time)")
            }
            rows.append(Row(time: time, range: start..<stop))
        }
    }

    func line(_ row: Row) -> String { String(decoding: bytes[row.range], as: UTF8.self) }

    var last: StoredRow? { rows.last.map { StoredRow(time: $0.time, line: line($0)) } }
}
