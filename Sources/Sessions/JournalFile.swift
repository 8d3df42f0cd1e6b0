import Foundation
public import Journal

/// The journal of one session on disk. Appends are gathered and written together; `sync` makes them durable. After the
/// first failure nothing is written any more, so that no hole is ever followed by a record.
public final class JournalFile {
    private let descriptor: Int32
    private var writer: JournalWriter
    private var pending: [UInt8] = []
    private var failure: StateError?
    /// Bytes in the file, the pending ones not counted.
    public private(set) var length: Int

    /// Opens or makes the file. A torn tail is cut; `take` gets every record that is there.
    public init(_ path: String, take: (JournalRecord) throws -> Void) throws {
        let bytes = try Self.contents(path)
        var reader = try JournalReader(bytes)
        while let record = try reader.next() { try take(record) }
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateError.system("cannot open", path) }
        writer = JournalWriter(after: reader)
        length = reader.validBytes
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw StateError.system("cannot cut the torn tail of", path)
        }
        if length == 0 { pending = JournalWriter.start }
    }

    deinit { close(descriptor) }

    /// Reads a whole journal file; empty when there is none.
    public static func contents(_ path: String) throws(StateError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw .system("cannot open", path)
        }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw .system("cannot read", path) }
        var bytes = [UInt8](repeating: 0, count: size)
        var done = 0
        while done < size {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + done }, size - done, off_t(done))
            }
            guard count > 0 else { throw .system("cannot read", path) }
            done += count
        }
        return bytes
    }

    /// The header of the latest session; nil when there is no journal.
    public static func lastHeader(_ path: String) throws -> JournalHeader? {
        let bytes = try contents(path)
        guard !bytes.isEmpty else { return nil }
        var reader = try JournalReader(bytes)
        var header: JournalHeader?
        while let record = try reader.next() {
            if case .opened(let opened) = record { header = opened }
        }
        return header
    }

    /// Records in it, the pending ones counted.
    public var count: Int { writer.count }

    /// The end of the chain of hashes.
    public var head: String { writer.head }

    /// Adds a record to what the next `flush` writes.
    public func append(_ record: JournalRecord) { writer.append(record, into: &pending) }

    /// Writes what was appended. It survives the program's death, not the machine's.
    public func flush() throws(StateError) {
        if let failure { throw failure }
        var done = 0
        while done < pending.count {
            let count = pending.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, pending.count - done, off_t(length + done))
            }
            guard count > 0 else {
                let error = StateError.system("cannot write", "the journal")
                failure = error
                throw error
            }
            done += count
        }
        length += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// Makes everything durable.
    public func sync() throws(StateError) {
        try flush()
        guard fdatasync(descriptor) == 0 else {
            let error = StateError.system("cannot sync", "the journal")
            failure = error
            throw error
        }
    }
}
