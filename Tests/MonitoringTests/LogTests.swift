import Foundation
import Logging
import Market
import Notices
import Synchronization
import Testing
import Wire

@testable import Monitoring

@Suite struct LogTests {
    private static let time = Timestamp(nanoseconds: 1_700_000_000_250_000_000)

    /// What a logger of this form writes.
    private func lines(
        _ format: LogFormat, colour: Bool = false, level: Logger.Level = .info, _ body: (Logger) -> Void
    ) -> String {
        let box = Box()
        let sink = LogSink(tellDropped: { "\($0)" }, write: { written in box.add(written) })
        let output = SessionLogHandler.Output(
            format: format, colour: colour, scrubber: Scrubber([Redacted("canary-4711")]), sink: sink,
            clock: { Self.time })
        body(Logger(label: "session") { SessionLogHandler($0, level: level, to: output) })
        sink.close()
        return box.text
    }

    @Test func jsonLinesHoldEverything() {
        let text = lines(.json) {
            $0.warning("it\n\"failed\"", metadata: ["order": "1", "message": "other", "list": ["a", "b"]])
            $0.debug("not shown")
        }
        #expect(
            text
                == #"{"time":"2023-11-14T22:13:20.25Z","level":"warning","logger":"session","message":"it\u000a\"failed\"","list":"[\"a\", \"b\"]","message_":"other","order":"1"}"#
                + "\n")
    }

    @Test func prettyLinesAreForPeopleAndStayLines() {
        let text = lines(.pretty) { $0.notice("one\n2: two\u{1b}[31m", metadata: ["b": "x y", "a": "1"]) }
        #expect(text == "22:13:20.250 NOTE  session: one\\n2: two\\u{1b}[31m a=1 b=\"x y\"\n")
        #expect(
            lines(.pretty, colour: true) { $0.error("x") } == "22:13:20.250 \u{1b}[31mERROR\u{1b}[0m session: x\n")
    }

    struct Failure: Error {}

    @Test func noSecretIsWritten() {
        let secret = Redacted("other-secret-12")
        for format in [LogFormat.json, .pretty] {
            let text = lines(format) { logger in
                logger.error(
                    "at canary-4711", error: Failure(), metadata: ["where": "x/canary-4711", "key": "\(secret)"])
                var named = logger
                named[metadataKey: "token"] = "canary-4711"
                named.info("again")
            }
            #expect(!text.contains("canary-4711"))
            #expect(!text.contains("other-secret-12"))
            #expect(text.contains("(secret)"))
            #expect(text.contains("Failure()"))
        }
    }

    @Test func autoIsPrettyOnATerminalOnly() {
        #expect(LogFormat.auto.chosen(onTerminal: true) == .pretty)
        #expect(LogFormat.auto.chosen(onTerminal: false) == .json)
        #expect(LogFormat.json.chosen(onTerminal: true) == .json)
    }

    @Test func aWriterThatHangsLosesLinesAndSaysHowMany() {
        let box = Box()
        let gate = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        let sink = LogSink(
            limit: 10, tellDropped: { "\($0) dropped" },
            write: { text in
                begun.signal()
                gate.wait()
                box.add(text)
            })
        sink.append("first")
        begun.wait()
        for number in 0..<25 { sink.append("\(number)") }
        for _ in 0..<3 { gate.signal() }
        sink.close()
        #expect(box.text == "first\n" + (0..<10).map { "\($0)\n" }.joined() + "15 dropped\n")
    }

    private final class Box: Sendable {
        private let value = Mutex("")
        func add(_ text: String) { value.withLock { $0 += text } }
        var text: String { value.withLock { $0 } }
    }
}
