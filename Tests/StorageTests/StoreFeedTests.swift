import Foundation
import Market
import Operations
import Synchronization
import Testing
import Wire

@testable import Storage

private let live = Book(mode: "live", account: "main", venue: "kraken")
private let begin = Timestamp(seconds: 1_700_000_000)

private func row(_ record: Int, _ part: Int = 1) -> StoredRow {
    StoredRow(
        table: .safety,
        values: [
            begin.stored, .integer(Int64(record)), .integer(Int64(part)), (begin + .seconds(Int64(record))).stored,
            .text("halted"), .null, .text("number \(record)"),
        ])
}

private func place(_ record: Int) -> JournalPlace { JournalPlace(journal: begin, record: record) }

private func records(_ store: any Store) throws -> [Int64] {
    try store.rows(of: .safety, live, from: nil, until: nil, limit: nil).compactMap { $0[1].integer }
}

/// A store whose writes and answers a test decides.
@Suite struct BatchWriterTests {
    @Test func whatIsThereAlreadyIsLeftOut() throws {
        let ground = try Ground(.sqlite)
        let store = try ground.store()
        for round in 1...3 {
            var writer = BatchWriter(store, live)
            for record in 1...round * 700 { writer.add([row(record)], place(record), isNew: false) }
            try writer.write()
            #expect(writer.isEmpty)
            #expect(try records(store) == (1...Int64(round) * 700).map { $0 })
            #expect(try store.record(of: begin, live) == round * 700)
        }
    }

    /// The journal came back shorter than the store had seen it, and went another way from there.
    @Test func whatTheJournalLostIsReplaced() throws {
        let ground = try Ground(.sqlite)
        let store = try ground.store()
        try store.append((1...10).map { row($0) }, upTo: place(10), of: live)
        var writer = BatchWriter(store, live)
        for record in 1...6 { writer.add([row(record)], place(record), isNew: false) }
        for record in 7...8 { writer.add([row(record, 9)], place(record), isNew: true) }
        try writer.write()
        let rows = try store.rows(of: .safety, live, from: nil, until: nil, limit: nil)
        #expect(rows.map { $0[1].integer } == (1...8).map { Int64($0) })
        #expect(rows.map { $0[2].integer } == [1, 1, 1, 1, 1, 1, 9, 9])
        #expect(try store.record(of: begin, live) == 8)
    }

    /// Records without rows are not told: the first told one may be far ahead.
    @Test func goingOnIsNoLoss() throws {
        let ground = try Ground(.sqlite)
        let store = try ground.store()
        try store.append((1...10).map { row($0) }, upTo: place(10), of: live)
        var writer = BatchWriter(store, live)
        writer.add([row(40)], place(40), isNew: true)
        writer.add([row(41)], place(41), isNew: true)
        try writer.write()
        #expect(try records(store) == (1...10).map { Int64($0) } + [40, 41])
    }
}

@Suite struct StoreFeedTests {
    private final class Ear: Sendable {
        private let words = Mutex<[String]>([])
        var heard: [String] { words.withLock { $0 } }
        var hear: @Sendable (Alert.Severity, String) -> Void {
            { severity, text in self.words.withLock { $0.append("\(severity): \(text)") } }
        }
    }

    private func configuration(_ ground: Ground) -> StoreFeed.Configuration {
        .init(address: .sqlite(path: ground.path + "/store.sqlite"), book: live, holder: "a test")
    }

    @Test func whatIsPostedIsThereAtTheEnd() throws {
        let ground = try Ground(.sqlite)
        let ear = Ear()
        let feed = try StoreFeed.start(configuration(ground), trouble: ear.hear)
        #expect(feed.standing == .held)
        #expect(try ground.store().leaseHolder(of: live) == "a test")
        for record in 1...3_000 { feed.post([row(record)], at: place(record), isNew: record > 1_000) }
        feed.post(.alert(Alert(.warning, .feed, "something", at: begin)))
        feed.stop()
        let store = try ground.store()
        #expect(try store.count(of: .safety, live) == 3_000)
        #expect(try store.count(of: .alerts, live) == 1)
        #expect(try store.leaseHolder(of: live) == nil, "given back")
        #expect(ear.heard.isEmpty)
    }

    /// The first row that comes of a session's records may lie behind all that a crash took from the journal.
    @Test func whatACrashTookIsTakenOutAlthoughTheFirstRowsComeLater() throws {
        let ground = try Ground(.sqlite)
        try ground.store().append((1...10).map { row($0) }, upTo: place(10), of: live)
        let feed = try StoreFeed.start(configuration(ground)) { _, _ in }
        for record in 1...7 { feed.post([row(record)], at: place(record), isNew: false) }
        feed.begin(at: place(8))
        feed.post([row(15)], at: place(15), isNew: true)
        feed.stop()
        #expect(try records(ground.store()) == (1...7).map { Int64($0) } + [15])
    }

    /// A running session is never held up: what is too much is left to the next start.
    @Test func tooMuchIsLeftBehindAndSaid() throws {
        let ground = try Ground(.sqlite)
        let ear = Ear()
        var configuration = configuration(ground)
        configuration.capacity = 3
        // Somebody else keeps the file.
        let other = try ground.connection()
        let feed = try StoreFeed.start(configuration, trouble: ear.hear)
        try other.transaction { () throws(StoreError) in
            for record in 1...500 { feed.post([row(record)], at: place(record), isNew: true) }
        }
        feed.stop()
        #expect(ear.heard.contains { $0.contains("left behind until the next start") })
        let again = try StoreFeed.start(self.configuration(ground), trouble: ear.hear)
        for record in 1...500 { again.post([row(record)], at: place(record), isNew: false) }
        again.stop()
        #expect(try ground.store().count(of: .safety, live) == 500)
    }

    @Test func aStoreThatCannotBeOpenedRefusesTheStart() throws {
        let ground = try Ground(.sqlite)
        var configuration = configuration(ground)
        configuration.address = .sqlite(path: ground.path + "/none/store.sqlite")
        #expect(throws: StoreError.self) { try StoreFeed.start(configuration) { _, _ in } }
    }

    #if PostgreSQL
        /// The server ends our connection and another takes the account: the next confirmation says so, and by whom.
        @Test(.enabled(if: Backend.serverURL != nil)) func anotherHolderIsFoundOut() async throws {
            let ground = try Ground(.postgreSQL)
            let address = StoreAddress.postgreSQL(.init(ground.url))
            var configuration = StoreFeed.Configuration(address: address, book: live, holder: "first")
            // Confirmed at every look.
            configuration.trust = .milliseconds(1)
            let feed = try StoreFeed.start(configuration) { _, _ in }
            defer { feed.stop() }
            let error = #expect(throws: StoreError.self) {
                var second = configuration
                second.holder = "second"
                return try StoreFeed.start(second) { _, _ in }
            }
            #expect(error?.kind == .leased(holder: "first"))
            let other = try #require(try ground.connection() as? PostgreSQLConnection)
            let store = SQLStore(other)
            // Between the end of the one connection and the next that the feed makes.
            var isTaken = false
            while !isTaken {
                try other.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                        + "AND classid::bigint = hashtext('trident ' || current_schema())::bigint & 4294967295 "
                        + "AND pid <> pg_backend_pid()", [])
                do throws(StoreError) {
                    _ = try store.takeLease(on: live, for: "second", at: begin)
                    isTaken = true
                } catch {
                    guard case .leased = error.kind else { throw error }
                }
            }
            while feed.standing != .lost(holder: "second") { await Task.yield() }
        }
    #endif
}
