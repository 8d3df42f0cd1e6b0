import CZlib
import CandleFiles
import Foundation
import Market
import ReferenceLoops
import Research
import TridentConfiguration

/// A folder for files of this run.
struct Scratch {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trident-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    func remove() {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path) (\(error))") }
    }

    /// Writes bytes, compressed when the name ends in `.gz`, and answers the path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = path + "/" + name
        guard name.hasSuffix(".gz") else {
            try Data(bytes).write(to: URL(filePath: file))
            return file
        }
        guard let stream = gzopen(file, "wb6"), gzwrite(stream, bytes, UInt32(bytes.count)) == bytes.count,
            gzclose(stream) == Z_OK
        else { throw BenchmarkFailure("\(file): cannot be written") }
        return file
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Two markets by the minute: recorded where data is at hand, else generated.
struct MarketSource {
    let isRecorded: Bool
    let description: String
    let scratch: Scratch
    /// Spot candles of each market, compressed.
    let files: [String]
    private let directory: DataDirectory?
    private static let pairs = DemoMarketParameters.pairs(2)

    init(data: String, days: Int, scratch: Scratch) throws {
        self.scratch = scratch
        let minutes = Self.pairs.map { pair in
            "\(data)/spot/\(pair.base.lowercased())usdt_binance_spot_1m_2020-2023.csv.gz"
        }
        isRecorded = minutes.allSatisfy(FileManager.default.fileExists)
        if isRecorded {
            directory = try DataDirectory(scanning: data)
            files = minutes
            description = "recorded candles, two symbols by the minute, 2020-2023"
        } else {
            directory = nil
            var parameters = DemoMarketParameters()
            parameters.timeframe = .m1
            parameters.days = days
            files = try DemoMarket(parameters).series.map { one in
                try scratch.write(csv(one.spot), as: "\(one.pair.base.lowercased())usd_spot_1m.csv.gz")
            }
            description = "demo market (synthetic), two symbols by the minute, \(days) days"
        }
    }

    /// Reads the markets; for recorded ones with what there is of perpetual, mark and funding.
    func load(measuring table: inout Table) throws -> [MarketHistory] {
        var spots: [CandleSeries] = []
        reference_trim_memory()
        let before = Machine.resident
        Machine.forgetPeak()
        for file in files { spots.append(try CandleFile.read(path: file)) }
        let peak = Machine.peak
        reference_trim_memory()
        let held = Machine.resident
        let bars = Double(spots.reduce(0) { $0 + $1.count })
        if table.wants("memory"), peak > 0 {
            // Six columns of eight bytes are what the facts need; 64 bytes a bar are allowed.
            let needed = Samples([48])
            table.add(
                Line(
                    "memory: candles held", "B/bar", (Samples([(held - before) / bars]), needed),
                    against: "B six columns", goal: 64.0 / 48))
            table.add(
                Line(
                    "memory: peak while loading", "B/bar", (Samples([(peak - before) / bars]), needed),
                    against: "B six columns", goal: 64.0 / 48))
        }
        return try zip(Self.pairs, spots).map { pair, spot in try history(pair, spot) }
    }

    private func history(_ pair: SpotPair, _ spot: CandleSeries) throws -> MarketHistory {
        let settings = try Settings(yaml: nil)
        guard let instrument = KnownContracts.history(of: pair, fees: settings.fees) else {
            throw BenchmarkFailure("no contract is known for \(pair)")
        }
        func series(_ kind: DataFileName.Kind) throws -> [SourcedSeries] {
            try (directory?.files(pair, kind) ?? []).map { file in
                SourcedSeries(try CandleFile.read(path: file.path), source: file.path)
            }
        }
        var funding: SourcedFunding?
        if let file = directory?.files(pair, .funding).max(by: { $0.bytes < $1.bytes }) {
            var rates = FundingSeries(period: .hours(8))
            for row in try CandleFile.readFunding(path: file.path) { try rates.append(row.rate, at: row.time) }
            funding = SourcedFunding(rates, source: file.path)
        }
        return MarketHistory(
            pair: pair, instrument: instrument, spot: SourcedSeries(spot, source: "benchmark"),
            perpetual: try series(.perpetual), mark: try series(.mark), funding: funding)
    }
}

/// A candle file's text.
func csv(_ series: CandleSeries) -> [UInt8] {
    var text = "timestamp,open,high,low,close,volume\n"
    for candle in series {
        text +=
            "\(candle.openTime.seconds),\(candle.open),\(candle.high),\(candle.low),\(candle.close),\(candle.volume)\n"
    }
    return Array(text.utf8)
}

/// The columns of a series as the reference loops want them.
struct PriceColumns {
    let open: [Double]
    let high: [Double]
    let low: [Double]
    let close: [Double]

    init(_ series: CandleSeries) {
        open = series.opens.map(\.double)
        high = series.highs.map(\.double)
        low = series.lows.map(\.double)
        close = series.closes.map(\.double)
    }

    func withBars<Result>(_ body: (ReferenceBars) -> Result) -> Result {
        open.withUnsafeBufferPointer { open in
            high.withUnsafeBufferPointer { high in
                low.withUnsafeBufferPointer { low in
                    close.withUnsafeBufferPointer { close in
                        body(
                            ReferenceBars(
                                open: open.baseAddress, high: high.baseAddress, low: low.baseAddress,
                                close: close.baseAddress, count: close.count))
                    }
                }
            }
        }
    }

    /// What a bar costs in the reference's indicator loop, in nanoseconds: the measure of the machine.
    func indicatorLoop() -> Double {
        timed { keep(withBars(reference_indicator_loop)) } / Double(close.count)
    }
}
