import Foundation
public import Market

/// Why a session's files cannot be used.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// Another program holds the folder.
    public let isHeld: Bool

    public init(_ description: String, isHeld: Bool = false) {
        self.description = description
        self.isHeld = isHeld
    }

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
                "\(path) is held by another session\(holder); stop it first, or wait until it has ended", isHeld: true)
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

    /// What stands in a folder, by name; empty when there is none.
    public static func names(in path: String) throws(StateError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw StateError("\(path) cannot be read: \(error.localizedDescription); correct its owner or rights")
        }
    }

    private static func holder(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path + "/lock") else { return "" }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? "" : " (\(text))"
    }

    public var files: StateFiles { StateFiles(path) }
}

/// The names of a session's files.
public struct StateFiles: Hashable, Sendable {
    public let folder: String

    public init(_ folder: String) { self.folder = folder }

    public var journal: String { folder + "/journal" }
    public var safety: String { folder + "/safety" }
    public var status: String { folder + "/status.json" }
    public var inbox: String { folder + "/operator" }
    /// A file of this name, whatever is in it, halts.
    public var killFile: String { folder + "/KILL" }
    /// How the exchange is reached: for whoever acts without the session.
    public var venue: String { folder + "/venue.json" }
    /// A journal that was put away.
    public func archive(_ time: Timestamp) -> String { folder + "/journal-\(time.seconds)" }
}
