/// Reads a journal from its bytes, record by record, and proves its chain on the way.
///
/// A journal that a crash cut short ends with its last whole record; what follows is said in `tail`. Anything that is
/// wrong before that is an error.
public struct JournalReader: Sendable {
    /// What stands behind the last whole record.
    public enum Tail: Hashable, Sendable {
        /// Nothing, or room that is not used yet.
        case clean
        /// The beginning of a record, or one that was not written to its end: this many bytes from `validBytes` on.
        case torn(bytes: Int)
    }

    private let bytes: [UInt8]
    private var place: Int
    /// Records read so far.
    public private(set) var count = 0
    public private(set) var tail = Tail.clean
    var link = ChainLink.start

    /// Throws when the bytes do not begin as a journal of this version does.
    public init(_ bytes: [UInt8]) throws(JournalError) {
        guard bytes.starts(with: Frame.magic) else {
            // A crash right after the file was made.
            guard bytes.count >= Frame.magic.count || !Frame.magic.starts(with: bytes) else {
                self.bytes = []
                place = 0
                tail = bytes.isEmpty ? .clean : .torn(bytes: bytes.count)
                return
            }
            throw JournalError(.notAJournal, record: 0, offset: 0)
        }
        self.bytes = bytes
        place = Frame.magic.count
    }

    /// Where the last whole record ends.
    public var validBytes: Int { place }

    /// The next record; nil at the end.
    public mutating func next() throws(JournalError) -> JournalRecord? {
        let start = place
        guard let payload = try nextPayload() else { return nil }
        return try record(payload, from: start)
    }

    func record(_ payload: ArraySlice<UInt8>, from start: Int) throws(JournalError) -> JournalRecord {
        do {
            return try JournalRecord(payload: payload)
        } catch {
            throw JournalError(.unreadable(error.description), record: count, offset: start)
        }
    }

    mutating func nextPayload() throws(JournalError) -> ArraySlice<UInt8>? {
        guard bytes.count - place >= Frame.lengthBytes else {
            return ends(torn: bytes[place...].contains { $0 != 0 })
        }
        let length = bytes[place..<place + Frame.lengthBytes].reduce(0) { $0 << 8 | Int($1) }
        if length == 0 { return ends(torn: bytes[place...].contains { $0 != 0 }) }
        let body = place + Frame.lengthBytes
        let end = body + length + Frame.linkBytes
        guard length <= Frame.longest, end <= bytes.count else { return try broken(from: place) }
        let payload = bytes[body..<body + length]
        let next = link.next(digest: ChainLink.digest(ofRecord: payload))
        guard next.bytes.prefix(Frame.linkBytes).elementsEqual(bytes[body + length..<end]) else {
            return try broken(from: place, to: end)
        }
        link = next
        count += 1
        place = end
        return payload
    }

    /// A record that does not prove itself is a torn tail when nothing proves itself behind it, else the middle is damaged.
    private mutating func broken(from start: Int, to end: Int? = nil) throws(JournalError) -> ArraySlice<UInt8>? {
        if let end, bytes[end...].contains(where: { $0 != 0 }) {
            throw JournalError(.damaged, record: count, offset: start)
        }
        return ends(torn: true)
    }

    private mutating func ends(torn: Bool) -> ArraySlice<UInt8>? {
        if torn {
            let used = bytes.lastIndex { $0 != 0 } ?? place
            tail = .torn(bytes: used + 1 - place)
        }
        return nil
    }
}

/// What is wrong with a journal, and where.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Problem: Hashable, Sendable {
        case notAJournal
        /// A record does not fit the chain: it was changed, or bytes are missing or too many before it.
        case damaged
        case unreadable(String)
    }

    public let problem: Problem
    /// Whole records before it.
    public let record: Int
    /// Bytes from the start of the file.
    public let offset: Int

    init(_ problem: Problem, record: Int, offset: Int) {
        self.problem = problem
        self.record = record
        self.offset = offset
    }

    public var description: String {
        switch problem {
        case .notAJournal: "this is no journal of this version: its first line is missing"
        case .damaged:
            "damaged behind record \(record), at byte \(offset): the chain of hashes does not hold; restore the file from a "
                + "backup, or keep the records before it and let the session reconcile the rest"
        case .unreadable(let why): "record \(record), at byte \(offset), cannot be read: \(why)"
        }
    }
}
