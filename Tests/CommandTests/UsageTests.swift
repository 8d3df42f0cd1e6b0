import Foundation
import Testing

/// What can be wrong with a command line and with settings.
@Suite struct UsageTests {
    @Test(arguments: [
        ([], "no command given; name one of backtest, "),
        (["data"], "no command given; name one of download, import, archive, list, "),
        (["config"], "no command given; name one of show, "),
        (["backtst"], "unknown command 'backtst'; name one of backtest, "),
        (["data", "lst"], "unexpected argument 'lst'; see 'trident data --help'"),
        (["backtest", "now"], "unexpected argument 'now'; see 'trident backtest --help'"),
        (["backtest", "--ot", "x"], "unknown option '--ot'. Did you mean '--out'?; see 'trident backtest --help'"),
        (["backtest", "--out"], "missing value for '--out <folder>'"),
        (["backtest", "--format", "xml"], "'xml' is invalid for '--format <format>'. Please provide one of"),
        (["smc"], "missing expected argument '--input <file>'"),
        (["smc", "--input", "x", "--function", "fvg"], "--function goes with --compat smartmoneyconcepts"),
        (["smc", "--input", "x", "--timeframe", "7m"], "unknown timeframe '7m'; known are 1m, "),
        (["indicators", "--input", "x", "--columns", ","], "--columns names no column"),
        (["indicators", "--input", "x", "--columns", "emma:3"], "unknown indicator 'emma:3'; known are ema:N, "),
        (["backtest", "--symbol", "XXX/USD"], "the demo market has no XXX/USD; it has BTC/USD, ETH/USD"),
    ])
    func badUsageIsOneLine(_ arguments: [String], _ says: String) throws {
        let folder = try Workspace()
        try CommandRun(arguments, in: folder).expectRefusal(saying: [says])
        #expect(try folder.contents().isEmpty)
    }

    @Test(arguments: [
        ("risk.per_trad=1%", "--set: unknown setting 'risk.per_trad'; did you mean 'risk.per_trade'?"),
        ("per_trade=1%", "did you mean 'risk.per_trade'?"),
        ("completely.unlike=1", "`trident config schema` lists all"),
        ("risk.per_trade=50%", "--set: risk.per_trade is '50%', expected above 0, at most 0.05"),
        ("risk.per_trade=0", "risk.per_trade is '0', expected above 0, at most 0.05"),
        ("risk.loss_streak.pause=31d", "expected above 0, at most 30d"),
        ("risk.per_trade=much", "--set: risk.per_trade is 'much', expected fraction (0.005 or 0.5%)"),
        ("risk.per_trade", "expected KEY=VALUE"),
        ("strategy.preset=swings", "strategy.preset is 'swings', expected one of swing, "),
    ])
    func badSettingsAreOneLine(_ assignment: String, _ says: String) throws {
        let folder = try Workspace()
        try CommandRun(["backtest", "--out", "out", "--set", assignment], in: folder).expectRefusal(saying: [says])
        try CommandRun(["config", "show", "--set", assignment], in: folder).expectRefusal(saying: [says])
        #expect(try folder.contents().isEmpty)
    }

    @Test(arguments: [
        (
            "risk:\n  per_trad: 1%\n",
            ["file.yaml:2: unknown setting 'risk.per_trad'", "did you mean 'risk.per_trade'?"]
        ),
        ("risk:\n  per_trade: 50%\n", ["file.yaml:2: risk.per_trade is '50%', expected "]),
        ("risk:\n  per_trade: 1%\n  per_trade: 1%\n", ["file.yaml:", "per_trade"]),
        ("risk: [\n", ["file.yaml:", "not valid YAML"]),
        ("just words\n", ["file.yaml: expected sections and settings"]),
        (
            "risk:\n  per_trade: 1%\n",
            ["is not set and has no default", "`trident config init` writes a file that does"]
        ),
    ])
    func aBadConfigurationNamesItsLine(_ text: String, _ says: [String]) throws {
        let folder = try Workspace()
        try folder.write(text, to: "file.yaml")
        let before = try folder.contents()
        try CommandRun(["backtest", "--config", "file.yaml", "--out", "out"], in: folder).expectRefusal(saying: says)
        try CommandRun(["config", "show", "--config", "file.yaml"], in: folder).expectRefusal(saying: says)
        #expect(try folder.contents() == before)
    }

    @Test func anExistingConfigurationIsNotOverwritten() throws {
        let folder = try Workspace()
        #expect(try CommandRun(["config", "init", "mine.yaml"], in: folder).code == 0)
        let before = try folder.contents()
        try CommandRun(["config", "init", "mine.yaml"], in: folder).expectRefusal(saying: ["mine.yaml exists already"])
        #expect(try folder.contents() == before)
        // And what was written is a configuration.
        #expect(try CommandRun(["config", "show", "--config", "mine.yaml"], in: folder).code == 0)
    }
}
