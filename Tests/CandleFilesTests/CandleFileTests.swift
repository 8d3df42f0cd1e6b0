import CandleFiles
import Foundation
import Market
import TestSupport
import Testing

/// A folder that is gone after the test.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "trident-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    func gzip(_ file: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-k", file]
        try process.run()
        process.waitUntilExit()
        return file + ".gz"
    }
}

private let header = "timestamp,open,high,low,close,volume\n"

@Suite struct CandleFormTests {
    private let wanted = Candle(
        openTime: Timestamp(seconds: 1_577_836_800), open: try! Price("7195.24"), high: try! Price("7196.25"),
        low: try! Price("7183.14"), close: try! Price("7186.68"), volume: 51.642812)

    @Test(arguments: [
        "timestamp,open,high,low,close,volume\n1577836800,7195.24,7196.25,7183.14,7186.68,51.642812\n",
        "1577836800,7195.24,7196.25,7183.14,7186.68,51.642812,17\n",
        "1577836800,7195.24,7196.25,7183.14,7186.68,51.642812",
        "Close,Volume,Timestamp,High,Open,Low,Extra\r\n7186.68,51.642812,1577836800000,7196.25,7195.24,7183.14,x\r\n",
        "timestamp,open,high,low,close,volume\n1577836800000000,7195.24,7196.25,7183.14,7186.68,5.1642812e1\n",
        "\"timestamp\",open,high,low,close,volume\n2020-01-01T00:00:00Z,7195.240,7196.25,7183.14,7186.68,51.642812\n\n",
        "timestamp,open,high,low,close,volume\n1577836800000000000,7195.24,7196.25,7183.14,7186.68,51.642812\n",
        "\u{FEFF}1577836800,7195.24,7196.25,7183.14,7186.68,51.642812,17\n",
        "\n\n1577836800,7195.24,7196.25,7183.14,7186.68,51.642812,17\n",
        "date,open,high,low,close,volume\n2020-01-01 00:00:00+00:00,7195.24,7.19625e3,7183.14,7186.68,51.642812\n",
    ])
    func everyFormReadsTheSame(_ text: String) throws {
        let scratch = try Scratch()
        let series = try CandleFile.read(path: try scratch.file("btcusd_spot_1m.csv", text))
        #expect(Array(series) == [wanted])
        let packed = try scratch.gzip(scratch.path + "/btcusd_spot_1m.csv")
        let unpacked = try CandleFile.read(path: packed)
        #expect(Array(unpacked) == [wanted])
    }

    @Test func manyRowsCrossEveryBufferBorder() throws {
        let scratch = try Scratch()
        let candles = randomCandles(60_000, seed: 5)
        var text = header
        for candle in candles {
            text +=
                "\(candle.openTime.seconds),\(candle.open),\(candle.high),\(candle.low),\(candle.close),\(candle.volume)\n"
        }
        let path = try scratch.file("btcusd_spot_1m.csv", text)
        let plain = try CandleFile.read(path: path)
        #expect(Array(plain) == Array(candles))
        let packed = try CandleFile.read(path: try scratch.gzip(path))
        #expect(Array(packed) == Array(candles))
    }

    @Test func timeframeFromTheRowsWhenTheNameHasNone() throws {
        let scratch = try Scratch()
        var text = header
        for index in [0, 1, 2, 5, 6] { text += "\(1_577_836_800 + 900 * index),5,6,4,5,1\n" }
        let path = try scratch.file("mine.csv", text)
        #expect(try CandleFile.read(path: path).timeframe == .m15)
    }

    @Test func funding() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "btcusd_funding_8h.csv", "timestamp,funding_rate\n1577836800,-0.00012359\n1577865600,1.2e-05\n")
        let rows = try CandleFile.readFunding(path: path)
        #expect(rows.map(\.rate.description) == ["-0.00012359", "0.000012"])
        let absurd = try scratch.file(
            "ethusd_funding_8h.csv", "timestamp,funding_rate\n1577836800,-9223372.036854775808\n")
        #expect(throws: CandleFileError.self) { try CandleFile.readFunding(path: absurd) }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func realFiles() throws {
        let path = SharedData.path("sample/btcusd_kraken_spot_15m.csv.gz")
        let audit = try #require(CandleAudit(try CandleFile.read(path: path)))
        #expect(audit.rows == 8635)
        #expect(audit.gaps.map(\.bars) == [5])
        #expect(audit.first.description == "2023-01-01T00:00:00Z" && audit.last.description == "2023-03-31T23:45:00Z")
    }
}

