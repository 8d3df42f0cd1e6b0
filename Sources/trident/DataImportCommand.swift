import ArgumentParser
import Foundation
import History
import Market

extension DataCommand {
    enum ImportKind: String, ExpressibleByArgument, CaseIterable {
        case spot
        case perp
        case mark
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring candles from Kraken's downloadable archive or from any table into a data folder.",
            discussion: """
                A zip archive or a folder is searched for tables named as Kraken names them (XBTUSD_60.csv). A single \
                csv or csv.gz file may have any form that candle files have. What the folder has already stays as it \
                is; differences are told.
                """)

        @Argument(help: ArgumentHelp("Zip archive, folder or csv file.", valueName: "source")) var source: String
        @Option(help: ArgumentHelp("Folder for data files.", valueName: "folder")) var data: String
        @Option(help: ArgumentHelp("Market such as BTC/USD; may be repeated.", valueName: "pair"))
        var symbol: [String] = []
        @Option(help: ArgumentHelp("Length of the candles; may be repeated. All by default.", valueName: "length"))
        var timeframe: [String] = []
        @Option(help: "What a single table is: spot, perp or mark.") var kind: ImportKind = .spot
        @Option(help: ArgumentHelp("Where a single table comes from, for its name.", valueName: "name"))
        var venue = "kraken"
        @OptionGroup var output: OutputOptions

        func run() throws {
            let pairs = try pairs(symbol)
            let timeframes = try timeframe.map { try length($0) }
            try reporting {
                if isTable {
                    try importTable(pairs, timeframes)
                } else {
                    try HistoryImport.archive(source, pairs: pairs, timeframes: timeframes, into: data, watch: tell)
                }
            }
        }

        private var isTable: Bool {
            [".csv", ".csv.gz"].contains { source.lowercased().hasSuffix($0) }
        }

        private func importTable(_ pairs: [SpotPair], _ timeframes: [Timeframe]) throws {
            guard pairs.count == 1, timeframes.count < 2 else {
                throw CommandFailure("a single table is of one market and one timeframe", code: .badInput)
            }
            guard !venue.isEmpty, venue.allSatisfy({ $0.isLetter && $0.isLowercase && $0.isASCII }) else {
                throw CommandFailure("--venue '\(venue)' must be lower-case letters", code: .badInput)
            }
            let report = try HistoryImport.table(
                source,
                as: { timeframe in
                    let series: SeriesName.Kind =
                        switch kind {
                        case .spot: .spot(timeframe)
                        case .perp: .perpetual(timeframe)
                        case .mark: .mark(timeframe)
                        }
                    return SeriesName(pairs[0], series, venue: venue)
                }, timeframe: timeframes.first, into: data)
            tell(report)
        }

        private func tell(_ report: ImportReport) {
            Terminal.result(
                "\(report.file): \(report.added) new rows from \(report.source) (\(report.filled) of them intervals "
                    + "without trades), \(report.known) known already, \(report.rows) in all\n")
            guard let first = report.conflicts.first else { return }
            Terminal.notice(
                "\(report.file): \(report.conflicts.count) rows differ from \(report.source), the first of \(first); "
                    + "they stay as they are")
        }
    }
}
