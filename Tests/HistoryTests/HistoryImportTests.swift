import CandleFiles
import Foundation
import Kraken
import Market
import Synchronization
import TestSupport
import Testing
import Venue
import Wire

@testable import History

@Suite struct HistoryImportTests {
    static let rows = """
        1775001600,2103.25,2115.26,2095.55,2112.38,1259.76951889,761
        1775005200,2112.38,2113.00,2100.10,2101.00,10.5,20
        1775016000,2101.50,2102.00,2101.00,2101.25,1,2

        """

    func pair() throws -> SpotPair { try #require(SpotPair("ETH/USD")) }

    /// A zip file of these members; deflated ones hold the raw stream of a gzip member.
    func zip(_ members: [(name: String, text: String, deflated: Bool)]) throws -> [UInt8] {
        func little(_ value: UInt32, _ bytes: Int) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
        }
        var body: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let text = Array(member.text.utf8)
            let data = member.deflated ? Array(try Gzip.member(text).dropFirst(10).dropLast(8)) : text
            let common =
                little(20, 2) + little(0, 2) + little(member.deflated ? 8 : 0, 2) + little(0, 4)
                + little(Gzip.checksum(text), 4) + little(UInt32(data.count), 4) + little(UInt32(text.count), 4)
                + little(UInt32(member.name.utf8.count), 2) + little(0, 2)
            directory +=
                little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 10 - 2) + little(0, 2)
                + little(UInt32(body.count), 4) + Array(member.name.utf8)
            body += little(0x0403_4B50, 4) + common + Array(member.name.utf8) + data
        }
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(UInt32(members.count), 2) + little(UInt32(members.count), 2)
            + little(UInt32(directory.count), 4) + little(UInt32(body.count), 4) + little(0, 2)
        return body + directory + end
    }

    func run(_ bytes: [UInt8], _ folder: ScratchFolder) throws -> [ImportReport] {
        let path = folder.path + "/archive.zip"
        try Data(bytes).write(to: URL(filePath: path))
        var reports: [ImportReport] = []
        try HistoryImport.archive(path, pairs: [try pair()], timeframes: [], into: folder.path) { reports.append($0) }
        return reports
    }

    @Test(arguments: [false, true]) func anArchiveIsFilledLikeREST(deflated: Bool) throws {
        let folder = try ScratchFolder()
        let bytes = try zip([
            ("master_q4/ETHUSD_60.csv", Self.rows, deflated), ("master_q4/XBTUSD_60.csv", "not wanted", false),
            ("ETHUSD_720.csv", "not known", false), ("MANIFEST.json", "{}", false),
        ])
        let reports = try run(bytes, folder)
        #expect(reports.count == 1)
        #expect(reports[0].added == 5 && reports[0].filled == 2 && reports[0].rows == 5)
        let candles = Array(try CandleFile.read(path: folder.path + "/ethusd_kraken_spot_1h.csv.gz"))
        #expect(candles.map { $0.openTime.seconds - 1_775_001_600 } == [0, 3600, 7200, 10_800, 14_400])
        #expect(candles[0].volume == 1259.76951889)
        let quiet = try Price("2101.00")
        #expect(
            candles[2]
                == Candle(
                    openTime: Timestamp(seconds: 1_775_008_800), open: quiet, high: quiet, low: quiet, close: quiet,
                    volume: 0))
        let again = try run(bytes, folder)
        #expect(again[0].added == 0 && again[0].known == 5 && again[0].conflicts.isEmpty)
    }

    @Test func quartersJoinAndWhatIsThereStays() throws {
        let folder = try ScratchFolder()
        _ = try run(try zip([("ETHUSD_60.csv", Self.rows, true)]), folder)
        let earlier = """
            1774998000,2100,2104,2099,2103.25,5,3
            1775001600,2103.250,2115.26,2095.55,2112.38,1259.76951889,761
            1775005200,2112.38,2113.00,2100.10,2101.00,10.6,20

            """
        let report = try run(try zip([("ETHUSD_60.csv", earlier, true)]), folder)[0]
        #expect(report.added == 1 && report.known == 1)
        #expect(report.conflicts == [Timestamp(seconds: 1_775_005_200)])
        let candles = try CandleFile.read(path: report.file)
        #expect(candles.count == 6)
        #expect(candles[2].volume == 10.5)
    }

    @Test(arguments: [
        ("1775001600,2103.25,2115.26,2116.00,2112.38,1,1\n", "candle"),
        ("1775001601,2103.25,2115.26,2095.55,2112.38,1,1\n", "candle"),
        ("1775001600,2103.25,2115.26,2095.55,2112.38\n", "columns"),
        ("1775001600,x,2115.26,2095.55,2112.38,1,1\n", "number"),
        ("1775001600,1,1,1,1,1,1\n1775001600,1,1,1,1,1,1\n", "after"),
        ("", "no candles"),
    ])
    func badTablesAreRefused(text: String, word: String) throws {
        let folder = try ScratchFolder()
        let bytes = try zip([("ETHUSD_60.csv", text, false)])
        let error = #expect(throws: HistoryError.self) { try run(bytes, folder) }
        #expect("\(try #require(error))".contains(word))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/ethusd_kraken_spot_1h.csv.gz"))
    }

    /// Cut and changed in any place, an archive is refused or read right: never a trap, never another table.
    @Test func damagedArchivesAreRefused() throws {
        let folder = try ScratchFolder()
        let bytes = try zip([("ETHUSD_60.csv", Self.rows, true), ("ETHUSD_1440.csv", "", false)])
        let path = folder.path + "/archive.zip"
        var generator = SeededGenerator(seed: 8)
        for step in 0..<400 {
            var damaged = bytes
            if step % 2 == 0 {
                damaged = Array(damaged.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
            } else {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(
                    in: 1...255, using: &generator)
            }
            try Data(damaged).write(to: URL(filePath: path))
            guard let archive = try? ZipArchive(path: path) else { continue }
            for member in archive.members where member.baseName == "ETHUSD_60.csv" {
                if let contents = try? archive.contents(of: member) { #expect(contents == Array(Self.rows.utf8)) }
            }
        }
        try Data("no zip".utf8).write(to: URL(filePath: path))
        #expect(throws: HistoryError.self) { try ZipArchive(path: path) }
        #expect(throws: HistoryError.self) { try ZipArchive(path: folder.path + "/none.zip") }
    }

    @Test func anyTableAndAFolderOfTables() throws {
        let folder = try ScratchFolder()
        let table = folder.path + "/mine.csv"
        try Data(
            "date,open,high,low,close,volume\n2024-01-01T00:00:00Z,1,2,1,2,3\n2024-01-01T00:05:00Z,2,2,2,2,0\n".utf8
        )
        .write(to: URL(filePath: table))
        let pair = try pair()
        let report = try HistoryImport.table(
            table, as: { SeriesName(pair, .spot($0), venue: "mine") }, timeframe: nil, into: folder.path)
        #expect(report.file.hasSuffix("/ethusd_mine_spot_5m.csv.gz"))
        #expect(try CandleFile.read(path: report.file).count == 2)
        let source = try ScratchFolder()
        try Data(Self.rows.utf8).write(to: URL(filePath: source.path + "/ETHUSD_60.csv"))
        var reports: [ImportReport] = []
        try HistoryImport.archive(source.path, pairs: [pair], timeframes: [.h1], into: folder.path) {
            reports.append($0)
        }
        #expect(reports.map(\.added) == [5])
        #expect(throws: HistoryError.self) {
            try HistoryImport.archive(source.path, pairs: [pair], timeframes: [.m1], into: folder.path) { _ in }
        }
    }

    /// A download goes on where an archive ends.
    @Test func aDownloadContinuesAnImport() async throws {
        let trades = FakeKraken.randomTrades(3_000, from: SpotDownloadTests.start, seed: 40)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        let bars = FakeKraken.bars(trades, .m1, until: exchange.now)
        let folder = try ScratchFolder()
        let half = bars.prefix(300).filter { $0.trades > 0 }.map { StoredRow($0).line + "\n" }.joined()
        let report = try run(try zip([("ETHUSD_1.csv", half, true)]), folder)[0]
        var runner = HistoryRunner(exchange)
        let download = try await runner.downloadSpot(
            try pair(), .m1, from: nil, into: folder.path
        ) { _, _ in }
        #expect(report.file == download.file)
        let isWhole = Array(try CandleFile.read(path: report.file)) == bars.map(\.candle)
        #expect(isWhole)
    }

    @Test func onlyOneWriterAtATime() throws {
        let folder = try ScratchFolder()
        let name = SeriesName(try pair(), .spot(.h1))
        let store = try SeriesStore(name, in: folder.path)
        #expect(throws: HistoryError.self) { try SeriesStore(name, in: folder.path) }
        #expect(store.rows == 0)
    }

    @Test func contractTermsAreKeptWhenTheyChange() async throws {
        func answer(_ cap: String) -> HTTPResponse {
            HTTPResponse(
                status: 200,
                body: Array(
                    (#"{"result":"success","instruments":[{"symbol":"PF_XBTUSD","type":"flexible_futures","tickSize":1,"#
                        + #""contractSize":1,"tradeable":true,"contractValueTradePrecision":4,"base":"BTC","#
                        + #""quote":"USD","maxRelativeFundingRate":"# + cap
                        + #"}],"serverTime":"2026-09-25T17:43:59.000Z"}"#).utf8))
        }
        let exchange = FakeKraken(now: SpotDownloadTests.start)
        exchange.state.withLock { $0.faults = [1: answer("0.005"), 2: answer("0.005"), 3: answer("0.01")] }
        let folder = try ScratchFolder()
        var runner = HistoryRunner(exchange)
        let first = try await runner.archiveInstruments(into: folder.path)
        #expect(first.contracts.map(\.symbol.description) == ["PF_XBTUSD"])
        let file = try #require(first.file)
        #expect(try await runner.archiveInstruments(into: folder.path).file == nil)
        let third = try #require(try await runner.archiveInstruments(into: folder.path).file)
        #expect(third != file)
        let kept = try JSONValue(try Gzip.contents(of: third))
        #expect(kept.array?.first?["maxRelativeFundingRate"]?.digits == "0.01")
    }
}
