import Foundation
import Journal
import Sessions
import Storage
import TridentConfiguration

/// The opened store of a session's folder.
struct StorePlace {
    let store: any Store
    let name: String
    private let isOwn: Bool
    private let own: Set<Book>

    init(_ files: StateFiles, _ place: FolderOptions) throws {
        guard let address = try SessionStore.address(try place.source.settings(), files) else {
            throw CommandFailure("session.store is off: no store is kept", code: .badInput)
        }
        name = address.name
        if case .sqlite = address { isOwn = true } else { isOwn = false }
        own = try isOwn ? [] : Self.books(files)
        store = try asCommand { () throws(Storage.StoreError) in try address.open() }
    }

    /// Of the folder's journals.
    private static func books(_ files: StateFiles) throws -> Set<Book> {
        var books: Set<Book> = []
        for path in try StoreRebuild.journals(files) {
            guard let header = try JournalFile.lastHeader(path) else { continue }
            books.insert(Book(mode: header.mode, account: header.account, venue: header.venue))
        }
        return books
    }

    /// A file is this folder's own; a server holds the books of many.
    func isMeant(_ book: Book) -> Bool { isOwn || own.contains(book) }
}

/// Rows from journals.
enum StoreRebuild {
    /// Plays all journals of a folder, the oldest first. Returns how many rows they made.
    static func run(_ files: StateFiles, into store: any Store, clearing: Bool) throws -> Int {
        var count = 0
        var cleared: Set<Book> = []
        for path in try journals(files) {
            var past = Past(SessionParts.ofJournal)
            var projector: Projector?
            var book: Book?
            var rows: [StoredRow] = []
            var number = 0
            var reader = try JournalReader(try JournalFile.contents(path))
            while let record = try reader.next() {
                let outcome = try past.take(record)
                number += 1
                if case .opened(let header) = record, number == 1 {
                    projector = StoreTap.projector(header)
                    let own = Book(mode: header.mode, account: header.account, venue: header.venue)
                    if clearing, cleared.insert(own).inserted {
                        try asCommand { () throws(Storage.StoreError) in try store.clear(own) }
                    }
                    book = own
                }
                projector?.take(record, outcome, number: number, into: &rows)
                guard rows.count >= 1_000 else { continue }
                count += try put(&rows, projector, number, book, store)
            }
            count += try put(&rows, projector, number, book, store)
        }
        return count
    }

    /// The same in a store of its own, gone with its last use.
    static func scratch(_ files: StateFiles) throws -> any Store {
        let path = FileManager.default.temporaryDirectory.appending(path: "trident-\(UUID().uuidString).sqlite").path
        let store = try asCommand { () throws(Storage.StoreError) in try StoreAddress.sqlite(path: path).open() }
        // Open, it stays readable; without a name, it leaves nothing behind.
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        _ = try run(files, into: store, clearing: false)
        return store
    }

    private static func put(
        _ rows: inout [StoredRow], _ projector: Projector?, _ number: Int, _ book: Book?, _ store: any Store
    ) throws -> Int {
        guard let book, let journal = projector?.name else { return 0 }
        let batch = rows
        rows.removeAll(keepingCapacity: true)
        try asCommand { () throws(Storage.StoreError) in
            try store.append(batch, upTo: JournalPlace(journal: journal, record: number), of: book)
        }
        return batch.count
    }

    static func journals(_ files: StateFiles) throws -> [String] {
        let names = try StateFolder.names(in: files.folder)
        // An archive's name ends with the second in which it was begun.
        let archives = names.filter { $0.hasPrefix("journal-") }.sorted { ($0.count, $0) < ($1.count, $1) }
        return (archives + names.filter { $0 == "journal" }).map { files.folder + "/" + $0 }
    }
}

/// The store's errors as a command's.
func asCommand<Result>(
    _ body: () throws(Storage.StoreError) -> Result
) throws(CommandFailure) -> Result {
    do throws(Storage.StoreError) { return try body() } catch { throw CommandFailure(error.description) }
}
