public import Market

/// What can be asked about sessions after the fact: rows of every table by book, made from their journals. It holds no
/// truth of its own but the lease and what no journal says, so it can be made again at any time.
///
/// Not to be shared between threads. Every call may wait for a disk or a server; none belongs into a trading loop.
public protocol Store: AnyObject {
    /// Brings the tables to this version, forward only. Refuses a store of a later one.
    func migrate() throws(StoreError)

    /// Adds rows, all or none. Rows that are there already stay as they are. `place` is how far the journal has been read:
    /// kept with the rows, in the same transaction.
    func append(_ rows: [StoredRow], upTo place: JournalPlace?, of book: Book) throws(StoreError)

    /// How far a journal has been read; zero when nothing of it is here.
    func record(of journal: Timestamp, _ book: Book) throws(StoreError) -> Int

    /// Forgets what came from records behind `place`: the journal lost them in a crash.
    func forget(behind place: JournalPlace, of book: Book) throws(StoreError)

    /// Forgets everything of a book that its journals can give back.
    func clear(_ book: Book) throws(StoreError)

    func books() throws(StoreError) -> [Book]

    /// Rows in order of time, each with all columns of its table but `book`.
    func rows(
        of table: StoreTable, _ book: Book, from: Timestamp?, until: Timestamp?, limit: Int?
    ) throws(StoreError) -> [[SQLValue]]

    func count(of table: StoreTable, _ book: Book) throws(StoreError) -> Int

    /// Takes the right to run the account, with a token greater than every one before.
    /// - Parameter holder: who it is, for whoever is refused.
    func takeLease(on book: Book, for holder: String, at now: Timestamp) throws(StoreError) -> LeaseToken

    /// Confirms the right; false when somebody has taken it since.
    func renewLease(_ token: LeaseToken, on book: Book, at now: Timestamp) throws(StoreError) -> Bool

    func giveLeaseBack(_ token: LeaseToken, on book: Book) throws(StoreError)

    /// Who holds the account, as it was said last; nil when nobody does.
    func leaseHolder(of book: Book) throws(StoreError) -> String?
}

/// The number of a holder of an account: whoever comes later has a greater one.
public struct LeaseToken: Hashable, Sendable, Comparable {
    public let value: Int64

    public init(_ value: Int64) { self.value = value }

    public static func < (a: LeaseToken, b: LeaseToken) -> Bool { a.value < b.value }
}
