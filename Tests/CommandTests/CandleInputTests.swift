import Foundation
import Testing

/// Candle files that must not be traded on: each is refused by the program in one line that names file, line, field and
/// remedy, and nothing is written.
@Suite struct CandleInputTests {
    struct BadFile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let says: [String]

        init(_ name: String, _ text: String, says: [String]) {
            testDescription = name
            self.text = text
            self.says = says
        }

        /// Good candles with one bad row, the eleventh: line 12.
        init(_ name: String, row: String, says: [String]) {
            self.init(name, Workspace.candles { $0[10] = row }, says: [":12: "] + says)
        }
    }

    static let files = [
        BadFile("empty file", "", says: ["holds no rows", "download"]),
        BadFile("header only", Workspace.candles(0), says: ["holds no rows"]),
        BadFile(
            "wrong columns", "timestamp,open,high,low,price\n1704067200,1,2,1,2\n",
            says: [":1: ", "close", "volume", "price", "name the columns"]),
        BadFile("row cut off", row: "1704076200,100,102", says: ["3 fields where 6 are needed", "cut off"]),
        BadFile("text in a number", row: "1704076200,100,102,98,abc,5", says: ["close is 'abc'", "correct or remove"]),
        BadFile("not a number", row: "1704076200,NaN,102,98,101,5", says: ["open is 'NaN'", "correct or remove"]),
        BadFile("infinity", row: "1704076200,100,inf,98,101,5", says: ["high is 'inf'", "correct or remove"]),
        BadFile("negative price", row: "1704076200,100,102,-98,101,5", says: ["impossible bar", "above zero"]),
        BadFile("zero price", row: "1704076200,0,102,0,101,5", says: ["impossible bar", "above zero"]),
        BadFile("high below low", row: "1704076200,100,98,102,101,5", says: ["impossible bar", "low the lowest"]),
        BadFile("negative volume", row: "1704076200,100,102,98,101,-5", says: ["impossible bar"]),
        BadFile(
            "time going back", row: "1704073500,100,102,98,101,5",
            says: ["2024-01-01T01:45:00Z comes after", "sort the file by time"]),
        BadFile("the same time twice", row: "1704075300,100,102,98,101,5", says: ["second bar", "remove one"]),
        BadFile("mixed timeframes", row: "1704075600,100,102,98,101,5", says: ["fit 15m", "more than one timeframe"]),
        BadFile("no time", row: "monday,100,102,98,101,5", says: ["timestamp is 'monday'", "unix seconds"]),
    ]

    @Test(arguments: files) func aBadFileIsRefusedInOneLine(_ file: BadFile) throws {
        let folder = try Workspace()
        try folder.write(file.text, to: "data/btcusd_spot_15m.csv")
        let before = try folder.contents()
        let name = "data/btcusd_spot_15m.csv"
        try CommandRun(["backtest", "--data", "data", "--out", "out/deep"], in: folder)
            .expectRefusal(saying: [name] + file.says)
        try CommandRun(["smc", "--input", name], in: folder).expectRefusal(saying: [name] + file.says)
        try CommandRun(["indicators", "--columns", "ema:3", "--input", name], in: folder)
            .expectRefusal(saying: [name] + file.says)
        try CommandRun(["data", "verify", "--data", "data"], in: folder).expectRefusal(saying: [name] + file.says)
        #expect(try folder.contents() == before)
    }

    @Test func aTruncatedArchiveIsRefused() throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(4000), to: "data/btcusd_spot_15m.csv")
        _ = try CommandRun(shell: "gzip data/*.csv && truncate -s -100 data/*.gz", in: folder)
        let before = try folder.contents()
        try #require(before.keys.contains("data/btcusd_spot_15m.csv.gz"))
        let says = ["btcusd_spot_15m.csv.gz: the compressed file ends too early", "download it again"]
        try CommandRun(["backtest", "--data", "data", "--out", "out"], in: folder).expectRefusal(saying: says)
        try CommandRun(["smc", "--input", "data/btcusd_spot_15m.csv.gz"], in: folder).expectRefusal(saying: says)
        #expect(try folder.contents() == before)
    }

    @Test(arguments: [
        (["backtest", "--data", "nowhere"], "nowhere: no data found; no such folder"),
        (["backtest", "--data", "file.csv"], "it is a file; give the folder"),
        (["backtest", "--data", "empty"], "found by name, such as btcusd_spot_15m.csv.gz"),
        (["data", "list", "--data", "nowhere"], "no such folder"),
        (["data", "verify", "--data", "nowhere"], "no such folder"),
        (["smc", "--input", "nowhere.csv"], "nowhere.csv: no such file; check the path"),
        (["smc", "--input", "empty"], "empty: cannot be read: it is a folder"),
        (["indicators", "--columns", "ema:3", "--input", "nowhere.csv"], "no such file"),
        (["smc", "--compat", "smartmoneyconcepts", "--function", "fvg", "--input", "nowhere.csv"], "no such file"),
        (["backtest", "--config", "nowhere.yaml"], "'nowhere.yaml': no such file; `trident config init` writes one"),
        (["config", "show", "--config", "empty"], "empty: cannot be read"),
        (["smc", "--input", ""], "'': no such file"), (["data", "list", "--data", ""], "'': no data found; no folder"),
        (["config", "show", "--config", ""], "'': no such file"), (["backtest", "--out", ""], "'': cannot be written"),
    ])
    func whatIsNotThereIsNamed(_ arguments: [String], _ says: String) throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(3), to: "file.csv")
        try FileManager.default.createDirectory(atPath: folder.path + "/empty", withIntermediateDirectories: true)
        let before = try folder.contents()
        try CommandRun(arguments, in: folder).expectRefusal(saying: [says])
        #expect(try folder.contents() == before)
    }

    @Test(arguments: [
        (["--start", "2025-01-01"], "no candles", "from 2024-01-01T00:00:00Z to 2024-01-05T03:45:00Z"),
        (["--end", "2023-12-01"], "no candles", "--start and --end in between"),
        (["--start", "2024-01-03", "--end", "2024-01-01"], "--end 2024-01-01 is before --start 2024-01-03", "swap"),
        (["--start", "2024-02-30"], "'2024-02-30' is no time", "write 2023-01-31"),
        (["--symbol", "ETH/USD"], "no spot candles of ETH/USD", "it has BTC/USD"),
        (["--symbol", "bitcoin"], "'bitcoin' is no spot pair", "write BTC/USD"),
        (["--set", "backtest.base_timeframe=1m"], "1m candles cannot be built from", "15m candles"),
    ])
    func theDataMustHoldWhatIsAsked(_ arguments: [String], _ says: String, _ remedy: String) throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(), to: "data/btcusd_spot_15m.csv")
        let before = try folder.contents()
        try CommandRun(["backtest", "--data", "data", "--out", "out"] + arguments, in: folder)
            .expectRefusal(saying: [says, remedy])
        #expect(try folder.contents() == before)
    }

    @Test(.enabled(if: OutputFailureTests.hasNobody, "needs a user who may not read everything, and setpriv"))
    func whatMayNotBeReadIsNamed() throws {
        let folder = try Workspace()
        try folder.write(Workspace.candles(), to: "data/btcusd_spot_15m.csv")
        try folder.write("", to: "locked/file.yaml")
        for (path, mode) in [("data/btcusd_spot_15m.csv", 0o000), ("locked", 0o000)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path + "/" + path)
        }
        defer { chmod(folder.path + "/locked", 0o700) }
        func run(_ arguments: String...) throws -> CommandRun {
            try CommandRun(shell: OutputFailureTests.asNobody, arguments, in: folder)
        }
        try run("backtest", "--data", "data").expectRefusal(saying: ["15m.csv: cannot be read: Permission denied"])
        try run("smc", "--input", "data/btcusd_spot_15m.csv").expectRefusal(saying: [
            "cannot be read: Permission denied"
        ])
        try run("data", "list", "--data", "locked").expectRefusal(saying: ["locked: cannot be read: "])
        try run("config", "show", "--config", "locked/file.yaml").expectRefusal(saying: ["locked/file.yaml'"])
    }

    @Test func aListSaysWhyAFileIsNotUsed() throws {
        let folder = try Workspace()
        let files = ["btcusd_spot_15m.csv", "btceur_spot_15m.csv", "readme.txt", "ethusdt_funding_8h.csv"]
        for file in files { try folder.write("", to: "data/\(file)") }
        let list = try CommandRun(["data", "list", "--data", "data"], in: folder)
        #expect(
            list.stdout == """
                BTC/USD  spot  15m  -  data/btcusd_spot_15m.csv
                ETH/USD  funding  8h  -  data/ethusdt_funding_8h.csv (USDT quotes, read as USD)

                """)
        #expect(
            list.stderr == """
                notice: data/btceur_spot_15m.csv: not recognised: 'btceur' is no pair in USD, USDT or USDC, such as btcusd
                notice: data/readme.txt: not recognised: not a .csv or .csv.gz file

                """)
        let json = try CommandRun(["data", "list", "--data", "data", "--format", "json"], in: folder)
        let object = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any]
        #expect((object?["files"] as? [Any])?.count == 2)
        #expect(object?["unrecognised"] as? [String] == ["data/btceur_spot_15m.csv", "data/readme.txt"])
        let reasons = object?["unrecognised_reasons"] as? [String: String]
        #expect(reasons?["data/readme.txt"] == "not a .csv or .csv.gz file")
        for file in [files[0], files[3]] { try FileManager.default.removeItem(atPath: folder.path + "/data/" + file) }
        let none = try CommandRun(["data", "list", "--data", "data"], in: folder)
        none.expectRefusal(saying: ["readme.txt: not recognised: not a .csv", "error: data: no data found"])
    }
}
