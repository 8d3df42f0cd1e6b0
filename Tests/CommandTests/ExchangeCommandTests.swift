import Foundation
import Sockets
import Testing
import Wire

/// `trident exchange` as a process: ready line, service, end.
@Suite(.serialized) struct ExchangeCommandTests {
    /// A running exchange; stopped at the latest when it goes.
    private final class Running {
        let process = Process()
        let ready: JSONValue
        private let output = Pipe()
        private let folder: Workspace

        /// Returns when the ready line is there.
        init(_ arguments: [String], in folder: Workspace) throws {
            self.folder = folder
            process.executableURL = CommandRun.trident
            process.arguments = ["exchange", "--format", "json"] + arguments + Self.smallMarket
            process.currentDirectoryURL = URL(filePath: folder.path)
            process.environment = CommandRun.environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            var line: [UInt8] = []
            while line.last != 10 {
                guard let byte = try output.fileHandleForReading.read(upToCount: 1)?.first else { break }
                line.append(byte)
            }
            ready = try JSONValue(line)
        }

        deinit { if process.isRunning { process.terminate() } }

        static let smallMarket = ["--set", "demo.days=30", "--set", "demo.timeframe=1h"]

        func url(_ name: String) throws -> Endpoint {
            let text = try #require(ready[name]?.string)
            return try #require(Endpoint(text))
        }

        /// Everything that was printed after the ready line.
        func end(by signal: Int32) throws -> (code: Int32, output: String) {
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            try #require(process.terminationReason == .exit)
            let rest = try output.fileHandleForReading.readToEnd() ?? Data()
            return (process.terminationStatus, String(decoding: rest, as: UTF8.self))
        }
    }

    @Test func startsOnADay() throws {
        let exchange = try Running(["--start", "2023-01-20"], in: try Workspace())
        #expect(exchange.ready["schema"]?.string == "trident.exchange/1")
        #expect(try exchange.end(by: SIGTERM).code == 0)
        try CommandRun(["exchange", "--start", "2000-01-01"] + Running.smallMarket, in: try Workspace())
            .expectRefusal(saying: ["--start '2000-01-01': give a time between 2023-01-01T00:00:00Z and 2023-01-30"])
    }

