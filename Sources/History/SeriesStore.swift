import Foundation
import Market
import Wire

/// One series on disk: `btcusd_kraken_spot_1m.csv.gz`, a table that every reader of candle files takes.
///
/// What is fetched goes first into a plain file beside it, brought to the disk piece by piece together with a cursor
/// that says how much of it counts and where to go on. `publish` adds that to the table as one more gzip member and
/// removes both. A crash at any moment loses at most the last piece; nothing is fetched twice into the table.
public struct SeriesStore {
    public let name: SeriesName
    public let path: String
    private let journalPath: String
    private let cursorPath: String
    private let lock: FileLock
    private var journalLength = 0
    /// The last row of table and journal; nil while there is none.
    public private(set) var last: StoredRow?
    /// What the caller wanted to remember with the last piece.
    public private(set) var memo = ""
    /// Rows of the table and the journal.
    public private(set) var rows = 0

    /// Opens a series in `folder`, which is made when it is missing, and adds to the table what a run before left.
    public init(_ name: SeriesName, in folder: String) throws(HistoryError) {
        try DurableFile.makeFolder(folder)
        self.name = name
        path = folder + "/" + name.file
        journalPath = folder + "/." + name.file + ".journal"
        cursorPath = folder + "/." + name.file + ".cursor"
        lock = try FileLock(folder + "/." + name.file + ".lock", of: name.file)
        if DurableFile.exists(path) {
            let table = try RowTable(path: path)
            last = table.last
            rows = table.rows.count
        }
        try recover()
    }

    /// Adds rows in order of time and remembers `memo` with them: both or neither survive a crash.
    public mutating func append(_ added: [StoredRow], memo: String) throws(HistoryError) {
        var text: [UInt8] = []
        var newest = last
        for row in added {
            if let newest, row.time <= newest.time {
                throw .implausible("a row of \(row.time) after one of \(newest.time)")
            }
            text += row.line.utf8
            text.append(UInt8(ascii: "\n"))
            newest = row
        }
        if !text.isEmpty { try DurableFile.append(text, to: journalPath, at: journalLength) }
        let length = journalLength + text.count
        try writeCursor(length: length, memo: memo)
        journalLength = length
        last = newest
        rows += added.count
        self.memo = memo
    }

    /// Puts what was appended into the table.
    public mutating func publish() throws(HistoryError) {
        guard journalLength > 0 else { return }
        let text = Array(try DurableFile.read(journalPath).prefix(journalLength))
        let isNew = !DurableFile.exists(path)
        let header = isNew ? Array((name.header + "\n").utf8) : []
        let member = try Gzip.member(header + text)
        try DurableFile.replace(path, with: isNew ? [member] : [try DurableFile.read(path), member])
        journalLength = 0
        try writeCursor(length: 0, memo: memo)
        try DurableFile.remove(journalPath)
    }

    /// Takes up the journal of a run that did not end. Rows that a crash left in both places stay once.
    private mutating func recover() throws(HistoryError) {
        guard DurableFile.exists(cursorPath) else { return }
        let cursorBytes = try DurableFile.read(cursorPath)
        let cursor: JSONValue
        do {
            cursor = try JSONValue(cursorBytes)
        } catch {
            throw .damaged(path: cursorPath, reason: "\(error)")
        }
        guard let length = cursor["journal_bytes"]?.integer, length >= 0, let memo = cursor["memo"]?.string else {
            throw .damaged(path: cursorPath, reason: "not the cursor of a download")
        }
        self.memo = memo
        guard length > 0 else { return }
        guard DurableFile.exists(journalPath) else {
            // Published, but the crash came before the cursor said so.
            try writeCursor(length: 0, memo: memo)
            return
        }
        let bytes = try DurableFile.read(journalPath)
        guard bytes.count >= Int(length) else {
            throw .damaged(path: journalPath, reason: "shorter than its cursor says")
        }
        let table = try RowTable(bytes: Array(bytes.prefix(Int(length))), path: journalPath, hasHeader: false)
        if let last, let first = table.rows.first, first.time <= last.time {
            // Published whole; only the journal was not removed.
            try writeCursor(length: 0, memo: memo)
            try DurableFile.remove(journalPath)
            return
        }
        journalLength = Int(length)
        last = table.last ?? last
        rows += table.rows.count
        try publish()
    }

    private func writeCursor(length: Int, memo: String) throws(HistoryError) {
        let cursor = JSONValue.object([
            .init("journal_bytes", .number("\(length)")), .init("memo", .string(memo)),
        ])
        try DurableFile.replace(cursorPath, with: [cursor.bytes])
    }
}
