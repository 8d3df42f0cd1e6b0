import Foundation
import GRDB

/// A database in a file, through GRDB: write-ahead logging, every commit durable. Other programs may read it meanwhile.
final class SQLiteConnection: SQLConnection {
    private let queue: DatabaseQueue
    private let path: String
    /// While a transaction runs.
    private var open: Database?

    init(path: String) throws(StoreError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // As everything beside a journal: for its owner's eyes.
            chmod(path, 0o600)
        } catch {
            throw Self.failure(error, path)
        }
    }

    func parameter(_ number: Int) -> String { "?\(number)" }

    func run(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
        do {
            if let open { return try Self.run(statement, values, on: open) }
            return try queue.writeWithoutTransaction { try Self.run(statement, values, on: $0) }
        } catch {
            throw Self.failure(error, path)
        }
    }

    private static func run(
        _ statement: String, _ values: [SQLValue], on database: Database
    ) throws -> [[SQLValue]] {
        let prepared = try database.cachedStatement(sql: statement)
        let arguments = StatementArguments(values.map(\.argument))
        guard prepared.columnCount > 0 else {
            try prepared.execute(arguments: arguments)
            return []
        }
        return try Row.fetchAll(prepared, arguments: arguments).map { row in
            row.databaseValues.map { value in
                switch value.storage {
                case .null: .null
                case .int64(let number): .integer(number)
                case .double(let number): .real(number)
                case .string(let text): .text(text)
                case .blob(let data): .text(String(decoding: data, as: UTF8.self))
                }
            }
        }
    }

    func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        do {
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    open = database
                    defer { open = nil }
                    try body()
                    return .commit
                }
            }
        } catch {
            throw Self.failure(error, path)
        }
    }

    func lockSchema() {}

    // The folder's own lock keeps a second program out.
    func tryLock(_ key: Int64) -> Bool { true }
    func unlock(_ key: Int64) {}

    private static func failure(_ error: any Error, _ path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return StoreError(.failed, "\(path): \(error)") }
        let why = error.message ?? "\(error.resultCode)"
        return switch error.resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR: StoreError(.unavailable, "\(path): \(why); make room on the disk")
        case .SQLITE_BUSY, .SQLITE_LOCKED: StoreError(.unavailable, "\(path): \(why); another program is writing it")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            StoreError(.failed, "\(path): \(why); correct the folder, its owner or its rights")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            StoreError(
                .failed, "\(path): \(why); move it away: `trident store rebuild` makes it again from the journals")
        default: StoreError(.failed, "\(path): \(why)")
        }
    }
}

extension SQLValue {
    fileprivate var argument: (any DatabaseValueConvertible)? {
        switch self {
        case .null: nil
        case .integer(let number): number
        case .real(let number): number
        case .text(let text): text
        }
    }
}
