import ArgumentParser
import CandleFiles
import Exchange
import Foundation
import Market
import Reports
import Research
import TridentConfiguration
import Venue

struct BacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Run the trader over past candles against the simulated exchange.",
        discussion: """
            Without --data it runs on the embedded demo market, which is synthetic. A data folder is read by file names; \
            `trident data list` shows what is found. Times are UTC; a plain end date is included.
            """)

    @Option(help: ArgumentHelp("First day, as 2023-01-01 or an RFC 3339 time.", valueName: "time")) var start: String?
    @Option(help: ArgumentHelp("Last day (included) or end time.", valueName: "time")) var end: String?
    @Option(
        name: .customLong("symbol"), parsing: .singleValue,
        help: ArgumentHelp("Spot market such as BTC/USD; may be repeated. Default: all.", valueName: "pair"))
    var symbols: [String] = []
    @Option(help: ArgumentHelp("Folder with market data. Default: the demo market.", valueName: "folder")) var data:
        String?
    @Option(
        help: ArgumentHelp(
            "Write summary.json, trades.csv, equity.csv, decisions.jsonl and report.html.", valueName: "folder"))
    var out: String?
    @Option(help: "text or json") var format: Format = .text
    @Option(help: "Path inside a bar: worst, likely, best, or all side by side. Default: the configuration's.")
    var path: PathChoice?
    @Flag(help: "Prove that nothing depends on the future: re-run on truncated data and compare.") var audit = false
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    enum PathChoice: String, ExpressibleByArgument, CaseIterable {
        case worst
        case likely
        case best
        case all
    }

    func run() throws {
        let settings = try source.settings(path.map { $0 == .all ? [] : ["simulation.path=\($0.rawValue)"] } ?? [])
        let backtest = try backtest(settings)
        if let out { try Output.check(out) }
        let markets = try markets(settings)
        if audit {
            try runAudit(backtest, markets)
        } else if path == .all {
            try runBounded(markets)
        } else {
            let result = try result(backtest, markets)
            if let out { try Output.write(result.files, to: out) }
            switch format {
            case .text: Terminal.result(result.text)
            case .json: Terminal.result(result.summary.pretty)
            }
            if let out, !output.quiet { Terminal.line("report: \(out)/report.html") }
        }
    }

    // MARK: Inputs

    private func backtest(_ settings: Settings) throws -> Backtest {
        do {
            var configuration = settings.backtestConfiguration()
            configuration.start = try start.map { try instant($0, isEnd: false) }
            configuration.end = try end.map { try instant($0, isEnd: true) }
            if let first = configuration.start, let last = configuration.end, last <= first {
                throw CommandFailure(
                    "--end \(end ?? "") is before --start \(start ?? ""); swap them or leave one out", code: .badInput)
            }
            var backtest = Backtest(
                configuration, risk: try settings.riskParameters(), trading: try settings.tradingParameters(),
                strategy: try settings.strategyConfiguration())
            backtest.workforce = Processors()
            return backtest
        } catch let error as ConfigurationError {
            throw CommandFailure.input(error)
        }
    }

    private func instant(_ text: String, isEnd: Bool) throws -> Timestamp {
        guard let time = Timestamp(dateOrTime: text) else {
            throw CommandFailure("'\(text)' is no time; write 2023-01-31 or 2023-01-31T12:00:00Z", code: .badInput)
        }
        return isEnd && text.utf8.count == 10 ? time + .days(1) : time
    }

    private func markets(_ settings: Settings) throws -> [MarketHistory] {
        let wanted = try symbols.map { text in
            guard let pair = SpotPair(text.uppercased()) else {
                throw CommandFailure("'\(text)' is no spot pair; write BTC/USD", code: .badInput)
            }
            return pair
        }
        let pairs = wanted.isEmpty ? settings[AccountSettings.symbols] : wanted
        guard let data else { return try demoMarkets(settings, pairs) }
        let folder = try asInput { () throws(CandleFileError) in try DataDirectory(scanning: data) }
        if output.verbose { Terminal.line("reading \(folder.files.count) files") }
        let loaded = try MarketLoading(folder: folder, wanted: pairs, settings: settings).load()
        if !output.quiet { for notice in loaded.notices { Terminal.notice(notice) } }
        return loaded.markets
    }

    private func demoMarkets(_ settings: Settings, _ wanted: [SpotPair]) throws -> [MarketHistory] {
        let parameters = try asInput { () throws(ConfigurationError) in try settings.demoMarketParameters() }
        for pair in wanted where !parameters.pairs.contains(pair) {
            throw CommandFailure(
                "the demo market has no \(pair); it has \(parameters.pairs.map(\.description).joined(separator: ", "))",
                code: .badInput)
        }
        if !output.quiet {
            Terminal.notice("no --data given: this is the embedded demo market, synthetic from end to end")
        }
        let histories = DemoMarket(parameters).histories { pair in
            KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
        }
        return wanted.isEmpty ? histories : histories.filter { wanted.contains($0.pair) }
    }

    private func asInput<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw CommandFailure.input(error)
        }
    }

    // MARK: Running

    private func withProgress<Result>(
        _ markets: [MarketHistory], _ body: ((BacktestProgress) -> Void) throws(BacktestError) -> Result
    ) throws -> Result {
        var bar = Progress("backtest", quiet: output.quiet)
        defer { bar.finish() }
        do {
            return try body { step in
                switch step.stage {
                case .warmUp: break
                case .trading: bar.update(done: step.bars, of: step.total)
                case .baseline(let run, let count): bar.update(done: run, of: count)
                }
            }
        } catch {
            bar.finish()
            throw CommandFailure("\(error)" + remedy(for: error, markets), code: error.code)
        }
    }

    private func remedy(for error: BacktestError, _ markets: [MarketHistory]) -> String {
        guard case .nothingInSpan = error, let first = markets.compactMap(\.spot.candles.openTimes.first).min(),
            let last = markets.compactMap(\.spot.candles.openTimes.last).max()
        else { return "" }
        return "; the data has candles from \(first) to \(last): choose --start and --end in between"
    }

    private func result(_ backtest: Backtest, _ markets: [MarketHistory]) throws -> BacktestResult {
        try withProgress(markets) { (progress: (BacktestProgress) -> Void) throws(BacktestError) in
            try backtest.run(markets, progress: progress)
        }
    }

    /// One run with each model of the path inside a bar: together they bound the result.
    private func runBounded(_ markets: [MarketHistory]) throws {
        let results = try PathModel.allCases.map { model in
            let settings = try source.settings(["simulation.path=\(model.rawValue)"])
            return (name: model.rawValue, result: try result(try backtest(settings), markets))
        }
        if let out {
            let files = results.flatMap { run in run.result.files.map { (run.name + "/" + $0.name, $0.content) } }
            try Output.write(files, to: out)
        }
        switch format {
        case .text: Terminal.result(BacktestResult.sideBySide(results))
        case .json: Terminal.result(JSON.object(results.map { ($0.name, $0.result.summary) }).pretty)
        }
        if let out, !output.quiet {
            for run in results { Terminal.line("report: \(out)/\(run.name)/report.html") }
        }
    }

    private func runAudit(_ backtest: Backtest, _ markets: [MarketHistory]) throws {
        let audit = try withProgress(markets) { (progress: (BacktestProgress) -> Void) throws(BacktestError) in
            try LookaheadAudit.run(backtest, markets, progress: progress)
        }
        switch format {
        case .text: Terminal.result(audit.text)
        case .json: Terminal.result(audit.json.pretty)
        }
        guard audit.passed else { throw CommandFailure("the result depends on the future: it is void") }
    }
}

extension BacktestError {
    /// Whether the user's input or the program is to blame.
    fileprivate var code: Code {
        switch self {
        case .noMarkets, .duplicateMarket, .tooCoarse, .doesNotDivide, .nothingInSpan, .spreadNotNamed, .limits:
            .badInput
        case .tradedInWarmUp, .notConserved, .stillOpen: .failed
        }
    }
}