    @Test(arguments: [SIGTERM, SIGINT]) func servesUntilItIsInterrupted(signal: Int32) async throws {
        let exchange = try Running([], in: try Workspace())
        #expect(exchange.ready["schema"]?.string == "trident.exchange/1")
        #expect(exchange.ready["admin"] == .null)
        let port = try exchange.url("spot_rest").port
        let paths = [
            "spot_rest": "http://127.0.0.1:\(port)", "spot_ws": "ws://127.0.0.1:\(port)/v2",
            "futures_rest": "http://127.0.0.1:\(port)/derivatives/api/v3",
            "futures_ws": "ws://127.0.0.1:\(port)/ws/v1", "charts_rest": "http://127.0.0.1:\(port)/api/charts/v1",
            "history_rest": "http://127.0.0.1:\(port)/api/history",
            "unified_ws_public": "ws://127.0.0.1:\(port)/v2/public",
            "unified_ws_private": "ws://127.0.0.1:\(port)/v2/private",
        ]
        for (name, url) in paths { #expect(exchange.ready[name]?.string == url) }

        let caller = HTTPCaller(try exchange.url("futures_rest"))
        let answer = try await caller.send(HTTPRequest(.get, "/instruments"))
        #expect(answer.status == 200)
        #expect(try JSONValue(answer.body)["result"]?.string == "success")
        let spot = HTTPCaller(try exchange.url("spot_rest"))
        let time = try JSONValue(try await spot.send(HTTPRequest(.get, "/0/public/Time")).body)
        // The demo market was moved to the present.
        let seconds = try #require(time["result"]?["unixtime"]?.integer)
        #expect(abs(Double(seconds) - Date().timeIntervalSince1970) < 90)
        await caller.close()
        await spot.close()

        for name in ["futures_ws", "spot_ws", "unified_ws_public"] {
            let socket = try await WebSocketClient.connect(try exchange.url(name))
            var events = socket.events.makeAsyncIterator()
            #expect(await events.next() == .opened)
            guard case .text? = await events.next() else {
                Issue.record("\(name) says nothing")
                return
            }
            await socket.close()
        }

        // One account, with keys that are in the ready line and nowhere else.
        let account = try #require(exchange.ready["accounts"]?.array?.first)
        #expect(account["name"]?.string == "demo")
        #expect(account["equity_usd"]?.string == "10000")
        for key in ["futures_key", "futures_secret", "spot_key", "spot_secret"] {
            #expect((account[key]?.string?.count ?? 0) > 40)
        }
        let end = try exchange.end(by: signal)
        #expect(end.code == 0)
        #expect(end.output.isEmpty)
    }

    @Test func theReadyLinesAccountsCanBeGivenBack() throws {
        let folder = try Workspace()
        let first = try Running(["--seed", "5", "--admin"], in: folder)
        #expect(first.ready["admin"]?.string == "http://127.0.0.1:\(try first.url("spot_rest").port)/admin")
        let accounts = try #require(first.ready["accounts"]?.array?.first?.members)
        _ = try first.end(by: SIGTERM)
        let fields = accounts.map { "\"\($0.name)\":\"\($0.value.string ?? "")\"" }.joined(separator: ",")
        try folder.write(
            "[{\(fields)},{\"name\":\"second\",\"equity_usd\":2500.5}]", to: "accounts.json")
        let second = try Running(["--seed", "6", "--accounts", "accounts.json"], in: folder)
        let given = try #require(second.ready["accounts"]?.array)
        #expect(given.count == 2)
        #expect(given[0].members == accounts)
        #expect(given[1]["equity_usd"]?.string == "2500.5")
        #expect(try second.end(by: SIGTERM).code == 0)
    }

    @Test(arguments: [
        (["--port", "70000"], "--port must be between"), (["--speed", "0"], "--speed must be between"),
        (["--tls-key", "k"], "give both or neither"), (["--tls-key", "k", "--tls-certificate", "c"], "c: not usable"),
        (["--accounts", "none.json"], "none.json: cannot be read"),
        (["--accounts", "secret.json"], "secret.json: account 1: futures keys"),
        (["--accounts", "half.json"], "spot_key and spot_secret belong together"),
        (["--accounts", "poor.json"], "equity_usd must be dollars above zero"),
        (["--faults", "none.json"], "none.json: cannot be read"), (["--faults", "poor.json"], "poor.json: fault 1"),
        (["--start", "1999-01-01"], "give a time between"), (["--data", "nowhere"], "no such folder"),
    ]) func badInputIsRefusedInOneLine(arguments: [String], says: String) throws {
        let folder = try Workspace()
        try folder.write(
            #"[{"name":"a","equity_usd":"1","futures_key":"k","futures_secret":"hush-hush!"}]"#, to: "secret.json")
        try folder.write(#"[{"name":"a","equity_usd":"1","spot_key":"k"}]"#, to: "half.json")
        try folder.write(#"[{"name":"a","equity_usd":"0"}]"#, to: "poor.json")
        let run = try CommandRun(["exchange"] + arguments + Running.smallMarket, in: folder)
        run.expectRefusal(saying: [says])
        #expect(!run.stderr.contains("hush"))
    }

    @Test func aTakenPortFails() throws {
        let folder = try Workspace()
        let exchange = try Running([], in: folder)
        let port = try exchange.url("spot_rest").port
        let run = try CommandRun(["exchange", "--quiet", "--port", "\(port)"] + Running.smallMarket, in: folder)
        run.expectRefusal(1, saying: ["cannot listen on 127.0.0.1 port \(port)"])
        _ = try exchange.end(by: SIGTERM)
    }
}
