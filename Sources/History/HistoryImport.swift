import CandleFiles
import Foundation
import Kraken
public import Market

/// What one table brought into the store.
public struct ImportReport: Hashable, Sendable {
    public let source: String
    public let file: String
    public let added: Int
    /// Flat bars put where the source left out intervals without trades.
    public let filled: Int
    /// Rows that were there already and say the same.
    public let known: Int
    /// Rows that were there and say something else. They stay as they were.
    public let conflicts: [Timestamp]
    public let rows: Int
}

/// Brings candles from files into the store: the exchange's own archives, and any table that a candle file can be.
public enum HistoryImport {
    /// Imports the tables of `pairs` from a zip archive of the exchange or a folder with its tables.
    ///
    /// - Parameter timeframes: those wanted; empty takes all that the archive has and that we know.
    public static func archive(
        _ path: String, pairs: [SpotPair], timeframes: [Timeframe], into folder: String,
        watch: (ImportReport) -> Void
    ) throws(HistoryError) {
        var found = 0
        func take(_ name: String, _ contents: () throws(HistoryError) -> [UInt8]) throws(HistoryError) {
            guard let series = series(of: name, pairs: pairs, timeframes: timeframes) else { return }
            found += 1
            let source = path + "/" + name
            let filled = try filledTable(try contents(), timeframe: series.timeframe, path: source)
            watch(
                try merge(
                    filled.table, into: SeriesName(series.pair, .spot(series.timeframe)), folder: folder,
                    source: source, filled: filled.added))
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .archive(path: path, reason: "no such file or folder")
        }
        if isFolder.boolValue {
            for name in try DurableFile.names(in: path) {
                try take(name) { () throws(HistoryError) in try Gzip.contents(of: path + "/" + name) }
            }
        } else {
            let archive = try ZipArchive(path: path)
            for member in archive.members.sorted(by: { $0.name < $1.name }) {
                try take(member.baseName) { () throws(HistoryError) in try archive.contents(of: member) }
            }
        }
        guard found > 0 else {
            let wanted = pairs.map { "\(altname($0))_60.csv" }.joined(separator: ", ")
            throw .archive(path: path, reason: "no table of these markets; they are named such as \(wanted)")
        }
    }

    /// Imports one table in any form that candle files may have.
    public static func table(
        _ path: String, as name: (Timeframe) -> SeriesName, timeframe: Timeframe?, into folder: String
    ) throws(HistoryError) -> ImportReport {
        let series: CandleSeries
        do {
            series = try CandleFile.read(path: path, timeframe: timeframe)
        } catch {
            throw .archive(path: path, reason: "\(error)")
        }
        var text: [UInt8] = []
        for candle in series {
            text += StoredRow(candle).line.utf8
            text.append(UInt8(ascii: "\n"))
        }
        let target = name(series.timeframe)
        let table = try RowTable(bytes: text, path: path, hasHeader: false)
        return try merge(table, into: target, folder: folder, source: path, filled: 0)
    }

    /// The name of a market in the archive: built from the common one, never taken apart.
    static func altname(_ pair: SpotPair) -> String {
        CoinName.exchange(pair.base) + CoinName.exchange(pair.quote)
    }

    private static func series(
        of name: String, pairs: [SpotPair], timeframes: [Timeframe]
    ) -> (pair: SpotPair, timeframe: Timeframe)? {
        for pair in pairs {
            for timeframe in timeframes.isEmpty ? Timeframe.allCases.filter({ $0 != .w1 }) : timeframes {
                let stem = "\(altname(pair))_\(timeframe.minutes).csv"
                if name == stem || name == stem + ".gz" { return (pair, timeframe) }
            }
        }
        return nil
    }

    private static func merge(
        _ table: RowTable, into name: SeriesName, folder: String, source: String, filled: Int
    ) throws(HistoryError) -> ImportReport {
        // Takes up what an interrupted download left before the table is read.
        let store = try SeriesStore(name, in: folder)
        let old = DurableFile.exists(store.path) ? try RowTable(path: store.path) : nil
        let merged = TableMerge(old: old, new: table)
        if merged.added > 0 {
            let header = old?.header ?? name.header
            let member = try Gzip.member(Array((header + "\n").utf8) + merged.bytes)
            try DurableFile.replace(store.path, with: [member])
        }
        return ImportReport(
            source: source, file: store.path, added: merged.added, filled: filled, known: merged.known,
            conflicts: merged.conflicts, rows: (old?.rows.count ?? 0) + merged.added)
    }
}
