import Journal

/// The journal's file as the bytes that a disk holds: gathered in the program, written to the machine, made durable.
/// It goes through the same writer and reader as the real file.
public struct JournalDisk: Sendable {
    private var writer = JournalWriter()
    /// Gathered in the program: lost with it.
    private var pending: [UInt8] = []
    /// Where the last record in `pending` begins.
    private var lastRecord = 0
    /// What the machine has taken.
    public private(set) var file: [UInt8] = []
    /// So much of `file` survives the machine's death.
    public private(set) var synced = 0
    /// A write failed: nothing is written any more before a restart.
    public private(set) var hasFailed = false
    var isFull = false
    var refusesSync = false

    /// What dies.
    enum Death: Sendable {
        /// The program; the machine goes on and keeps what it has taken.
        case program
        /// The machine, and all that was not made durable.
        case machine
        /// The machine while it writes the last record: this many thousandths of it are on the disk. `zeros`: the file
        /// has its new length already.
        case machineWriting(thousandths: Int, zeros: Bool)
    }

    /// The end of the chain of hashes.
    public var head: String { writer.head }
    /// Records in the chain.
    public var records: Int { writer.count }

    mutating func append(_ record: JournalRecord) {
        guard !hasFailed else { return }
        lastRecord = pending.count
        writer.append(record, into: &pending)
    }

    /// False when the disk refuses: then a part may be written, and nothing follows it.
    mutating func flush() -> Bool {
        guard !hasFailed else { return false }
        guard !isFull || pending.isEmpty else {
            file += pending.prefix(pending.count / 2)
            hasFailed = true
            return false
        }
        file += pending
        pending.removeAll(keepingCapacity: true)
        lastRecord = 0
        return true
    }

    /// False when what was written may be lost.
    mutating func sync() -> Bool {
        guard flush() else { return false }
        guard !refusesSync else {
            hasFailed = true
            return false
        }
        synced = file.count
        return true
    }

    mutating func die(_ death: Death) {
        switch death {
        case .program: break
        case .machine: file.removeSubrange(synced...)
        case .machineWriting(let thousandths, let zeros):
            let record = pending.count - lastRecord
            let part = max(1, min(record - 1, record * thousandths / 1_000))
            if !hasFailed, record > 1 {
                file += pending[..<(lastRecord + part)]
                if zeros { file += [UInt8](repeating: 0, count: record - part) }
            }
        }
        pending.removeAll(keepingCapacity: true)
        lastRecord = 0
    }

    /// Opens the file as a new program does: reads every whole record, cuts a torn tail and goes on behind.
    mutating func open(_ take: (JournalRecord) throws -> Void) throws {
        var reader = try JournalReader(file)
        while let record = try reader.next() { try take(record) }
        file.removeSubrange(reader.validBytes...)
        writer = JournalWriter(after: reader)
        pending = file.isEmpty ? JournalWriter.start : []
        lastRecord = pending.count
        hasFailed = false
    }
}
