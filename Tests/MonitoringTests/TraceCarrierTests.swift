import Foundation
import Market
import Notices
import Operations
import Sockets
import Synchronization
import Testing
import Tracing
import Trading
import Venue
import Wire

@testable import Monitoring

/// The file of traces on a real disk.
@Suite struct TraceFileTests {
    private struct Folder {
        let path = FileManager.default.temporaryDirectory.path + "/traces-" + UUID().uuidString

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        func lines(_ name: String) throws -> [String] {
            try String(contentsOfFile: path + "/" + name, encoding: .utf8).split(separator: "\n").map(String.init)
        }

        func remove() throws { try FileManager.default.removeItem(atPath: path) }
    }

    private func write(_ text: String, to file: TraceFile) async -> Result<Int, DeliveryFailure> {
        await withCheckedContinuation { continuation in
            file.carry(Array(text.utf8)) { continuation.resume(returning: $0) }
        }
    }

    @Test func aFullFileBecomesTheOlderOne() async throws {
        let folder = try Folder()
        let file = TraceFile(folder: folder.path, longest: 10)
        for text in ["1111", "2222", "3333", "4444", "a line that is longer than any file", "5"] {
            #expect(await write(text, to: file) == .success(0))
        }
        await file.close()
        #expect(try folder.lines("traces.jsonl") == ["5"])
        #expect(try folder.lines("traces-1.jsonl") == ["a line that is longer than any file"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        try folder.remove()
    }

    @Test func whatStandsThereIsGoneOnFrom() async throws {
        let folder = try Folder()
        try Data("whole\nhalf a li".utf8).write(to: URL(filePath: folder.path + "/traces.jsonl"))
        let file = TraceFile(folder: folder.path)
        #expect(await write("next", to: file) == .success(0))
        await file.close()
        #expect(try folder.lines("traces.jsonl") == ["whole", "half a li", "next"])
        try folder.remove()
    }

    @Test func aFolderThatIsGoneIsAFailureUntilItIsBack() async throws {
        let folder = try Folder()
        try folder.remove()
        let file = TraceFile(folder: folder.path)
        let result = await write("lost", to: file)
        #expect(throws: DeliveryFailure.self) { try result.get() }
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        #expect(await write("found", to: file) == .success(0))
        await file.close()
        #expect(try folder.lines("traces.jsonl") == ["found"])
        try folder.remove()
    }
}

extension OverSockets {
    /// Traces of a monitor on their way to a receiver.
    @Suite struct TraceCollectorTests {
        private static let start = Timestamp(seconds: 1_700_000_000)

