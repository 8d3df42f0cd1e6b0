import Glibc

/// Hands out the lines of a file one after another without copying them: a window of the file's bytes that moves on.
struct LineReader: ~Copyable {
    private var stream: ByteStream
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// The number of the line that was handed out last, from 1.
    private(set) var line = 0

    init(path: String) throws(CandleFileError) {
        stream = try ByteStream(path: path)
        buffer = .allocate(byteCount: 1 << 20, alignment: 16)
    }

    deinit { buffer.deallocate() }

    var path: String { stream.path }

    /// The next line without its line break; nil at the end. It is valid until the next call.
    mutating func next() throws(CandleFileError) -> UnsafeBufferPointer<UInt8>? {
        var scanned = start
        while true {
            if let found = newline(from: scanned) {
                let text = lineText(upTo: found)
                start = found + 1
                return text
            }
            guard !isAtEnd else {
                guard start < end else { return nil }
                let text = lineText(upTo: end)
                start = end
                return text
            }
            let kept = end - start
            try refill()
            scanned = kept
        }
    }

    /// Lets `body` take whole lines of those that are at hand. It is told where they start and how many bytes they have,
    /// and answers how many bytes and lines it took.
    @inline(__always)
    mutating func takeAhead(_ body: (UnsafePointer<UInt8>, Int) -> (bytes: Int, lines: Int)) {
        guard let base = buffer.baseAddress, start < end else { return }
        let taken = body((base + start).assumingMemoryBound(to: UInt8.self), end - start)
        start += taken.bytes
        line += taken.lines
    }

    private func newline(from index: Int) -> Int? {
        guard let base = buffer.baseAddress, index < end,
            let found = memchr(base + index, 10, end - index)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private mutating func lineText(upTo stop: Int) -> UnsafeBufferPointer<UInt8> {
        line += 1
        if line == 1, stop - start >= 3, buffer[start] == 0xEF, buffer[start + 1] == 0xBB, buffer[start + 2] == 0xBF {
            // A byte order mark.
            start += 3
        }
        var stop = stop
        if stop > start, buffer[stop - 1] == 13 { stop -= 1 }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<stop])
        return bytes.assumingMemoryBound(to: UInt8.self)
    }

    private mutating func refill() throws(CandleFileError) {
        let kept = end - start
        if kept == buffer.count {
            guard buffer.count < 1 << 26 else {
                throw .damaged(path: path, reason: "a line of more than 64 MB; this is not a table of candles")
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            buffer.deallocate()
            buffer = larger
        } else if start > 0, let base = buffer.baseAddress {
            memmove(base, base + start, kept)
        }
        start = 0
        end = kept
        let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
        end += count
        isAtEnd = count == 0
    }
}
