import CZlib
import Foundation

/// Gzip by zlib: whole pieces of memory, and members of zip archives in pieces.
enum Gzip {
    /// One gzip member. Members may follow each other in a file and read as one.
    static func member(_ bytes: [UInt8]) throws(HistoryError) -> [UInt8] {
        var stream = z_stream()
        // 16 above the window asks for the gzip form.
        guard
            deflateInit2_(
                &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .file(path: "memory", reason: "zlib cannot start") }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
        var input = bytes
        let code = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard code == Z_STREAM_END else { throw .file(path: "memory", reason: "zlib cannot compress (\(code))") }
        return Array(output.prefix(Int(stream.total_out)))
    }

    /// The contents of a file, decompressed where it is compressed.
    static func contents(of path: String) throws(HistoryError) -> [UInt8] {
        guard let file = gzopen(path, "rb") else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
        defer { gzclose_r(file) }
        gzbuffer(file, 1 << 18)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else { throw .damaged(path: path, reason: "the compressed data is damaged") }
            if count == 0 { break }
            bytes += buffer.prefix(Int(count))
        }
        var code: Int32 = Z_OK
        _ = gzerror(file, &code)
        guard code == Z_OK || code == Z_STREAM_END else {
            throw .damaged(path: path, reason: "the compressed data ends too early")
        }
        return bytes
    }

    /// Inflates the raw deflate data of a zip member of known size.
    static func inflateRaw(
        _ compressed: ArraySlice<UInt8>, size: Int, path: String
    ) throws(HistoryError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .archive(path: path, reason: "zlib cannot start")
        }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: size + 1)
        var input = Array(compressed)
        let code = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard code == Z_STREAM_END, Int(stream.total_out) == size else {
            throw .archive(path: path, reason: "a member is damaged")
        }
        output.removeLast()
        return output
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count))) }
    }
}