@Suite struct BadCandleFileTests {
    static let cases: [(String, String)] = [
        ("", "holds no rows"),
        (header, "holds no rows"),
        ("timestamp,open,high,low,close\n1,2,3,4,5\n", ":1: column volume is missing"),
        (header + "1577836800,5,6,4,5\n", ":2: 5 fields where 6 are needed"),
        (header + "1577836800,5,6,4,five,1\n", ":2: close is 'five': not a number (character 1)"),
        (header + "1577836800,NaN,6,4,5,1\n", ":2: open is 'NaN': not a number"),
        (header + "1577836800,5,6,4,5,nan\n", ":2: volume is 'nan': not a number"),
        (header + "1577836800,5,6,4,,1\n", ":2: close is '': empty where a number was expected"),
        (header + "1577836800,5,6,0,5,1\n", ":2: impossible bar"),
        (header + "1577836800,5,6,-4,5,1\n", ":2: impossible bar"),
        (header + "1577836800,5,4,6,5,1\n", ":2: impossible bar"),
        (header + "1577836800,5,6,4,5,-1\n", ":2: impossible bar"),
        (header + "1577836860,5,6,4,5,1\n1577836800,5,6,4,5,1\n", ":3: 2020-01-01T00:00:00Z comes after"),
        (header + "1577836860,5,6,4,5,1\n1577836860,5,6,4,5,1\n", ":3: a second bar for"),
        (header + "1577836800,5,6,4,5,1\n1577836830,5,6,4,5,1\n", ":3: the bar does not fit 1m candles"),
        (header + "yesterday,5,6,4,5,1\n", ":2: timestamp is 'yesterday': not a time"),
        (header + "1577836800,5,6,4,5,1\n2020-01-01T00:01:00Z,5,6,4,5,1\n", ":3: timestamp is '2020-01-01T00:01:00Z'"),
        (header + "32503680000,5,6,4,5,1\n", ":2: timestamp is '32503680000': not a time"),
        (header + "3000-01-01T00:00:00Z,5,6,4,5,1\n", ":2: timestamp is '3000-01-01T00:00:00Z': not a time"),
        (header + "9223372036854775807,5,6,4,5,1\n", ":2: timestamp is '9223372036854775807': not a time"),
        (header + "1577836800,5,6,4,5,0x10\n", ":2: volume is '0x10': not a number"),
        (header + "1577836800,5\u{1B}[31m,6,4,5,1\n", ":2: open is '5\\u{1B}[31m': not a number"),
        (header + steps(40, of: 60) + steps(20, of: 900, from: 1_577_840_400), "the bar does not fit 1m candles"),
        (header + steps(40, of: 900), "the bar does not fit 1m candles"),
        (header + "1577836800,99999999999,99999999999,4,5,1\n", ":2: open is '99999999999': too large"),
    ]

    static func steps(_ count: Int, of seconds: Int, from start: Int = 1_577_836_800) -> String {
        (0..<count).map { "\(start + $0 * seconds),5,6,4,5,1\n" }.joined()
    }

    @Test(arguments: cases)
    func eachGivesOneClearLine(_ text: String, _ expected: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("btcusd_spot_1m.csv", text)
        let error = try #require(throws: CandleFileError.self) { try CandleFile.read(path: path) }
        #expect("\(error)".contains(expected), "\(error)")
        #expect("\(error)".hasPrefix(path) && !"\(error)".contains("\n"))
    }

    @Test func filesThatAreNotThereOrNotWhatTheySay() throws {
        let scratch = try Scratch()
        #expect(throws: CandleFileError.missing(path: "/no/such.csv")) { try CandleFile.read(path: "/no/such.csv") }
        let plain = try scratch.file("btcusd_spot_1m.csv.gz", header + "1577836800,5,6,4,5,1\n")
        #expect(throws: CandleFileError.notGzip(path: plain)) { try CandleFile.read(path: plain) }
        #expect(throws: CandleFileError.self) { try CandleFile.read(path: scratch.path) }
    }

    @Test func truncatedAndDamagedArchives() throws {
        let scratch = try Scratch()
        var text = header
        for candle in randomCandles(5000, seed: 8) {
            text += "\(candle.openTime.seconds),\(candle.open),\(candle.high),\(candle.low),\(candle.close),1\n"
        }
        let packed = try scratch.gzip(try scratch.file("btcusd_spot_1m.csv", text))
        var bytes = try Data(contentsOf: URL(filePath: packed))
        for length in [bytes.count - 1, bytes.count - 8, bytes.count / 2, 20, 5, 1] {
            let path = scratch.path + "/cut_spot_1m.csv.gz"
            try bytes.prefix(length).write(to: URL(filePath: path))
            #expect(throws: CandleFileError.truncated(path: path), "\(length) bytes") {
                try CandleFile.read(path: path)
            }
        }
        bytes[bytes.count / 2] ^= 0xff
        let path = scratch.path + "/bad_spot_1m.csv.gz"
        try bytes.write(to: URL(filePath: path))
        #expect(throws: CandleFileError.self) { try CandleFile.read(path: path) }
    }

    /// Whatever is done to a file, the reader answers with candles or with an error.
    @Test func mutationsNeverTrap() throws {
        let scratch = try Scratch()
        var generator = SeededGenerator(seed: 77)
        var text = header
        for candle in randomCandles(12, seed: 3) {
            text +=
                "\(candle.openTime.seconds),\(candle.open),\(candle.high),\(candle.low),\(candle.close),\(candle.volume)\n"
        }
        let original = Array(text.utf8)
        let alphabet = Array("0123456789.,-+eE\n\r\"TZ:x\0é".utf8)
        for _ in 0..<600 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = alphabet.randomElement(using: &generator)!
                case 1: bytes.remove(at: place)
                default: bytes.insert(alphabet.randomElement(using: &generator)!, at: place)
                }
            }
            let path = scratch.path + "/btcusd_spot_1m.csv"
            try Data(bytes).write(to: URL(filePath: path))
            do {
                let series = try CandleFile.read(path: path)
                #expect(series.allSatisfy { $0.isValid })
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }
}

