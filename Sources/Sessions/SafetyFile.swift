import Foundation
import Journal
import Market
public import Trading

/// The safety record of an account: a latch that survives the loss of everything else. The file has its room from the
/// start, in two halves that are written by turns, so that neither a full disk nor a crash in the middle of a write can
/// take the last word that was durable.
public final class SafetyFile {
    private static let half = 2048
    private let descriptor: Int32
    private var sequence: UInt64
    public private(set) var state: SafetyState

    public init(_ path: String) throws(StateError) {
        let isNew = access(path, F_OK) != 0
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot open", path) }
        if isNew {
            sequence = 0
            state = .ready
            try write(.ready, detail: "first start")
            try write(.ready, detail: "first start")
            return
        }
        guard let found = Self.read(descriptor) else {
            close(descriptor)
            throw StateError(
                "the safety record \(path) is damaged; whether the account is halted is not known. Look at the journal, then "
                    + "remove the file to start ready, or leave it to stay stopped")
        }
        (sequence, state) = found
    }

    deinit { close(descriptor) }

    /// What a record says without holding it; nil when there is none or it is damaged.
    public static func peek(_ path: String) -> SafetyState? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return read(descriptor)?.state
    }

    /// Returns when it is durable.
    public func write(_ new: SafetyState, detail: String) throws(StateError) {
        sequence += 1
        let bytes = SafetyRecord(sequence: sequence, state: new, detail: String(detail.prefix(1_000))).bytes
        var half = bytes + Array(repeating: 0, count: Self.half - bytes.count)
        let place = off_t(sequence % 2) * off_t(Self.half)
        guard pwrite(descriptor, &half, half.count, place) == half.count, fdatasync(descriptor) == 0 else {
            throw .system("cannot write", "the safety record")
        }
        state = new
    }

    private static func read(_ descriptor: Int32) -> (sequence: UInt64, state: SafetyState)? {
        var found: (sequence: UInt64, state: SafetyState)?
        for number in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: half)
            let count = pread(descriptor, &bytes, half, off_t(number) * off_t(half))
            guard count == half, let record = SafetyRecord(bytes) else { continue }
            if record.sequence > found?.sequence ?? 0 { found = (record.sequence, record.state) }
        }
        return found
    }
}
