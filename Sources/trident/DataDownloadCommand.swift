import ArgumentParser
import CandleFiles
import Foundation
import History
import Kraken
import Market
import Venue

extension DataCommand {
    enum DownloadKind: String, ExpressibleByArgument, CaseIterable {
        case spot
        case perp
        case mark
        case funding
    }

    struct Download: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Fetch candles and funding from Kraken's public interfaces; a second run fetches only what is new.",
            discussion: """
                Spot candles older than the 720 that Kraken keeps are made from trades: about one request a second for \
                1000 trades, hours for a year of a busy market. It may be interrupted at any time and goes on where it \
                was. For years of history import Kraken's downloadable archive first.
                """)

        @Option(help: ArgumentHelp("Folder for data files.", valueName: "folder")) var data: String
        @Option(help: ArgumentHelp("Market such as BTC/USD; may be repeated.", valueName: "pair"))
        var symbol: [String] = []
        @Option(help: "spot, perp, mark or funding; may be repeated.") var kind: [DownloadKind] = [.spot]
        @Option(help: ArgumentHelp("Length of the candles: 1m to 1d.", valueName: "length"))
        var timeframe = "1m"
        @Option(
            help: ArgumentHelp(
                "Where an empty series starts; without it, spot has the latest 720 candles and perpetuals begin with "
                    + "their listing.", valueName: "time"))
        var from: String?
        @OptionGroup var kraken: KrakenOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let job = DownloadJob(
                data: data, pairs: try pairs(symbol), timeframe: try length(timeframe),
                from: try from.map { try time($0, "--from") }, quiet: output.quiet)
            try job.run(kind, kraken)
        }
    }

    struct Archive: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep what Kraken shows only for a while: contract terms, hourly funding, perpetual candles.",
            discussion: """
                Kraken answers with about one year of funding, with the contract terms of today only, and switches \
                these interfaces off on 1 March 2027. Run it daily; it fetches only what is new.
                """)

        @Option(help: ArgumentHelp("Folder for data files.", valueName: "folder")) var data: String
        @Option(help: ArgumentHelp("Market such as BTC/USD; may be repeated.", valueName: "pair"))
        var symbol: [String] = ["BTC/USD", "ETH/USD"]
        @Option(help: ArgumentHelp("Length of the candles: 1m to 1d.", valueName: "length"))
        var timeframe = "1m"
        @Option(help: ArgumentHelp("Where an empty series starts.", valueName: "time")) var from: String?
        @OptionGroup var kraken: KrakenOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let job = DownloadJob(
                data: data, pairs: try pairs(symbol), timeframe: try length(timeframe),
                from: try from.map { try time($0, "--from") }, quiet: output.quiet)
            try job.run([.funding, .mark, .perp], kraken, keepsTerms: true)
        }
    }

    static func pairs(_ texts: [String]) throws(CommandFailure) -> [SpotPair] {
        guard !texts.isEmpty else {
            throw CommandFailure("name at least one market, such as --symbol BTC/USD", code: .badInput)
        }
        return try texts.map { text throws(CommandFailure) in
            guard let pair = SpotPair(text) else {
                throw CommandFailure("--symbol '\(text)' is no market such as BTC/USD", code: .badInput)
            }
            return pair
        }
    }

    static func length(_ text: String) throws(CommandFailure) -> Timeframe {
        guard let timeframe = Timeframe(name: text) else {
            let names = Timeframe.allCases.map(\.name).joined(separator: ", ")
            throw CommandFailure("--timeframe '\(text)' is none of \(names)", code: .badInput)
        }
        return timeframe
    }

    static func time(_ text: String, _ option: String) throws(CommandFailure) -> Timestamp {
        guard let time = Timestamp(dateOrTime: text) else {
            throw CommandFailure(
                "\(option) '\(text)' is no time such as 2024-01-01 or 2024-01-01T12:00:00Z", code: .badInput)
        }
        return time
    }

    /// Bad requests are the user's, everything else is a failure.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as HistoryError {
            switch error {
            case .refused, .archive, .unavailable, .damaged: throw CommandFailure.input(error)
            case .noAnswer, .stuck, .implausible, .file: throw CommandFailure("\(error)")
            }
        }
    }
}

/// What is to be fetched, and the words about it.
struct DownloadJob: Sendable {
    let data: String
    let pairs: [SpotPair]
    let timeframe: Timeframe
    let from: Timestamp?
    let quiet: Bool

