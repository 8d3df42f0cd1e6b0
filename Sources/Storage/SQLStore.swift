import Market

/// The store in a database that speaks SQL.
final class SQLStore: Store {
    private let database: any SQLConnection
    private var numbers: [Book: Int64] = [:]
    /// Kept by this store.
    private var locks: Set<Int64> = []
    private let inserts: [StoreTable: String]
    private let version: Int

    /// - Parameter version: of the tables; an earlier one is for tests of what becomes of its rows.
    init(_ database: any SQLConnection, version: Int = Migrations.all.count) {
        self.database = database
        self.version = version
        inserts = Dictionary(
            uniqueKeysWithValues: StoreTable.allCases.map { table in
                let columns = table.columns.filter { $0.version <= version }
                let values = columns.indices.map { database.parameter($0 + 1) }
                let statement =
                    "INSERT INTO \(table.name) (" + columns.map(\.name).joined(separator: ", ") + ") VALUES ("
                    + values.joined(separator: ", ") + ") ON CONFLICT DO NOTHING"
                return (table, statement)
            })
    }

    // MARK: Tables

    func migrate() throws(StoreError) { try migrate(through: Migrations.all) }

    func migrate(through steps: [[String]]) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            try database.lockSchema()
            try database.run("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", [])
            let version = try database.run("SELECT max(version) FROM schema_version", []).first?.first?.integer ?? 0
            guard version <= steps.count else {
                throw StoreError(
                    .newer,
                    "the store is of version \(version), this program knows \(steps.count): use the later program, or name "
                        + "another store")
            }
            for (index, step) in steps.enumerated() where index >= version {
                for statement in step { try database.run(statement, []) }
                try database.run(
                    "INSERT INTO schema_version (version) VALUES (\(database.parameter(1)))",
                    [.integer(Int64(index + 1))])
            }
        }
    }

    // MARK: Rows

    func append(_ rows: [StoredRow], upTo place: JournalPlace?, of book: Book) throws(StoreError) {
        let number = try self.number(of: book)
        try database.transaction { () throws(StoreError) in
            for row in rows {
                guard let statement = inserts[row.table] else { continue }
                let values = zip(row.table.columns, [.integer(number)] + row.values)
                try database.run(statement, values.filter { $0.0.version <= version }.map(\.1))
            }
            if let place { try keep(place, number) }
        }
    }

    private func keep(_ place: JournalPlace, _ book: Int64) throws(StoreError) {
        try database.run(
            "INSERT INTO journals (book, journal, record) VALUES (\(parameters(3))) "
                + "ON CONFLICT (book, journal) DO UPDATE SET record = excluded.record",
            [.integer(book), place.journal.stored, .integer(Int64(place.record))])
    }

    func record(of journal: Timestamp, _ book: Book) throws(StoreError) -> Int {
        let rows = try database.run(
            "SELECT record FROM journals WHERE book = \(database.parameter(1)) AND journal = \(database.parameter(2))",
            [.integer(try number(of: book)), journal.stored])
        return Int(rows.first?.first?.integer ?? 0)
    }

    func forget(behind place: JournalPlace, of book: Book) throws(StoreError) {
        let number = try self.number(of: book)
        try database.transaction { () throws(StoreError) in
            for table in StoreTable.allCases where table.isOfJournal {
                try database.run(
                    "DELETE FROM \(table.name) WHERE book = \(database.parameter(1)) AND journal = "
                        + "\(database.parameter(2)) AND record > \(database.parameter(3))",
                    [.integer(number), place.journal.stored, .integer(Int64(place.record))])
            }
            try keep(place, number)
        }
    }

    func clear(_ book: Book) throws(StoreError) {
        let number = try self.number(of: book)
        try database.transaction { () throws(StoreError) in
            for table in StoreTable.allCases.filter(\.isOfJournal).map(\.name) + ["candles", "journals"] {
                try database.run("DELETE FROM \(table) WHERE book = \(database.parameter(1))", [.integer(number)])
            }
        }
    }

    func books() throws(StoreError) -> [Book] {
        try database.run("SELECT mode, account, venue FROM books ORDER BY mode, account, venue", []).compactMap {
            guard let mode = $0[0].text, let account = $0[1].text, let venue = $0[2].text else { return nil }
            return Book(mode: mode, account: account, venue: venue)
        }
    }

    func rows(
        of table: StoreTable, _ book: Book, from: Timestamp?, until: Timestamp?, limit: Int?
    ) throws(StoreError) -> [[SQLValue]] {
        var statement =
            "SELECT " + table.columns.dropFirst().map(\.name).joined(separator: ", ")
            + " FROM \(table.name) WHERE book = \(database.parameter(1))"
        var values: [SQLValue] = [.integer(try number(of: book))]
        func also(_ text: (String) -> String, _ value: SQLValue) {
            values.append(value)
            statement += text(database.parameter(values.count))
        }
        if let from { also({ " AND \(table.timeColumn) >= \($0)" }, from.stored) }
        if let until { also({ " AND \(table.timeColumn) < \($0)" }, until.stored) }
        // Rows of one instant in the order of their keys: the same every time.
        statement += " ORDER BY " + ([table.timeColumn] + table.primaryKey).joined(separator: ", ")
        if let limit { also({ " LIMIT \($0)" }, .integer(Int64(limit))) }
        return try database.run(statement, values)
    }

    func count(of table: StoreTable, _ book: Book) throws(StoreError) -> Int {
        let rows = try database.run(
            "SELECT count(*) FROM \(table.name) WHERE book = \(database.parameter(1))",
            [.integer(try number(of: book))])
        return Int(rows.first?.first?.integer ?? 0)
    }

    private func number(of book: Book) throws(StoreError) -> Int64 {
        if let number = numbers[book] { return number }
        let key: [SQLValue] = [.text(book.mode), .text(book.account), .text(book.venue)]
        try database.run(
            "INSERT INTO books (book, mode, account, venue) SELECT coalesce(max(book), 0) + 1, \(parameters(3)) FROM books "
                + "WHERE true ON CONFLICT DO NOTHING", key)
        let rows = try database.run(
            "SELECT book FROM books WHERE mode = \(database.parameter(1)) AND account = \(database.parameter(2)) "
                + "AND venue = \(database.parameter(3))", key)
        guard let number = rows.first?.first?.integer else {
            throw StoreError(.unavailable, "another session was just entered in the store; it is tried again")
        }
        numbers[book] = number
        return number
    }

    private func parameters(_ count: Int) -> String {
        (1...count).map(database.parameter).joined(separator: ", ")
    }

    // MARK: Lease

    func takeLease(on book: Book, for holder: String, at now: Timestamp) throws(StoreError) -> LeaseToken {
        let number = try self.number(of: book)
        guard try lock(number) else {
            let other = try leaseHolder(of: book) ?? "another session"
            throw StoreError(
                .leased(holder: other), "account '\(book.account)' is run by \(other): end that session first")
        }
        try database.run(
            "INSERT INTO leases (book, token, holder, renewed) VALUES (\(database.parameter(1)), 1, "
                + "\(database.parameter(2)), \(database.parameter(3))) ON CONFLICT (book) DO UPDATE SET "
                + "token = leases.token + 1, holder = excluded.holder, renewed = excluded.renewed",
            [.integer(number), .text(holder), now.stored])
        let rows = try database.run(
            "SELECT token FROM leases WHERE book = \(database.parameter(1))", [.integer(number)])
        guard let token = rows.first?.first?.integer else {
            throw StoreError(.failed, "the lease was not kept")
        }
        return LeaseToken(token)
    }

    func renewLease(_ token: LeaseToken, on book: Book, at now: Timestamp) throws(StoreError) -> Bool {
        let number = try self.number(of: book)
        // A connection that was lost took its lock with it.
        guard try database.tryLock(number) else { return false }
        return try !database.run(
            "UPDATE leases SET renewed = \(database.parameter(1)) WHERE book = \(database.parameter(2)) "
                + "AND token = \(database.parameter(3)) RETURNING token",
            [now.stored, .integer(number), .integer(token.value)]
        ).isEmpty
    }

    func giveLeaseBack(_ token: LeaseToken, on book: Book) throws(StoreError) {
        let number = try self.number(of: book)
        try database.run(
            "UPDATE leases SET holder = NULL WHERE book = \(database.parameter(1)) AND token = \(database.parameter(2))",
            [.integer(number), .integer(token.value)])
        if locks.remove(number) != nil { try database.unlock(number) }
    }

    func leaseHolder(of book: Book) throws(StoreError) -> String? {
        try database.run(
            "SELECT holder FROM leases WHERE book = \(database.parameter(1))", [.integer(try number(of: book))]
        ).first?.first?.text
    }

    private func lock(_ number: Int64) throws(StoreError) -> Bool {
        guard !locks.contains(number) else { return true }
        guard try database.tryLock(number) else { return false }
        locks.insert(number)
        return true
    }
}
