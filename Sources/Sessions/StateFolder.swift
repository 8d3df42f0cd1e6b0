import Foundation

/// Why a session's files cannot be used.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }

    /// With the system's words for the last error.
    static func system(_ what: String, _ path: String) -> StateError {
        StateError("\(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// Where a session keeps what must outlive it: one folder for a mode and an account, readable by its owner only, held by
/// one program at a time.
public final class StateFolder {
    public let path: String
    private let lock: Int32

    /// Takes the folder. Throws when another program holds it.
    public init(_ path: String) throws(StateError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path + "/operator", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw StateError("the state folder \(path) cannot be made: \(error.localizedDescription)")
        }
        guard chmod(path, 0o700) == 0 else { throw .system("cannot restrict", path) }
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot open", path + "/lock") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(path)
            close(descriptor)
            throw StateError(
                "\(path) is held by another session\(holder); stop it first, or wait until it has ended")
        }
        lock = descriptor
        let text = "pid \(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count else {
            close(descriptor)
            throw .system("cannot write", path + "/lock")
        }
    }

    deinit { close(lock) }

    /// Whether a running program holds the folder.
    public static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path + "/lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return true }
        flock(descriptor, LOCK_UN)
        return false
    }

    private static func holder(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path + "/lock") else { return "" }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? "" : " (\(text))"
    }

    public var journal: String { path + "/journal" }
    public var safety: String { path + "/safety" }
    public var status: String { path + "/status.json" }
    public var inbox: String { path + "/operator" }
}
