import CZlib
import CandleFiles
import Foundation
import ReferenceLoops

/// Reading candles.
struct FileBenchmarks {
    let source: MarketSource
    let rounds: Int

    func run(_ table: inout Table) throws {
        let compressed = source.files[0]
        let plain = source.scratch.path + "/btcusd_spot_1m.csv"
        let bytes = try unpack(compressed, to: plain)
        var rows = 0
        let parsing = try measure(rounds) {
            try timed { rows = try CandleFile.read(path: plain).count } / Double(max(rows, 1))
        } against: {
            var sum: Int64 = 0
            var count: Int64 = 0
            let time = timed { count = reference_scan(plain, &sum) }
            precondition(count == rows, "the reference reads other rows")
            return time / Double(count)
        }
        let megabytes = Double(bytes) / Double(rows) / parsing.ours.median * 1000
        table.add(Line("files: CSV to candles", "ns/row", parsing, against: "ns C scanner", goal: 2))
        table.note("\(rows) rows, \(Table.number(megabytes)) MB/s")
        let loading = try measure(rounds) {
            try timed { keep(try CandleFile.read(path: compressed).count) } / Double(rows)
        } against: {
            timed { keep(reference_inflate(compressed)) } / Double(rows)
        }
        table.add(Line("files: CSV.gz to candles", "ns/row", loading, against: "ns zlib alone", goal: 2))
    }

    /// Decompresses a file and answers its length.
    private func unpack(_ compressed: String, to plain: String) throws -> Int {
        guard let stream = gzopen(compressed, "rb") else { throw BenchmarkFailure("\(compressed): cannot be read") }
        defer { gzclose(stream) }
        guard FileManager.default.createFile(atPath: plain, contents: nil),
            let output = FileHandle(forWritingAtPath: plain)
        else {
            throw BenchmarkFailure("\(plain): cannot be written")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        while true {
            let count = Int(gzread(stream, &buffer, UInt32(buffer.count)))
            guard count > 0 else { break }
            try output.write(contentsOf: buffer[..<count])
            total += count
        }
        try output.close()
        return total
    }
}