@Suite struct DataDirectoryTests {
    @Test(arguments: [
        ("btcusd_kraken_spot_15m.csv.gz", "BTC/USD USD kraken spot 15m"),
        ("btcusdt_binance_perp_mark_1h_2019-2023.csv.gz", "BTC/USD USDT binance perp_mark 1h"),
        ("xbtusd_spot_1d.csv", "BTC/USD USD - spot 1d"),
        ("ethusdc_perp_5m_2023.csv", "ETH/USD USDC - perp 5m"),
        ("solusdt_binance_funding_8h_2023.csv.gz", "SOL/USD USDT binance funding 8h"),
        ("BTCUSD_SPOT_1H.CSV", "BTC/USD USD - spot 1h"),
    ])
    func names(_ file: String, _ expected: String) throws {
        let name = try #require(DataFileName(path: "/some/where/" + file))
        let timeframe = name.timeframe?.name ?? "-"
        #expect("\(name.pair) \(name.quote) \(name.venue ?? "-") \(name.kind.rawValue) \(timeframe)" == expected)
    }

    static let unknown: [(file: String, problem: DataFileName.Problem)] = [
        ("README.md", .notATable), ("btcusd_spot_1m.parquet", .notATable), ("btc.csv", .noKind),
        ("btcusd_1m.csv", .noKind), ("spot_btcusd.csv", .kindFirst), ("usd_spot_1m.csv", .noDollarPair("usd")),
        ("btceur_spot_1m.csv", .noDollarPair("btceur")), ("b-tcusd_spot_1m.csv", .noDollarPair("b-tcusd")),
        ("btcusd_spot_7m.csv.gz", .timeframe("7m")), ("btcusd_perp_mark_2d.csv", .timeframe("2d")),
    ]

    @Test(arguments: unknown) func unknownNamesSayWhy(_ file: String, _ problem: DataFileName.Problem) throws {
        #expect(DataFileName(path: file) == nil)
        #expect(throws: problem) { try DataFileName(recognising: file) }
    }

    @Test func aFolderNamesEverythingThatItDoesNotUse() throws {
        let scratch = try Scratch()
        for name in ["deep/deeper", "other"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
        }
        for known in ["btcusd_spot_1m.csv", "other/ethusd_spot.csv"] { _ = try scratch.file(known, "") }
        let unused = Self.unknown.map(\.file) + ["deep/notes.txt", "deep/deeper/solusd_spot_1m.csv", ".hidden"]
        for file in unused { _ = try scratch.file(file, "") }
        let folder = try DataDirectory(scanning: scratch.path)
        #expect(folder.files.map(\.name.pair.base) == ["BTC", "ETH"])
        let reasons = Dictionary(uniqueKeysWithValues: folder.unrecognised.map { ($0.path, $0.reason) })
        for (file, problem) in Self.unknown { #expect(reasons[scratch.path + "/" + file] == problem.description) }
        #expect(reasons[scratch.path + "/deep/notes.txt"] == "not a .csv or .csv.gz file")
        #expect(reasons[scratch.path + "/deep/deeper"] == "a folder this far down is not looked into")
        #expect(reasons.count == Self.unknown.count + 2)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func realFolder() throws {
        let folder = try DataDirectory(scanning: SharedData.path("sample"))
        #expect(folder.files.count == 8 && folder.unrecognised.isEmpty)
        #expect(folder.pairs.map(\.description) == ["BTC/USD", "ETH/USD"])
    }

    @Test func emptyFoldersSayWhatIsWanted() throws {
        let scratch = try Scratch()
        let error = try #require(throws: CandleFileError.self) { try DataDirectory(scanning: scratch.path) }
        #expect("\(error)".contains("found by name"))
        #expect(try DataDirectory(scanning: scratch.path, mayBeEmpty: true).files.isEmpty)
    }
}

/// The finest of those that cover four fifths of the longest.
@Suite struct SpotChoiceTests {
    /// The first and the last bar of a span: gaps do not count.
    private func series(_ timeframe: Timeframe, hours: Int64, from start: Int64 = 0) throws -> CandleSeries {
        var series = CandleSeries(timeframe: timeframe)
        let begin = Timestamp(seconds: 1_577_836_800) + .hours(start)
        let last = begin + .hours(hours) - timeframe.interval
        for time in [begin, last] where series.openTimes.last != time {
            try series.append(
                Candle(openTime: time, open: Price(5), high: Price(6), low: Price(4), close: Price(5), volume: 1))
        }
        return series
    }

