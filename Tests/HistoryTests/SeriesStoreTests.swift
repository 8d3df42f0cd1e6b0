import CandleFiles
import Foundation
import Kraken
import Market
import TestSupport
import Testing
import Venue

@testable import History

@Suite struct SeriesStoreTests {
    func name() throws -> SeriesName { SeriesName(try #require(SpotPair("BTC/USD")), .spot(.m1)) }

    func rows(_ range: Range<Int>) -> [StoredRow] {
        range.map { StoredRow(.flat(at: Timestamp(seconds: Int64($0) * 60), price: Price(100 + $0))) }
    }

    func path(_ folder: ScratchFolder) -> String { folder.path + "/btcusd_kraken_spot_1m.csv.gz" }

    /// As after a crash: the old one is gone, and with it its lock.
    func reopen(_ store: inout SeriesStore?, _ folder: ScratchFolder) throws {
        store = nil
        store = try SeriesStore(try name(), in: folder.path)
    }

    func table(_ folder: ScratchFolder) throws -> [Int] {
        try CandleFile.read(path: folder.path + "/" + (try name()).file).map { Int($0.openTime.seconds / 60) }
    }

    @Test func namesAreFoundByEveryCommand() throws {
        let pair = try #require(SpotPair("BTC/USD"))
        let kinds: [(SeriesName.Kind, DataFileName.Kind, Timeframe)] = [
            (.spot(.m15), .spot, .m15), (.perpetual(.h1), .perpetual, .h1), (.mark(.m1), .mark, .m1),
            (.funding, .funding, .h1),
        ]
        for (kind, recognised, timeframe) in kinds {
            let name = try #require(DataFileName(path: SeriesName(pair, kind).file))
            #expect(name.pair == pair)
            #expect(name.kind == recognised)
            #expect(name.timeframe == timeframe)
            #expect(name.venue == "kraken")
        }
    }

    @Test func rowsAppearWhenPublishedAndFollowOn() throws {
        let folder = try ScratchFolder()
        var store: SeriesStore?
        try reopen(&store, folder)
        try store?.append(rows(1..<4), memo: "a")
        #expect(!FileManager.default.fileExists(atPath: path(folder)))
        try store?.publish()
        #expect(try table(folder) == [1, 2, 3])
        try store?.append(rows(4..<5), memo: "b")
        try store?.publish()
        try reopen(&store, folder)
        #expect(store?.memo == "b")
        #expect(store?.rows == 4)
        #expect(store?.last?.time == Timestamp(seconds: 240))
        #expect(throws: HistoryError.self) { try store?.append(rows(4..<6), memo: "c") }
        try store?.append(rows(5..<7), memo: "d")
        try store?.publish()
        #expect(try table(folder) == [1, 2, 3, 4, 5, 6])
    }

    /// Power may fail between any two writes: whatever was acknowledged is there afterwards, once.
    @Test(arguments: 0..<40) func crashesLoseNothing(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let folder = try ScratchFolder()
        let journal = folder.path + "/." + (try name()).file + ".journal"
        var next = 1
        var store: SeriesStore?
        try reopen(&store, folder)
        for _ in 0..<12 {
            let count = Int.random(in: 0...3, using: &generator)
            try store?.append(rows(next..<next + count), memo: "\(next + count)")
            next += count
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: try store?.publish()
            case 1:
                // A crash while more was written to the journal than the cursor knows.
                if let handle = FileHandle(forWritingAtPath: journal) {
                    try handle.seekToEnd()
                    try handle.write(contentsOf: Data("9999999,half a li".utf8))
                    try handle.close()
                }
                try reopen(&store, folder)
            case 2:
                // A crash after the table was published but before the cursor and the journal were.
                let cursor = folder.path + "/." + (try name()).file + ".cursor"
                let saved = (try? Data(contentsOf: URL(filePath: journal)), try Data(contentsOf: URL(filePath: cursor)))
                try store?.publish()
                if let bytes = saved.0 { try bytes.write(to: URL(filePath: journal)) }
                try saved.1.write(to: URL(filePath: cursor))
                try reopen(&store, folder)
            default: try reopen(&store, folder)
            }
            #expect(store?.rows == next - 1)
            #expect(store?.memo == "\(next)")
        }
        try store?.publish()
        if next > 1 { #expect(try table(folder) == Array(1..<next)) }
    }

    @Test func damageIsNamed() throws {
        let folder = try ScratchFolder()
        var store: SeriesStore?
        try reopen(&store, folder)
        try store?.append(rows(1..<400), memo: "")
        try store?.publish()
        let whole = try Data(contentsOf: URL(filePath: path(folder)))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: path(folder)))
        #expect(throws: HistoryError.self) { try SeriesStore(try name(), in: folder.path) }
        try Data("timestamp,open\nabc,1\n".utf8).write(to: URL(filePath: path(folder)))
        #expect(throws: HistoryError.self) { try SeriesStore(try name(), in: folder.path) }
    }

    @Test func volumesReadBackTheSame() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<1000 {
            let volume = Double(Int64.random(in: 0...1_000_000_000_000, using: &generator)) / 1e8
            let bar = SpotBar(
                openTime: Timestamp(seconds: 60), open: Price(1), high: Price(1), low: Price(1), close: Price(1),
                vwap: Price(1), volume: volume, trades: 1)
            #expect(Double(StoredRow(bar).line.split(separator: ",")[5]) == volume)
        }
    }
}
