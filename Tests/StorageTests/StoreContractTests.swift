import Foundation
import Market
import Operations
import Testing
import Wire

@testable import Storage

/// Where the same laws are held: SQLite always, PostgreSQL where `TRIDENT_TEST_DATABASE_URL` names a server.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case sqlite
    #if PostgreSQL
        case postgreSQL
    #endif

    static var present: [Backend] {
        allCases.filter { backend in
            switch backend {
            case .sqlite: true
            #if PostgreSQL
                case .postgreSQL: serverURL != nil
            #endif
            }
        }
    }

    static var serverURL: String? { ProcessInfo.processInfo.environment["TRIDENT_TEST_DATABASE_URL"] }

    var testDescription: String { rawValue }
}

/// An empty database of a test's own.
final class Ground {
    let backend: Backend
    let path = FileManager.default.temporaryDirectory.appending(path: "trident-store-\(UUID().uuidString)").path
    private let schema = "t" + UUID().uuidString.replacing("-", with: "").lowercased()

    init(_ backend: Backend) throws {
        self.backend = backend
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #if PostgreSQL
            if backend == .postgreSQL { try server().run("CREATE SCHEMA \(schema)", []) }
        #endif
    }

    deinit {
        #if PostgreSQL
            if backend == .postgreSQL { _ = try? server().run("DROP SCHEMA \(schema) CASCADE", []) }
        #endif
        try? FileManager.default.removeItem(atPath: path)
    }

    func connection() throws -> any SQLConnection {
        switch backend {
        case .sqlite: return try SQLiteConnection(path: path + "/store.sqlite")
        #if PostgreSQL
            case .postgreSQL: return try PostgreSQLConnection(url: url)
        #endif
        }
    }

    #if PostgreSQL
        /// Leads to the test's own tables.
        var url: String { (Backend.serverURL ?? "") + "&options=-csearch_path%3D" + schema }

        private func server() throws -> PostgreSQLConnection {
            try PostgreSQLConnection(url: try #require(Backend.serverURL))
        }
    #endif

    func store() throws -> SQLStore {
        let store = SQLStore(try connection())
        try store.migrate()
        return store
    }
}

/// Says no at the n-th statement.
private final class Failing: SQLConnection {
    private let inner: any SQLConnection
    var left: Int

    init(_ inner: any SQLConnection, after count: Int) {
        self.inner = inner
        left = count
    }

    func parameter(_ number: Int) -> String { inner.parameter(number) }

    func run(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
        left -= 1
        guard left >= 0 else { throw StoreError(.unavailable, "planted") }
        return try inner.run(statement, values)
    }

    func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) { try inner.transaction(body) }
    func lockSchema() throws(StoreError) { try inner.lockSchema() }
    func tryLock(_ key: Int64) throws(StoreError) -> Bool { try inner.tryLock(key) }
    func unlock(_ key: Int64) throws(StoreError) { try inner.unlock(key) }
}

private let live = Book(mode: "live", account: "main", venue: "kraken")
private let paper = Book(mode: "paper", account: "main", venue: "kraken")
private let begin = Timestamp(seconds: 1_700_000_000)

/// Rows of every table with values at their edges.
private func samples(_ count: Int, journal: Timestamp = begin) -> [StoredRow] {
    StoreTable.allCases.flatMap { table in
        (1...count).map { number in
            StoredRow(
                table: table,
                values: table.columns.dropFirst().enumerated().map { index, column in
                    switch column.name {
                    case "journal": return journal.stored
                    case "record": return .integer(Int64(number))
                    case "part": return .integer(1)
                    default: break
                    }
                    if column.isOptional, number % 2 == 0 { return .null }
                    switch column.kind {
                    case .number, .duration: return .integer(Int64(number) + Int64(index))
                    case .flag: return .integer(Int64(number % 2))
                    case .real: return .real([0.1, -1e300, .leastNonzeroMagnitude, 3][number % 4])
                    case .time: return (begin + .seconds(Int64(number))).stored
                    case .price, .quantity, .money, .rate: return .integer([Int64.max, .min, 0, 1][number % 4])
                    case .text: return .text("\(column.name) '\(number)' \"ä\" 💶\n;--")
                    }
                })
        }
    }
}

