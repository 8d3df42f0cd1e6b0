import Foundation
import Market
import Sockets
import Testing
import Wire

/// What a session of the real program tells the world, from its first moment on: it needs no exchange for that.
@Suite(.serialized) struct SessionMonitorTests {
    private struct Hook: ServedValue {
        let seen: AsyncStream<HTTPRequest>.Continuation

        mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
            guard request.path == "/hook/canary-of-the-hook" else { return .respond(HTTPResponse(status: 404)) }
            seen.yield(request)
            return .respond(HTTPResponse(status: 200))
        }

        mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool { false }
        mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {}
        mutating func close(_ connection: UInt64, at instant: Timestamp) {}
        mutating func advance(to instant: Timestamp) {}
        var nextEvent: Timestamp? { nil }
        mutating func takeOutbox() -> [Outgoing] { [] }
    }

    @Test func aSessionLogsServesPagesAndTellsItsAlerts() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: HTTPRequest.self)
        let server = try await SocketServer.start(Hook(seen: continuation), clock: ServedClock(start: .distantPast))
        let base = "http://127.0.0.1:\(server.port)"
        let folder = try Workspace()
        let process = Process()
        let errors = Pipe()
        process.executableURL = CommandRun.trident
        process.arguments = ["paper", "--endpoint", base, "--state", "state", "--set", "monitoring.port=0"]
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = CommandRun.environment.merging([
            "TRIDENT_WEBHOOK": base + "/hook/canary-of-the-hook", "TRIDENT_WEBHOOK_KEY": "canary-of-the-key",
        ]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        defer { if process.isRunning { process.terminate() } }

        let text = Text(errors.fileHandleForReading)
        let line = try #require(text.line { $0.contains("health, figures and state are at ") })
        #expect(try JSONValue(Array(line.utf8))["level"]?.string == "info")
        let address = try #require(line.firstMatch(of: /at (http:[0-9.:\/]+)/)?.1)
        let pages = HTTPCaller(try #require(Endpoint(String(address))))
        #expect(try await pages.send(HTTPRequest(.get, "/health")).status == 200)
        #expect(try await pages.send(HTTPRequest(.get, "/ready")).status == 503)
        let metrics = try await pages.send(HTTPRequest(.get, "/metrics"))
        #expect(String(decoding: metrics.body, as: UTF8.self).contains("\ntrident_loop_seconds_count "))
        await pages.close()

        var hooked = stream.makeAsyncIterator()
        let first = try JSONValue(try #require(await hooked.next()).body)
        #expect(first["origin"]?.string == "paper main")
        #expect(first["lines"]?.array?.first?.string?.hasSuffix(" initialising") == true)
        kill(process.processIdentifier, SIGINT)
        // What was being gathered is told before the end.
        let last = try #require(await hooked.next())
        #expect(last[header: "X-Trident-Signature"]?.hasPrefix("sha256=") == true)
        process.waitUntilExit()
        #expect(process.terminationStatus == 4)
        #expect(!text.rest().contains("canary"))
        _ = try await server.stop()
    }

    @Test func halfAnAddressIsRefusedAtTheStart() throws {
        let run = try CommandRun(
            ["paper", "--endpoint", "http://127.0.0.1:9", "--set", "alerts.telegram_chat=42"], in: try Workspace())
        run.expectRefusal(saying: ["TRIDENT_TELEGRAM_TOKEN"])
    }

    /// What a process writes, line by line.
    private final class Text {
        private let handle: FileHandle
        private var all = ""

        init(_ handle: FileHandle) { self.handle = handle }

        /// The first line like this; nil when the text ends before.
        func line(_ isWanted: (String) -> Bool) -> String? {
            var line: [UInt8] = []
            while let byte = handle.readData(ofLength: 1).first {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                let text = String(decoding: line, as: UTF8.self)
                all += text + "\n"
                line = []
                if isWanted(text) { return text }
            }
            return nil
        }

        /// Everything, after the end.
        func rest() -> String { all + String(decoding: handle.readDataToEndOfFile(), as: UTF8.self) }
    }
}
