import Foundation

/// Files that survive a crash: a reader sees the old content or the new one, never a mixture.
enum DurableFile {
    /// Writes beside `path`, brings it to the disk and renames it into place.
    static func replace(_ path: String, with pieces: [[UInt8]]) throws(HistoryError) {
        let temporary = path + ".part"
        do throws(HistoryError) {
            try write(pieces, to: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC)
            guard rename(temporary, path) == 0 else { throw failure(path) }
            try sync(folder: (path as NSString).deletingLastPathComponent)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Adds to the end of a file after cutting it to `length`: what a crash left beyond that is no part of it.
    static func append(_ bytes: [UInt8], to path: String, at length: Int) throws(HistoryError) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(length) else {
            throw failure(path)
        }
        try writeAll(bytes, to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    static func read(_ path: String) throws(HistoryError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
    }

    /// What is in a folder, in order.
    static func names(in folder: String) throws(HistoryError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw .file(path: folder, reason: error.localizedDescription)
        }
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func remove(_ path: String) throws(HistoryError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    static func makeFolder(_ path: String) throws(HistoryError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, reason: "no folder can be made here (\(error.localizedDescription))")
        }
    }

    private static func write(_ pieces: [[UInt8]], to path: String, flags: Int32) throws(HistoryError) {
        let descriptor = open(path, flags, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        for piece in pieces { try writeAll(piece, to: descriptor, path: path) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(HistoryError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            offset += count
        }
    }

    /// A rename is on the disk only when its folder is.
    private static func sync(folder: String) throws(HistoryError) {
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    private static func failure(_ path: String) -> HistoryError {
        .file(path: path, reason: String(cString: strerror(errno)))
    }
}
