import Market

extension HistoryImport {
    /// Reads a table of the exchange's archive, checks every row and puts a flat bar where it left out an interval
    /// without trades, as REST reports it.
    static func filledTable(
        _ contents: [UInt8], timeframe: Timeframe, path: String
    ) throws(HistoryError) -> (table: RowTable, added: Int) {
        let raw = try RowTable(bytes: contents, path: path, hasHeader: true)
        guard !raw.rows.isEmpty else { throw .archive(path: path, reason: "no candles in it") }
        var text: [UInt8] = []
        text.reserveCapacity(contents.count + contents.count / 4)
        var added = 0
        var previous: (time: Timestamp, close: ArraySlice<UInt8>)?
        for row in raw.rows {
            let fields = try checked(raw.bytes[row.range], at: row.time, timeframe: timeframe, path: path)
            if let previous {
                var time = previous.time + timeframe.interval
                while time < row.time {
                    text += "\(time.seconds)".utf8
                    for _ in 0..<4 {
                        text.append(UInt8(ascii: ","))
                        text += previous.close
                    }
                    text += ",0,0\n".utf8
                    added += 1
                    time = time + timeframe.interval
                }
            }
            text += raw.bytes[row.range]
            if fields.count == 6 { text += ",0".utf8 }
            text.append(UInt8(ascii: "\n"))
            previous = (row.time, fields[4])
        }
        return (try RowTable(bytes: text, path: path, hasHeader: false), added)
    }

    /// The fields of a row that is a possible candle at a possible time.
    private static func checked(
        _ line: ArraySlice<UInt8>, at time: Timestamp, timeframe: Timeframe, path: String
    ) throws(HistoryError) -> [ArraySlice<UInt8>] {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 6 || fields.count == 7 else {
            throw .archive(path: path, reason: "the row of \(time) has \(fields.count) columns instead of 7")
        }
        do {
            let candle = Candle(
                openTime: time, open: try Price(decimal: fields[1]), high: try Price(decimal: fields[2]),
                low: try Price(decimal: fields[3]), close: try Price(decimal: fields[4]),
                volume: Double(String(decoding: fields[5], as: UTF8.self)) ?? .nan)
            guard candle.isValid, timeframe.start(of: time) == time else {
                throw HistoryError.archive(path: path, reason: "the row of \(time) is no \(timeframe) candle")
            }
            return fields
        } catch let error as HistoryError {
            throw error
        } catch {
            throw .archive(path: path, reason: "the row of \(time): \(error)")
        }
    }
}

/// Two tables as one: rows that are new are put in their places, rows that are there stay.
struct TableMerge {
    private(set) var bytes: [UInt8] = []
    private(set) var added = 0
    private(set) var known = 0
    /// Times at which both have a row and the numbers differ.
    private(set) var conflicts: [Timestamp] = []

    init(old: RowTable?, new: RowTable) {
        bytes.reserveCapacity((old?.bytes.count ?? 0) + new.bytes.count)
        var place = 0
        for row in new.rows {
            if let old {
                while place < old.rows.count, old.rows[place].time < row.time {
                    put(old.bytes[old.rows[place].range])
                    place += 1
                }
                if place < old.rows.count, old.rows[place].time == row.time {
                    if Self.agree(old.bytes[old.rows[place].range], new.bytes[row.range]) {
                        known += 1
                    } else {
                        conflicts.append(row.time)
                    }
                    continue
                }
            }
            put(new.bytes[row.range])
            added += 1
        }
        if let old { for row in old.rows[place...] { put(old.bytes[row.range]) } }
    }

    private mutating func put(_ line: ArraySlice<UInt8>) {
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whether two rows hold the same numbers, whatever their digits look like; columns that one lacks do not count.
    private static func agree(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        if a == b { return true }
        let first = a.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let second = b.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return zip(first, second).allSatisfy { x, y in
            x == y
                || Double(String(decoding: x, as: UTF8.self)) == Double(String(decoding: y, as: UTF8.self))
        }
    }
}
