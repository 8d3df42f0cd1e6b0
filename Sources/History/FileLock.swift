import Foundation

/// Keeps a second process away from a series for as long as it lives. A crash gives it up by itself.
final class FileLock {
    private let descriptor: Int32

    init(_ path: String, of name: String) throws(HistoryError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        guard Self.takes(descriptor) else {
            close(descriptor)
            throw .unavailable("another process is writing \(name); wait for it to end")
        }
    }

    /// A program that this process is starting has the lock too until it is there: that is waited for.
    private static func takes(_ descriptor: Int32) -> Bool {
        for _ in 0..<50 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(20_000)
        }
        return false
    }

    deinit { close(descriptor) }
}
