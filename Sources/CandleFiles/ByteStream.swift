import Foundation

/// The bytes of a file in order. A large compressed file is decompressed on a thread of its own, so that reading it
/// takes as long as decompressing it and no longer.
struct ByteStream: ~Copyable {
    /// Compressed bytes from which a thread pays.
    private static let large = 1 << 18

    let path: String
    private let file: GzipFile
    /// Nil when the file is read as it is asked for.
    private let ahead: BlocksAhead?
    /// What is left of the current block, and whether there are more.
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    private var isAtEnd = false

    init(path: String) throws(CandleFileError) {
        let file = try GzipFile(path: path)
        self.path = path
        self.file = file
        var about = stat()
        let isLarge = stat(path, &about) == 0 && about.st_size >= Self.large
        ahead = isLarge && file.isCompressed ? BlocksAhead(of: file) : nil
    }

    deinit { ahead?.cancel() }

    /// Fills `buffer` from its start; the number of bytes read, zero at the end of the file.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(CandleFileError) -> Int {
        guard let ahead else { return try file.read(into: buffer) }
        guard !isAtEnd else { return 0 }
        if rest.isEmpty {
            rest = try ahead.next()
            isAtEnd = rest.isEmpty
        }
        let count = min(rest.count, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return count
    }
}
