import Foundation

/// Writes files so that a reader never sees half of one: each is written beside its place and renamed when whole. What
/// fails leaves nothing behind, no file and no folder.
public enum OutputFolder {
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public let path: String
        public let reason: String

        public var description: String { "\(path): cannot be written: \(reason)" }
    }

    /// Tries whether files can be made in `path`, and leaves everything as it was.
    public static func check(_ path: String) throws(Failure) {
        let made = try makeFolders(path)
        defer { remove(made) }
        let probe = path + "/.\(getpid()).part"
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw failure(path, "files cannot be made here") }
        close(descriptor)
        unlink(probe)
    }

    /// Puts `files` into the folder, all or none: every one is written beside its place before the first is renamed.
    /// A name may begin with the name of a folder inside it.
    public static func write(_ files: [(name: String, content: String)], to folder: String) throws(Failure) {
        var made: [String] = []
        var written: [(temporary: String, final: String)] = []
        do throws(Failure) {
            made += try makeFolders(folder)
            for file in files {
                let final = folder + "/" + file.name
                let parent = parent(of: final)
                made += try makeFolders(parent)
                let temporary = parent + "/." + final.dropFirst(parent.count + 1) + ".\(getpid()).part"
                written.append((temporary, final))
                try writeWhole(file.content, to: temporary, called: final)
            }
            for file in written where isFolder(file.final) == true {
                throw Failure(path: file.final, reason: "a folder of this name is in the way")
            }
            for file in written {
                guard rename(file.temporary, file.final) == 0 else { throw failure(file.final, "not renamed") }
            }
        } catch {
            for file in written { unlink(file.temporary) }
            remove(made)
            throw error
        }
    }

    /// `name` is what errors call the file.
    private static func writeWhole(_ content: String, to path: String, called name: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw failure(name, "the file cannot be made") }
        var reason: String?
        var content = content
        content.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    reason = lastError
                    return
                }
                offset += count
            }
        }
        if reason == nil, fsync(descriptor) != 0 { reason = lastError }
        if close(descriptor) != 0, reason == nil { reason = lastError }
        if let reason { throw Failure(path: name, reason: "\(reason); make room or choose another folder") }
    }

    // MARK: Folders

    /// Makes `path` and what is above it where it does not exist; what it made, outermost first. Undone on failure.
    private static func makeFolders(_ path: String) throws(Failure) -> [String] {
        guard !path.isEmpty else { throw Failure(path: "''", reason: "no folder is named") }
        var missing: [String] = []
        var place = path
        while isFolder(place) == nil {
            missing.append(place)
            guard parent(of: place) != place else { break }
            place = parent(of: place)
        }
        guard isFolder(place) == true else {
            throw Failure(path: path, reason: "\(place) is a file, not a folder; choose another folder")
        }
        var made: [String] = []
        for folder in missing.reversed() {
            if mkdir(folder, 0o777) == 0 {
                made.append(folder)
            } else if errno != EEXIST {
                let problem = failure(path, "no folder can be made in \(parent(of: folder))")
                remove(made)
                throw problem
            }
        }
        return made
    }

    /// Folders that others have put something into by now stay.
    private static func remove(_ folders: [String]) { for folder in folders.reversed() { rmdir(folder) } }

    /// Nil when there is nothing of this name.
    private static func isFolder(_ path: String) -> Bool? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return found.st_mode & S_IFMT == S_IFDIR
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path == "." ? path : "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private static func failure(_ path: String, _ what: String) -> Failure {
        Failure(path: path, reason: "\(what): \(lastError); choose another folder")
    }
}