@Suite struct StoreContractTests {
    @Test(arguments: Backend.present) func whatWasSavedIsReadBack(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let rows = samples(9)
        try ground.store().append(rows, upTo: JournalPlace(journal: begin, record: 9), of: live)
        let store = try ground.store()
        for table in StoreTable.allCases {
            let back = try store.rows(of: table, live, from: nil, until: nil, limit: nil)
            let own = rows.filter { $0.table == table }
            #expect(back == own.map(\.values), "\(table)")
            #expect(try store.count(of: table, live) == own.count)
            #expect(try store.count(of: table, paper) == 0, "another book's rows are not seen")
            let cut = try store.rows(
                of: table, live, from: begin + .seconds(3), until: begin + .seconds(5), limit: nil)
            #expect(cut == own[2...3].map(\.values))
            #expect(try store.rows(of: table, live, from: nil, until: nil, limit: 2).count == 2)
        }
        #expect(try store.record(of: begin, live) == 9)
        #expect(try store.record(of: begin, paper) == 0)
        #expect(Set(try store.books()) == [live, paper])
    }

    @Test(arguments: Backend.present) func theSameRowsAgainChangeNothing(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let store = try ground.store()
        for _ in 0..<3 { try store.append(samples(4), upTo: JournalPlace(journal: begin, record: 4), of: live) }
        for table in StoreTable.allCases { #expect(try store.count(of: table, live) == 4) }
    }

    /// Whichever statement fails: all rows and the mark are there, or none.
    @Test(arguments: Backend.present) func aBatchIsWholeOrNotThere(_ backend: Backend) throws {
        let ground = try Ground(backend)
        _ = try ground.store()
        let rows = samples(2)
        var count = 0
        while true {
            let failing = Failing(try ground.connection(), after: count)
            let store = SQLStore(failing)
            do {
                try store.append(rows, upTo: JournalPlace(journal: begin, record: 2), of: live)
                break
            } catch {
                #expect(error.kind == .unavailable)
                failing.left = .max
                #expect(try store.record(of: begin, live) == 0)
                for table in StoreTable.allCases { #expect(try store.count(of: table, live) == 0) }
                // The connection is as good as before.
                try store.append([], upTo: nil, of: live)
            }
            count += 1
        }
        #expect(count >= rows.count, "every statement was tried")
        let store = try ground.store()
        for table in StoreTable.allCases { #expect(try store.count(of: table, live) == 2) }
    }

    /// A machine that died lost the journal's end: what came from there goes too.
    @Test(arguments: Backend.present) func whatTheJournalLostIsForgotten(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let store = try ground.store()
        let later = begin + .days(1)
        try store.append(samples(6), upTo: JournalPlace(journal: begin, record: 6), of: live)
        try store.append(samples(6, journal: later), upTo: JournalPlace(journal: later, record: 6), of: live)
        try store.forget(behind: JournalPlace(journal: later, record: 4), of: live)
        #expect(try store.record(of: later, live) == 4)
        #expect(try store.record(of: begin, live) == 6)
        for table in StoreTable.allCases {
            #expect(try store.count(of: table, live) == (table.isOfJournal ? 10 : 6), "\(table)")
        }
    }

    @Test(arguments: Backend.present) func clearingKeepsWhatNoJournalSays(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let store = try ground.store()
        try store.append(samples(3), upTo: JournalPlace(journal: begin, record: 3), of: live)
        try store.append(samples(3), upTo: nil, of: paper)
        try store.clear(live)
        for table in StoreTable.allCases {
            #expect(try store.count(of: table, live) == ([.alerts, .gate].contains(table) ? 3 : 0), "\(table)")
            #expect(try store.count(of: table, paper) == 3)
        }
        #expect(try store.record(of: begin, live) == 0)
    }

    /// From every earlier version, with rows in it, and again when it is done already.
    @Test(arguments: Backend.present) func migratesForwardFromEveryVersion(_ backend: Backend) throws {
        for version in 1...Migrations.all.count {
            let ground = try Ground(backend)
            let old = SQLStore(try ground.connection(), version: version)
            try old.migrate(through: Array(Migrations.all.prefix(version)))
            try old.append(samples(3), upTo: JournalPlace(journal: begin, record: 3), of: live)
            for _ in 0..<2 {
                let store = try ground.store()
                for table in StoreTable.allCases { #expect(try store.count(of: table, live) == 3) }
                #expect(try store.record(of: begin, live) == 3)
                _ = try store.takeLease(on: live, for: "a test", at: begin)
            }
        }
    }

    @Test(arguments: Backend.present) func aLaterVersionIsRefused(_ backend: Backend) throws {
        let ground = try Ground(backend)
        try SQLStore(try ground.connection()).migrate(through: Migrations.all + [["CREATE TABLE more (a BIGINT)"]])
        let error = #expect(throws: StoreError.self) { try ground.store() }
        #expect(error?.kind == .newer)
        #expect(error?.description.contains("use the later program") == true)
    }

    /// A step that fails leaves the version before it.
    @Test(arguments: Backend.present) func aMigrationIsWholeOrNotThere(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let store = SQLStore(try ground.connection())
        let broken = Migrations.all + [["CREATE TABLE half (a BIGINT)", "NOT SQL"]]
        #expect(throws: StoreError.self) { try store.migrate(through: broken) }
        #expect(throws: StoreError.self) { try store.append(samples(1), upTo: nil, of: live) }
        try store.migrate()
        try store.append(samples(1), upTo: nil, of: live)
        #expect(try store.count(of: .fills, live) == 1)
    }
}

@Suite struct StoreLeaseTests {
    /// Tokens only grow, and only the last is confirmed: a holder that slept finds itself fenced.
    @Test(arguments: Backend.present) func theLastHolderAloneIsConfirmed(_ backend: Backend) throws {
        let ground = try Ground(backend)
        var first: SQLStore? = try ground.store()
        let old = try #require(try first?.takeLease(on: live, for: "first", at: begin))
        #expect(try first?.renewLease(old, on: live, at: begin + .seconds(5)) == true)
        #expect(try first?.leaseHolder(of: live) == "first")
        // Its connection dies; in a file one program is kept out by the folder's lock instead.
        first = nil
        let second = try ground.store()
        let new = try second.takeLease(on: live, for: "second", at: begin + .minutes(1))
        #expect(new > old)
        #expect(try second.renewLease(new, on: live, at: begin + .minutes(2)))
        let woken = try ground.store()
        #expect(try !woken.renewLease(old, on: live, at: begin + .minutes(3)))
        try second.giveLeaseBack(new, on: live)
        #expect(try second.leaseHolder(of: live) == nil)
    }

    @Test(arguments: Backend.present) func accountsAreApart(_ backend: Backend) throws {
        let ground = try Ground(backend)
        let store = try ground.store()
        let a = try store.takeLease(on: live, for: "a", at: begin)
        let other = try ground.store()
        let b = try other.takeLease(on: paper, for: "b", at: begin)
        #expect(try store.renewLease(a, on: live, at: begin) && other.renewLease(b, on: paper, at: begin))
    }

    #if PostgreSQL
        @Test(.enabled(if: Backend.serverURL != nil)) func aSecondInstanceIsRefusedByName() throws {
            let ground = try Ground(.postgreSQL)
            let first = try ground.store()
            let token = try first.takeLease(on: live, for: "host a, pid 7", at: begin)
            let second = try ground.store()
            let error = #expect(throws: StoreError.self) { try second.takeLease(on: live, for: "b", at: begin) }
            #expect(error?.kind == .leased(holder: "host a, pid 7"))
            #expect(try first.renewLease(token, on: live, at: begin + .seconds(5)))
            try first.giveLeaseBack(token, on: live)
            _ = try second.takeLease(on: live, for: "b", at: begin)
        }

        /// The server ends the connection: the next question makes a new one, and the lock with it.
        @Test(.enabled(if: Backend.serverURL != nil)) func aLostConnectionIsMadeAgain() throws {
            let ground = try Ground(.postgreSQL)
            let connection = try #require(try ground.connection() as? PostgreSQLConnection)
            let other = try #require(try ground.connection() as? PostgreSQLConnection)
            #expect(try connection.tryLock(1) && !other.tryLock(1))
            let pid = try #require(try connection.run("SELECT pg_backend_pid()", []).first?.first)
            try other.run("SELECT pg_terminate_backend($1)", [pid])
            var losses = 0
            while losses < 3 {
                do {
                    try connection.run("SELECT 1", [])
                    break
                } catch {
                    #expect(error.kind == .unavailable)
                    losses += 1
                }
            }
            #expect(losses <= 1)
            #expect(try connection.tryLock(1), "the dead connection's lock is free")
            #expect(try !other.tryLock(1))
        }

        @Test func aPasswordIsNeverSaid() throws {
            let url = "postgresql://trader:hush-hush@127.0.0.1:1/none?connect_timeout=1"
            let address = StoreAddress.postgreSQL(.init(url))
            let error = #expect(throws: StoreError.self) { try address.open() }
            #expect(error?.kind == .unavailable)
            #expect(error.map { !"\($0)\(address)".contains("hush-hush") } == true)
        }
    #else
        @Test func withoutTheTraitAServerIsRefusedWithTheRemedy() {
            let error = #expect(throws: StoreError.self) {
                try StoreAddress.postgreSQL(.init("postgresql://a:hush-hush@b/c")).open()
            }
            #expect(error?.description.contains("--traits PostgreSQL") == true)
            #expect(error?.description.contains("hush-hush") == false)
        }
    #endif

    @Test func trustEndsWithTimeAndComesBackWithAConfirmation() {
        var watch = LeaseWatch(trust: .seconds(15), confirmed: .seconds(100))
        #expect(watch.standing(at: .seconds(114)) == .held)
        #expect(watch.standing(at: .seconds(115)) == .unconfirmed)
        #expect(watch.renewAt == .seconds(105))
        // Counted from the question, not from the answer.
        watch.renewed(asked: .seconds(110))
        #expect(watch.standing(at: .seconds(124)) == .held && watch.standing(at: .seconds(125)) == .unconfirmed)
        watch.renewed(asked: .seconds(101))
        #expect(watch.standing(at: .seconds(124)) == .held, "a late answer takes nothing back")
        watch.taken(by: "another")
        watch.renewed(asked: .seconds(124))
        #expect(watch.standing(at: .seconds(124)) == .lost(holder: "another"))
    }
}

@Suite struct StoreFileTests {
    @Test func isItsOwnersAlone() throws {
        let ground = try Ground(.sqlite)
        _ = try ground.store()
        let rights = try FileManager.default.attributesOfItem(atPath: ground.path + "/store.sqlite")[.posixPermissions]
        #expect(rights as? Int == 0o600)
    }

    @Test func anotherReadsWhileItIsWritten() throws {
        let ground = try Ground(.sqlite)
        let (writer, reader) = (try ground.store(), try ground.store())
        for number in 1...50 {
            try writer.append(samples(number), upTo: JournalPlace(journal: begin, record: number), of: live)
            #expect(try reader.count(of: .fills, live) == number)
        }
    }

    @Test func whatIsNoStoreIsSaidWithItsRemedy() throws {
        let ground = try Ground(.sqlite)
        try Data(repeating: 7, count: 8_192).write(to: URL(filePath: ground.path + "/store.sqlite"))
        let broken = #expect(throws: StoreError.self) { try ground.store() }
        #expect(broken?.description.contains("trident store rebuild") == true)
        let nowhere = #expect(throws: StoreError.self) {
            try StoreAddress.sqlite(path: ground.path + "/none/store.sqlite").open()
        }
        #expect(nowhere?.description.contains("none/store.sqlite") == true)
    }
}
