import CZlib
import Foundation

/// The bytes of a file in order, decompressed on the way when it is compressed.
final class GzipFile {
    let path: String
    private let file: gzFile

    init(path: String) throws(CandleFileError) {
        guard !path.isEmpty else { throw .missing(path: "''") }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .missing(path: path) }
        guard !isFolder.boolValue else { throw .unreadable(path: path, reason: "it is a folder") }
        guard let file = gzopen(path, "rb") else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        // Reads of twice as much are decompressed right to where they are wanted.
        gzbuffer(file, 1 << 16)
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    var isCompressed: Bool { gzdirect(file) == 0 }

    /// Fills `buffer` from its start; the number of bytes read, zero at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CandleFileError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        let count = gzread(file, base, UInt32(min(buffer.count, 1 << 30)))
        if path.lowercased().hasSuffix(".gz"), count > 0, gzdirect(file) == 1 {
            // Shorter than any compressed file: what is left of one.
            throw count < 18 ? .truncated(path: path) : .notGzip(path: path)
        }
        guard count >= 0 else { throw failure() }
        if count == 0 {
            var code: Int32 = Z_OK
            _ = gzerror(file, &code)
            if code != Z_OK, code != Z_STREAM_END { throw failure() }
        }
        return Int(count)
    }

    private func failure() -> CandleFileError {
        var code: Int32 = Z_OK
        let text = gzerror(file, &code).map { String(cString: $0) } ?? "unknown failure"
        return code == Z_BUF_ERROR ? .truncated(path: path) : .damaged(path: path, reason: text)
    }
}
