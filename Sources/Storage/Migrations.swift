/// The steps that bring an empty database to this version. A step that has been released is never changed: what is to be
/// different comes as a further one.
enum Migrations {
    static let all: [[String]] = [
        [
            """
            CREATE TABLE books (book BIGINT NOT NULL PRIMARY KEY, mode TEXT NOT NULL, account TEXT NOT NULL, \
            venue TEXT NOT NULL, UNIQUE (mode, account, venue))
            """,
            """
            CREATE TABLE journals (book BIGINT NOT NULL, journal BIGINT NOT NULL, record BIGINT NOT NULL, \
            PRIMARY KEY (book, journal))
            """,
        ] + StoreTable.allCases.map(\.definition),
        [
            """
            CREATE TABLE leases (book BIGINT NOT NULL PRIMARY KEY, token BIGINT NOT NULL, holder TEXT, \
            renewed BIGINT NOT NULL)
            """
        ]
            + StoreTable.allCases.map {
                "CREATE INDEX \($0.name)_by_time ON \($0.name) (book, \($0.timeColumn))"
            },
        // Trades of before have none until the store is rebuilt.
        ["ALTER TABLE trades ADD COLUMN naked_seconds DOUBLE PRECISION"],
    ]
}
