import Foundation
import Journal
import Lifecycle
import Market
import Operations
import Sessions
import Storage
import Synchronization
import Trading
import TridentConfiguration

/// The store of a session, as a service beside it.
final class SessionStore: Sendable {
    private let address: StoreAddress
    private let book: Book
    private let trouble: @Sendable (Alert.Severity, String) -> Void
    private let opened = Mutex<StoreFeed?>(nil)

    /// Nil when none is wanted.
    /// - Parameter trouble: hears what becomes of it; called on any thread.
    init?(
        _ settings: Settings, _ files: StateFiles, _ book: Book,
        trouble: @escaping @Sendable (Alert.Severity, String) -> Void
    ) throws(CommandFailure) {
        guard let address = try Self.address(settings, files) else { return nil }
        self.address = address
        self.book = book
        self.trouble = trouble
    }

    /// What the session fills; nil when its file cannot be used.
    var feed: StoreFeed? { opened.withLock { $0 } }

    var support: ProgramService {
        ProgramService("store") {
            try self.open()
        } close: { inHaste in
            self.feed?.stop(within: inHaste ? 1 : 5)
        }
    }

    /// Takes the account in the store. A server that cannot be asked who runs it keeps a session from starting.
    private func open() throws(CommandFailure) {
        let holder = "\(ProcessInfo.processInfo.hostName), pid \(getpid())"
        do throws(Storage.StoreError) {
            let feed = try StoreFeed.start(.init(address: address, book: book, holder: holder), trouble: trouble)
            opened.withLock { $0 = feed }
        } catch {
            if case .leased = error.kind { throw CommandFailure(error.description, code: .refused) }
            // A file of rows is not worth a session that does not come back to its positions.
            guard case .sqlite = address else {
                throw CommandFailure("\(error); or go on without a store with --set session.store=off")
            }
            trouble(.warning, "this session fills no store: \(error)")
        }
    }

    /// Where it is; nil when none is wanted.
    static func address(_ settings: Settings, _ files: StateFiles) throws(CommandFailure) -> StoreAddress? {
        switch settings[SessionSettings.store] {
        case .off: return nil
        case .sqlite: return .sqlite(path: files.folder + "/store.sqlite")
        case .postgreSQL:
            let secrets: Secrets
            do { secrets = try ConfigCommand.secrets() } catch { throw .input(error) }
            guard let url = secrets[.databaseURL] else {
                throw CommandFailure(
                    "session.store is postgresql and DATABASE_URL is not in the environment or .env", code: .badInput)
            }
            return .postgreSQL(url)
        }
    }
}

/// Makes rows of a session's records, those that its journal brings back and those that it writes.
final class StoreTap {
    private let feed: StoreFeed
    private var projector: Projector?
    private var brought = 0
    private var rows: [StoredRow] = []

    init(_ feed: StoreFeed) { self.feed = feed }

    /// A record that stood in the journal before.
    func brought(_ record: JournalRecord, _ outcome: Outcome?) {
        brought += 1
        take(record, outcome, brought, isNew: false)
    }

    /// A record that was just written.
    func written(_ record: JournalRecord, _ outcome: Outcome?, _ number: Int) {
        take(record, outcome, number, isNew: true)
    }

    private func take(_ record: JournalRecord, _ outcome: Outcome?, _ number: Int, isNew: Bool) {
        if case .opened(let header) = record, number == 1 { projector = Self.projector(header) }
        rows.removeAll(keepingCapacity: true)
        projector?.take(record, outcome, number: number, into: &rows)
        guard let journal = projector?.name else { return }
        let place = JournalPlace(journal: journal, record: number)
        if isNew, case .opened = record { feed.begin(at: place) }
        feed.post(rows, at: place, isNew: isNew)
    }

    /// Nil for a journal whose settings this version does not know: it is brought to its end elsewhere, or refused.
    static func projector(_ header: JournalHeader) -> Projector? {
        do {
            return Projector(base: try SessionParts.ofJournal(header).base)
        } catch {
            return nil
        }
    }
}
