import Market
import Storage

/// A store held against one that was just made from the journals.
enum StoreComparison {
    /// Fails at the first row that differs. Records that the store has not read yet, because they were written without a
    /// session, are not compared.
    /// - Returns: rows that are equal, and rows that are still to come.
    static func run(_ place: StorePlace, with fresh: any Store) throws -> (equal: Int, behind: Int) {
        var (equal, behind) = (0, 0)
        for book in try asCommand({ () throws(Storage.StoreError) in try fresh.books() }) {
            for table in StoreTable.allCases where table.isOfJournal || table == .candles {
                let (all, found) = try asCommand { () throws(Storage.StoreError) in
                    (
                        try fresh.rows(of: table, book, from: nil, until: nil, limit: nil),
                        try place.store.rows(of: table, book, from: nil, until: nil, limit: nil)
                    )
                }
                let expected = try all.filter { try isRead($0, of: table, book, place.store, found) }
                guard expected == found else {
                    let first = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }
                    throw CommandFailure(
                        "\(place.name): \(table.name) has \(found.count) rows, the journals \(expected.count)"
                            + (first.map { "; row \($0.offset + 1) differs" } ?? "")
                            + "; `trident store rebuild` makes them again")
                }
                equal += found.count
                behind += all.count - expected.count
            }
        }
        return (equal, behind)
    }

    private static func isRead(
        _ row: [SQLValue], of table: StoreTable, _ book: Book, _ store: any Store, _ found: [[SQLValue]]
    ) throws -> Bool {
        // A candle names no record: one that is newer than the newest is still to come.
        guard table.isOfJournal else { return (row[2].integer ?? 0) <= (found.last?[2].integer ?? 0) }
        guard let journal = row[0].integer, let record = row[1].integer else { return true }
        let read = try asCommand { () throws(Storage.StoreError) in
            try store.record(of: Timestamp(nanoseconds: journal), book)
        }
        return record <= Int64(read)
    }
}
