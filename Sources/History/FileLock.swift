import Foundation

/// Keeps a second process away from a series for as long as it lives. A crash gives it up by itself.
final class FileLock {
    private let descriptor: Int32

    init(_ path: String, of name: String) throws(HistoryError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .unavailable("another process is writing \(name); wait for it to end")
        }
    }

    deinit { close(descriptor) }
}