    @Test(
        arguments: [
            ([], nil),
            ([(Timeframe.h1, 100, 0)], 0),
            // The finer of two that cover the same.
            ([(.h1, 100, 0), (.m1, 100, 0)], 1), ([(.m1, 100, 0), (.h1, 100, 0)], 0),
            // Exactly four fifths is enough, one bar less is not.
            ([(.h1, 100, 0), (.m15, 80, 0)], 1), ([(.h1, 100, 0), (.h1, 80, 0)], 0),
            ([(.h1, 100, 0), (.m15, 79, 0)], 0),
            // Where in time it lies does not matter, only how much it covers.
            ([(.h1, 100, 0), (.m15, 90, 500)], 1),
            // The finest of those that cover enough, though a finer one that does not is there.
            ([(.m1, 10, 0), (.m15, 95, 0), (.h1, 100, 0), (.m5, 85, 0)], 3),
            // Of the same timeframe the one that covers more; of equals the first.
            ([(.m15, 90, 0), (.m15, 100, 0)], 1), ([(.m15, 100, 0), (.m15, 100, 0)], 0),
            // Ten years of hours are worth more than one of minutes.
            ([(.m1, 8_760, 0), (.h1, 87_600, 0)], 1),
        ] as [([(Timeframe, Int64, Int64)], Int?)])
    func chooses(_ files: [(Timeframe, Int64, Int64)], _ expected: Int?) throws {
        let all = try files.map { try series($0.0, hours: $0.1, from: $0.2) }
        #expect(SpotChoice.best(of: all) == expected)
    }

    @Test func emptySeriesAreNeverChosen() throws {
        #expect(SpotChoice.best(of: [CandleSeries(timeframe: .m1)]) == nil)
        #expect(SpotChoice.best(of: [CandleSeries(timeframe: .m1), try series(.h1, hours: 5)]) == 1)
    }
}

@Suite struct OutputFolderTests {
    @Test func writesAllOrNothing() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/a/b"
        try OutputFolder.write([("one.txt", "1"), ("two.txt", "2")], to: folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["one.txt", "two.txt"])
        // The second file cannot be made: the first must keep its old content, and the new folder goes again.
        #expect(throws: OutputFolder.Failure.self) {
            try OutputFolder.write([("one.txt", "new"), ("new/x.txt", "2"), ("one.txt/three.txt", "3")], to: folder)
        }
        #expect(try String(contentsOfFile: folder + "/one.txt", encoding: .utf8) == "1")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["one.txt", "two.txt"])
    }

    @Test func aNameMayBeginWithAFolder() throws {
        let scratch = try Scratch()
        try OutputFolder.write([("a/one.txt", "1"), ("b/one.txt", "2")], to: scratch.path + "/out/")
        #expect(try String(contentsOfFile: scratch.path + "/out/b/one.txt", encoding: .utf8) == "2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out/a") == ["one.txt"])
    }

    @Test func checkingLeavesNothing() throws {
        let scratch = try Scratch()
        try OutputFolder.check(scratch.path + "/a/b/../c")
        try OutputFolder.check(scratch.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        #expect(throws: OutputFolder.Failure.self) { try OutputFolder.check("") }
        #expect(throws: OutputFolder.Failure.self) { try OutputFolder.check("/proc/trident") }
    }

    @Test func aFolderInTheWayLeavesEverythingAsItWas() throws {
        let scratch = try Scratch()
        try OutputFolder.write([("one.txt", "old")], to: scratch.path)
        try FileManager.default.createDirectory(atPath: scratch.path + "/two.txt", withIntermediateDirectories: true)
        #expect(throws: OutputFolder.Failure.self) {
            try OutputFolder.write([("one.txt", "new"), ("two.txt", "new")], to: scratch.path)
        }
        #expect(try String(contentsOfFile: scratch.path + "/one.txt", encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["one.txt", "two.txt"])
    }

    @Test func aFileInTheWayIsAnError() throws {
        let scratch = try Scratch()
        let path = try scratch.file("taken", "")
        #expect(throws: OutputFolder.Failure.self) { try OutputFolder.write([("x", "y")], to: path + "/sub") }
    }
}
