#if PostgreSQL
    import CLibPQ

    /// A PostgreSQL server, through its own client library. A connection that was lost is made again at the next statement
    /// outside a transaction.
    final class PostgreSQLConnection: SQLConnection {
        private let connection: OpaquePointer
        private var prepared: [String: String] = [:]
        private var isInTransaction = false
        /// Locks that this connection, not one before it, has.
        private var locks: Set<Int64> = []
        /// Sets this program's locks apart from those of others, and of other schemas, in the same database.
        private static let lockClass = "hashtext('trident ' || current_schema())"

        init(url: String) throws(StoreError) {
            guard let connection = PQconnectdb(url) else { throw StoreError(.failed, "no memory for a connection") }
            self.connection = connection
            try begin()
        }

        deinit { PQfinish(connection) }

        private func begin() throws(StoreError) {
            prepared = [:]
            locks = []
            guard PQstatus(connection) == CONNECTION_OK else {
                throw StoreError(.unavailable, "the PostgreSQL server cannot be reached: \(reason)")
            }
            // Remarks such as "exists, skipping" would go to the terminal.
            try run("SET client_min_messages = 'warning'", [])
            try run("SET statement_timeout = '10s'", [])
            try run("SET idle_in_transaction_session_timeout = '30s'", [])
        }

        func parameter(_ number: Int) -> String { "$\(number)" }

        @discardableResult
        func run(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
            if PQstatus(connection) != CONNECTION_OK {
                guard !isInTransaction else { throw StoreError(.unavailable, "the PostgreSQL server was lost") }
                PQreset(connection)
                try begin()
            }
            let name = try prepare(statement)
            let texts = values.map(\.postgres)
            let result = texts.withPointers { PQexecPrepared(connection, name, Int32(values.count), $0, nil, nil, 0) }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: return []
            case PGRES_TUPLES_OK: return Self.rows(of: result)
            default: throw failure(result)
            }
        }

        private func prepare(_ statement: String) throws(StoreError) -> String {
            if let name = prepared[statement] { return name }
            let name = "s\(prepared.count)"
            let result = PQprepare(connection, name, statement, 0, nil)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
            prepared[statement] = name
            return name
        }

        private static func rows(of result: OpaquePointer?) -> [[SQLValue]] {
            (0..<PQntuples(result)).map { row in
                (0..<PQnfields(result)).map { column in
                    guard PQgetisnull(result, row, column) == 0, let bytes = PQgetvalue(result, row, column) else {
                        return .null
                    }
                    let text = String(cString: bytes)
                    // Numbers of the types in PostgreSQL's catalogue: bigint, smallint, integer; real, double precision.
                    switch PQftype(result, column) {
                    case 20, 21, 23: return Int64(text).map { .integer($0) } ?? .text(text)
                    case 700, 701: return Double(text).map { .real($0) } ?? .text(text)
                    default: return .text(text)
                    }
                }
            }
        }

        func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) {
            try run("BEGIN", [])
            isInTransaction = true
            do throws(StoreError) {
                try body()
                try run("COMMIT", [])
                isInTransaction = false
            } catch {
                if PQstatus(connection) == CONNECTION_OK { PQclear(PQexec(connection, "ROLLBACK")) }
                isInTransaction = false
                throw error
            }
        }

        func lockSchema() throws(StoreError) {
            try run("SELECT pg_advisory_xact_lock(\(Self.lockClass), 0)", [])
        }

        func tryLock(_ key: Int64) throws(StoreError) -> Bool {
            // Makes the connection again when it was lost: only then is it known which locks there are.
            try run("SELECT 1", [])
            guard !locks.contains(key) else { return true }
            let rows = try run("SELECT pg_try_advisory_lock(\(Self.lockClass), $1::int)::int", [.integer(key)])
            guard rows.first?.first == .integer(1) else { return false }
            locks.insert(key)
            return true
        }

        func unlock(_ key: Int64) throws(StoreError) {
            guard locks.remove(key) != nil else { return }
            try run("SELECT pg_advisory_unlock(\(Self.lockClass), $1::int)", [.integer(key)])
        }

        private func failure(_ result: OpaquePointer?) -> StoreError {
            guard PQstatus(connection) == CONNECTION_OK else {
                return StoreError(.unavailable, "the PostgreSQL server was lost: \(reason)")
            }
            let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? reason
            // Lack of room, of memory, of connections; the server is going down.
            let state = PQresultErrorField(result, Int32(Character("C").asciiValue ?? 0)).map { String(cString: $0) }
            let isPassing = state.map { $0.hasPrefix("53") || $0.hasPrefix("57") || $0.hasPrefix("40") } ?? false
            return StoreError(isPassing ? .unavailable : .failed, "PostgreSQL: " + text.oneLine)
        }

        private var reason: String {
            PQerrorMessage(connection).map { String(cString: $0).oneLine } ?? "no reason given"
        }
    }

    extension SQLValue {
        fileprivate var postgres: String? {
            switch self {
            case .null: nil
            case .integer(let number): String(number)
            case .real(let number): "\(number)"
            case .text(let text): text
            }
        }
    }

    extension String {
        fileprivate var oneLine: String {
            split(whereSeparator: \.isNewline).map { $0.trimmed }.joined(separator: "; ")
        }
    }

    extension Substring {
        fileprivate var trimmed: Substring {
            drop { $0 == " " || $0 == "\t" }
        }
    }

    extension [String?] {
        /// The texts as C strings, for the time of the call.
        fileprivate func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
            let copies = map { text in text.map { Array<CChar>($0.utf8CString) } }
            let whole = copies.flatMap { $0 ?? [] }
            return whole.withUnsafeBufferPointer { buffer in
                var place = 0
                let pointers = copies.map { copy -> UnsafePointer<CChar>? in
                    guard let copy, let start = buffer.baseAddress else { return nil }
                    defer { place += copy.count }
                    return start + place
                }
                return body(pointers)
            }
        }
    }
#endif