    func run(
        _ kinds: [DataCommand.DownloadKind], _ kraken: KrakenOptions, keepsTerms: Bool = false
    ) throws {
        let pace = try kraken.pace()
        let world = try KrakenWorld(kraken)
        try DataCommand.reporting {
            try waiting {
                do {
                    try await fetchAll(kinds, HistoryRunner(world, pace: pace), keepsTerms: keepsTerms)
                } catch {
                    await world.close()
                    throw error
                }
                await world.close()
            }
        }
    }

    private func fetchAll(
        _ kinds: [DataCommand.DownloadKind], _ runner: HistoryRunner<KrakenWorld>, keepsTerms: Bool
    ) async throws {
        var runner = runner
        var contracts: [Derivatives.InstrumentEntry] = []
        if keepsTerms {
            let kept = try await runner.archiveInstruments(into: data)
            contracts = kept.contracts
            Terminal.result((kept.file.map { "\($0): new contract terms" } ?? "contract terms: unchanged") + "\n")
        } else if kinds.contains(where: { $0 != .spot }) {
            contracts = try await runner.ask(.instruments, for: Derivatives.Instruments.self).instruments
        }
        for pair in pairs {
            for kind in kinds {
                let report = try await fetch(kind, pair, contracts, &runner)
                if !quiet, Terminal.isInteractive { Terminal.status("") }
                tell(report)
            }
        }
    }

    private func fetch(
        _ kind: DataCommand.DownloadKind, _ pair: SpotPair, _ contracts: [Derivatives.InstrumentEntry],
        _ runner: inout HistoryRunner<KrakenWorld>
    ) async throws(HistoryError) -> DownloadReport {
        let watch: HistoryRunner<KrakenWorld>.Watch = { progress, now in show("\(pair) \(kind.rawValue)", progress, now)
        }
        if kind == .spot {
            return try await runner.downloadSpot(pair, timeframe, from: from, into: data, watch: watch)
        }
        let (id, listed) = try perpetual(of: pair, contracts)
        let start = max(from ?? .distantPast, listed ?? Timestamp(seconds: 1_640_995_200))
        switch kind {
        case .funding: return try await runner.downloadFunding(pair, id, into: data)
        case .mark:
            return try await runner.downloadChart(pair, id, .mark, timeframe, from: start, into: data, watch: watch)
        case .perp, .spot:
            return try await runner.downloadChart(pair, id, .trade, timeframe, from: start, into: data, watch: watch)
        }
    }

    /// The linear perpetual on a market, and when it was listed.
    private func perpetual(
        of pair: SpotPair, _ contracts: [Derivatives.InstrumentEntry]
    ) throws(HistoryError) -> (InstrumentID, Timestamp?) {
        let table: PerpetualTable
        do {
            table = try PerpetualTable(contracts.compactMap { ListedContract($0) })
        } catch {
            throw .unavailable("\(error)")
        }
        guard let id = table[pair] else { throw .unavailable("Kraken lists no linear perpetual on \(pair)") }
        return (id, contracts.first { $0.symbol == id }?.openingDate)
    }

    private func show(_ name: String, _ progress: ProgressEstimate, _ now: Timestamp) {
        guard !quiet else { return }
        let share = progress.share(at: now)
        let left = progress.remaining(at: now).map { share >= 1 ? "" : ", \(text($0)) left" } ?? ""
        let line = String(
            format: "\(name) %5.1f %%, at \(progress.reached.rfc3339Minute), %.2f requests/s\(left)", share * 100,
            progress.rate(at: now))
        if Terminal.isInteractive {
            Terminal.status(line)
        } else if progress.requests % 60 == 0 {
            Terminal.line(line)
        }
    }

    private func text(_ interval: Interval) -> String {
        let seconds = interval.nanoseconds / 1_000_000_000
        if seconds < 120 { return "\(seconds) s" }
        return seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }

    private func tell(_ report: DownloadReport) {
        var text = "\(report.file): \(report.added) new rows, \(report.rows) in all, \(report.requests) requests"
        if report.compared > 0 { text += ", \(report.compared) bars from trades equal Kraken's candles" }
        Terminal.result(text + "\n")
        for hole in report.holes.prefix(20) {
            Terminal.notice(
                "\(report.file): Kraken gives no trades between \(hole.after) and \(hole.before), before \(hole.time)")
        }
        for time in report.differing.prefix(20) {
            Terminal.notice("\(report.file): the bar of \(time) made from trades is not Kraken's candle")
        }
    }
}

extension Timestamp {
    fileprivate var rfc3339Minute: String { String(description.prefix(16)) }
}
