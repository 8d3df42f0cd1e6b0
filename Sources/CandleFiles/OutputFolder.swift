import Foundation

/// Writes files so that a reader never sees half of one: each is written beside its place and renamed when whole.
public enum OutputFolder {
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public let path: String
        public let reason: String

        public var description: String { "\(path): cannot be written: \(reason)" }
    }

    /// Makes `path` and what is above it where it does not exist, and checks that files can be made in it.
    public static func prepare(_ path: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(path: path, reason: "no folder can be made here (\(error.localizedDescription))")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw Failure(path: path, reason: "no permission to make files here; choose another folder with --out")
        }
    }

    /// Puts `files` into the folder, all or none: every one is written beside its place before the first is renamed.
    public static func write(_ files: [(name: String, content: String)], to folder: String) throws(Failure) {
        try prepare(folder)
        var written: [(temporary: String, final: String)] = []
        do throws(Failure) {
            for file in files {
                let final = folder + "/" + file.name
                let temporary = folder + "/." + file.name + ".\(getpid()).part"
                written.append((temporary, final))
                try writeWhole(file.content, to: temporary)
            }
            for file in written {
                var isFolder: ObjCBool = false
                guard !FileManager.default.fileExists(atPath: file.final, isDirectory: &isFolder) || !isFolder.boolValue
                else { throw Failure(path: file.final, reason: "a folder of this name is in the way") }
            }
            for file in written {
                guard rename(file.temporary, file.final) == 0 else {
                    throw Failure(path: file.final, reason: String(cString: strerror(errno)))
                }
            }
        } catch {
            for file in written { unlink(file.temporary) }
            throw error
        }
    }

    private static func writeWhole(_ content: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
        var reason: String?
        var content = content
        content.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    reason = String(cString: strerror(errno))
                    return
                }
                offset += count
            }
        }
        if reason == nil, fsync(descriptor) != 0 { reason = String(cString: strerror(errno)) }
        if close(descriptor) != 0, reason == nil { reason = String(cString: strerror(errno)) }
        if let reason { throw Failure(path: path, reason: reason) }
    }
}