        private func run(
            _ path: String = "", script: @escaping @Sendable (HTTPRequest, Int) -> Answer,
            _ body: (inout Stage) async throws -> Void
        ) async throws {
            var base = ""
            try await Stage.run(
                {
                    base = $0
                    return ChannelAddresses(slack: Redacted($0 + "/slack"))
                },
                configure: {
                    $0.traces = .init(.collector(base + path), session: "s", folder: "")
                    $0.traces?.gather = .zero
                }, script: script
            ) { stage in
                await stage.monitor.traceOrders(on: try #require(stage.monitor.tracer))
                try await body(&stage)
            }
        }

        /// An order that is refused at once.
        private func refuse(_ sequence: UInt32 = 0, on monitor: Monitor) throws {
            let id = OrderID(setup: 1, role: .entry, sequence: sequence)
            var outcome = Outcome()
            outcome.commands = [
                .place(
                    Order(
                        id: id, instrument: try #require(InstrumentID("PF_XBTUSD")), side: .long, quantity: Quantity(1),
                        kind: .market, reduceOnly: false, role: .entry))
            ]
            monitor.observe(.outcome(outcome), at: Self.start)
            monitor.journaled([id], at: Self.start + .milliseconds(1))
            monitor.sent([id], at: Self.start + .milliseconds(2))
            let time = Self.start + .milliseconds(9)
            monitor.observe(
                .event(Event(time: time, received: time, fact: .venue(.rejected(id, .insufficientMargin)))), at: time)
        }

        private func names(_ request: HTTPRequest) throws -> [String] {
            let spans = try request.json()["resourceSpans"]?.array?.first?["scopeSpans"]?.array?.first?["spans"]
            return try #require(spans?.array).compactMap { $0["name"]?.string }
        }

        @Test func spansArriveAndAreTriedAgain() async throws {
            try await run(script: { _, number in number == 0 ? .status(503) : .ok }) { stage in
                try refuse(on: stage.monitor)
                let first = try await stage.next()
                #expect(first.method == .post)
                #expect(first.path == "/v1/traces")
                #expect(first[header: "Content-Type"] == "application/json")
                let again = try await stage.next()
                // Together with what came meanwhile, if anything did.
                #expect(try names(again).starts(with: try names(first)))
                var all = try names(again)
                while !all.contains("order") { all += try names(try await stage.next()) }
                #expect(all == ["journal", "send", "acknowledge", "order"])
                await stage.monitor.stop()
                let text = stage.monitor.registry.text()
                #expect(text.contains("\ntrident_spans_delivered_total 4\n"))
                #expect(text.contains("\ntrident_spans_lost_total 0\n"))
            }
        }

        @Test func thePathMayBeGiven() async throws {
            try await run("/otlp/v1/traces", script: { _, _ in .ok }) { stage in
                try refuse(on: stage.monitor)
                #expect(try await stage.next().path == "/otlp/v1/traces")
            }
        }

        @Test func whatTheReceiverRefusesIsCountedAndAnAlert() async throws {
            try await run(
                script: { request, _ in
                    request.path == "/slack" ? .ok : .status(400, "no such field")
                }
            ) { stage in
                try refuse(on: stage.monitor)
                var said = try await stage.next()
                while said.path != "/slack" { said = try await stage.next() }
                #expect(said.text.contains("spans were lost"))
                #expect(said.text.contains("no such field"))
                await stage.monitor.stop()
                #expect(stage.monitor.registry.text().contains("\ntrident_spans_lost_total 4\n"))
            }
        }

        /// Addresses hold tokens, and traces of the delivery of traces would have no end.
        @Test func requestsAreNotTraced() async throws {
            try await run(script: { _, _ in .ok }) { stage in
                let ended = Mutex<[String]>([])
                let tracer = SessionTracer(seed: "s") { span in ended.withLock { $0.append(span.name) } }
                let base = try #require(Endpoint(stage.base))
                let caller = withTracer(tracer) {
                    InstrumentationSystem.tracer.startSpan("own", at: SessionInstant(Self.start)).end()
                    return HTTPCaller(base)
                }
                #expect(try await caller.send(HTTPRequest(.get, "/bot-token/x")).status == 200)
                await caller.close()
                #expect(ended.withLock { $0 } == ["own"])
            }
        }

        @Test func whatIsKeptInPartIsCounted() {
            #expect(TraceCollector.rejected(Array(#"{"partialSuccess":{"rejectedSpans":"3"}}"#.utf8)) == 3)
            #expect(TraceCollector.rejected(Array(#"{"partialSuccess":{"rejectedSpans":4}}"#.utf8)) == 4)
            #expect(TraceCollector.rejected(Array("{}".utf8)) == 0)
            #expect(TraceCollector.rejected([]) == 0)
        }

        @Test func ordersThatAreStillOpenAreToldAtTheEnd() async throws {
            try await run(script: { _, _ in .ok }) { stage in
                let id = OrderID(setup: 1, role: .stop, sequence: 0)
                var outcome = Outcome()
                outcome.commands = [
                    .place(
                        Order(
                            id: id, instrument: try #require(InstrumentID("PF_XBTUSD")), side: .short,
                            quantity: Quantity(1), kind: .stopMarket(trigger: Price(9), .mark), reduceOnly: true,
                            role: .stop))
                ]
                stage.monitor.observe(.outcome(outcome), at: Self.start)
                await stage.monitor.stop()
                let last = try await stage.next()
                #expect(try names(last) == ["order"])
                #expect(last.text.contains("left at the exchange"))
            }
        }

        @Test func anAddressElsewhereMustBeSafe() async throws {
            for (address, word) in [("http://collector.example:4318", "https"), ("collector", "http://host:port")] {
                let failure = await #expect(throws: MonitorError.self) {
                    try await Stage.run(
                        { _ in ChannelAddresses() },
                        configure: { $0.traces = .init(.collector(address), session: "s", folder: "") },
                        script: { _, _ in .ok }, { _ in })
                }
                #expect(failure?.description.contains(word) == true)
            }
        }
    }
}
