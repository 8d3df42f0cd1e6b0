public import Wire

/// Where a store is.
public enum StoreAddress: Sendable {
    /// A file.
    case sqlite(path: String)
    /// A URL of PostgreSQL's form; it may hold a password.
    case postgreSQL(Redacted)

    /// For people: never with what a URL may hold.
    public var name: String {
        switch self {
        case .sqlite(let path): path
        case .postgreSQL: "PostgreSQL"
        }
    }

    /// Opens the store and brings it to this version.
    public func open() throws(StoreError) -> any Store {
        let store = SQLStore(try connection())
        try store.migrate()
        return store
    }

    func connection() throws(StoreError) -> any SQLConnection {
        switch self {
        case .sqlite(let path): return try SQLiteConnection(path: path)
        case .postgreSQL(let url):
            #if PostgreSQL
                return try PostgreSQLConnection(url: url.reveal())
            #else
                _ = url
                throw StoreError(
                    .failed,
                    "this program was built without PostgreSQL: build it with `swift build -c release --traits PostgreSQL`, or "
                        + "use the SQLite store")
            #endif
        }
    }
}
