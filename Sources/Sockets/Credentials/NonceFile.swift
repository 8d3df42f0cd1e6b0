import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers that only ever grow: over threads, over restarts, over a clock that was set back. A venue refuses a signed
/// request whose number is not larger than the last.
///
/// The file holds a number that nothing given out exceeds: it is written, and safe on the disk, before the first number of
/// a stretch is used. After a restart counting goes on behind it, so that a crash loses numbers but never repeats one.
public final class NonceFile: Sendable {
    private struct State {
        var last: UInt64
        var reserved: UInt64
    }

    /// How far ahead of the clock numbers are reserved: a write to the disk every ten seconds.
    private static let stretch: UInt64 = 10_000_000_000

    private let path: String
    private let lock: Int32
    private let clock: @Sendable () -> UInt64
    private let state: Mutex<State>

    /// Takes the counter for this process; another that has it makes this fail.
    /// - Parameter clock: nanoseconds since 1970. Numbers follow it as long as it moves on, so that a lost file does no harm.
    public init(path: String, clock: @escaping @Sendable () -> UInt64 = NonceFile.wallClock) throws(NonceError) {
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .file(path: path + ".lock", reason: Self.systemReason()) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .taken(path: path)
        }
        do throws(NonceError) {
            let stored = try Self.stored(at: path)
            state = Mutex(State(last: stored, reserved: stored))
        } catch {
            close(lock)
            throw error
        }
        self.path = path
        self.lock = lock
        self.clock = clock
    }

    deinit { close(lock) }

    /// The next number: larger than all before.
    public func next() throws(NonceError) -> UInt64 {
        let result = state.withLock { state -> Result<UInt64, NonceError> in
            guard state.last < UInt64.max - 2 * Self.stretch else { return .failure(.exhausted(path: path)) }
            let number = max(state.last + 1, min(clock(), UInt64.max - 2 * Self.stretch))
            if number > state.reserved {
                let reserved = number + Self.stretch
                do throws(NonceError) {
                    try Self.store(reserved, at: path)
                } catch {
                    return .failure(error)
                }
                state.reserved = reserved
            }
            state.last = number
            return .success(number)
        }
        return try result.get()
    }

    public static func wallClock() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func stored(at path: String) throws(NonceError) -> UInt64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return 0 }
            throw .file(path: path, reason: systemReason())
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .file(path: path, reason: systemReason()) }
        guard bytes[..<count].last == 10, let number = UInt64(String(decoding: bytes[..<(count - 1)], as: UTF8.self))
        else { throw .damaged(path: path) }
        return number
    }

    /// Whole or not at all: a new file takes the name of the old one when its bytes are on the disk.
    private static func store(_ number: UInt64, at path: String) throws(NonceError) {
        let fresh = path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: fresh, reason: systemReason()) }
        let text = Array("\(number)\n".utf8)
        let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        let reason = systemReason()
        close(descriptor)
        guard isWritten else { throw .file(path: fresh, reason: reason) }
        guard rename(fresh, path) == 0 else { throw .file(path: path, reason: systemReason()) }
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = open(parent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .file(path: path, reason: systemReason()) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .file(path: path, reason: systemReason()) }
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}

/// Why there is no next number.
public enum NonceError: Error, Hashable, Sendable, CustomStringConvertible {
    case file(path: String, reason: String)
    case taken(path: String)
    case damaged(path: String)
    case exhausted(path: String)

    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .taken(let path): "\(path): another session counts with it; end that session, or use other keys"
        case .damaged(let path):
            "\(path): holds no number; remove it if the clock of this machine is right: counting then follows the clock"
        case .exhausted(let path): "\(path): holds the last number there is; make new keys"
        }
    }
}
