import Market
import Notices
import Operations
import Sockets
import Testing
import Wire

@testable import Monitoring

@Suite struct PagesTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func pages(_ board: Board, after: Interval = .zero) -> Pages {
        let now = start + after
        return Pages(
            board: board, registry: PrometheusRegistry(), clock: { now },
            hosts: Pages.ownHosts.union(["monitor.example"]), stalledAfter: .seconds(30))
    }

    private func get(_ path: String, _ pages: Pages, host: String? = "127.0.0.1:9464") -> HTTPResponse {
        var pages = pages
        let headers = host.map { [HTTPHeader("Host", $0)] } ?? []
        guard case .respond(let response) = pages.answer(HTTPRequest(.get, path, headers: headers), at: start) else {
            Issue.record("no answer")
            return HTTPResponse(status: 0)
        }
        return response
    }

    @Test(arguments: [
        (Phase.initialising, 503), (.syncing, 503), (.reconciling, 503), (.ready, 200), (.hold([.clockSkew]), 503),
        (.stopping, 503), (.ended, 503),
    ]) func readyIsOnlyReady(phase: Phase, status: Int) {
        let board = Board(at: start)
        #expect(get("/ready", pages(board)).status == 503)
        board.publish(Array("{}".utf8), phase, at: start)
        #expect(get("/ready", pages(board)).status == status)
        // A session that has fallen silent is not ready, whatever it said last.
        #expect(get("/ready", pages(board, after: .seconds(31))).status == 503)
    }

    @Test func healthFollowsTheSessionsSigns() {
        let board = Board(at: start)
        #expect(get("/health", pages(board)).status == 200)
        board.publish([], .hold([.journalFailed]), at: start)
        #expect(get("/health", pages(board, after: .seconds(30))).status == 200)
        let stalled = get("/health", pages(board, after: .seconds(31)))
        #expect(stalled.status == 503)
        #expect(String(decoding: stalled.body, as: UTF8.self) == "stalled: no sign of the session for 31 s\n")
        board.publish([], .ended, at: start)
        #expect(get("/health", pages(board)).status == 503)
    }

    @Test func stateIsWhatTheSessionTold() {
        let board = Board(at: start)
        #expect(get("/state", pages(board)).status == 503)
        board.publish(Array(#"{"phase":"ready"}"#.utf8), .ready, at: start)
        let state = get("/state", pages(board))
        #expect(state.status == 200)
        #expect(state[header: "Content-Type"] == "application/json")
        #expect(state[header: "Cache-Control"] == "no-store")
        #expect(String(decoding: state.body, as: UTF8.self) == #"{"phase":"ready"}"#)
    }

    @Test(
        arguments: [
            ("localhost", 200), ("LOCALHOST:80", 200), ("127.0.0.1", 200), ("[::1]:9464", 200),
            ("monitor.example:1", 200),
            ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), (nil, 421),
        ] as [(String?, Int)]) func onlyItsOwnNamesAreAnswered(host: String?, status: Int)
    {
        #expect(get("/health", pages(Board(at: start)), host: host).status == status)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete]) func onlyGetIsAnswered(method: HTTPRequest.Method) {
        var pages = pages(Board(at: start))
        let request = HTTPRequest(method, "/health", headers: [HTTPHeader("Host", "localhost")])
        guard case .respond(let response) = pages.answer(request, at: start) else { return }
        #expect(response.status == 405)
        #expect(response[header: "Allow"] == "GET")
    }

    @Test func otherPathsAreNotThere() {
        for path in ["/", "/metrics/", "/state.json", "/admin"] {
            #expect(get(path, pages(Board(at: start))).status == 404)
        }
    }
}

extension OverSockets {
    @Suite struct ServedPagesTests {
        @Test func pagesAreServedBesideTheSession() async throws {
            try await Stage.run(
                { _ in ChannelAddresses() }, configure: { $0.pages = .init(port: 0) }, script: { _, _ in .ok }
            ) { stage in
                let port = try #require(stage.monitor.port)
                stage.monitor.publish(Array("{}".utf8), phase: .ready)
                stage.monitor.figures.fill()
                let caller = HTTPCaller(try #require(Endpoint("http://127.0.0.1:\(port)")))
                let metrics = try await caller.send(HTTPRequest(.get, "/metrics"))
                #expect(metrics[header: "Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
                let text = String(decoding: metrics.body, as: UTF8.self)
                #expect(text.contains("# HELP trident_fills_total Executions of our orders.\n"))
                #expect(text.contains("\ntrident_fills_total 1\n"))
                #expect(try await caller.send(HTTPRequest(.get, "/ready")).status == 200)
                #expect(try await caller.send(HTTPRequest(.post, "/ready", body: [1])).status == 405)
                await caller.close()
            }
        }

        @Test func pagesThatEndByThemselvesAreAnAlertAndNoEnd() async throws {
            try await Stage.run(
                { ChannelAddresses(slack: Redacted($0 + "/slack")) }, configure: { $0.pages = .init(port: 0) },
                script: { _, _ in .ok }
            ) { stage in
                #expect(stage.monitor.port != nil)
                stage.monitor.pagesHaveEnded()
                let told = try await stage.next().text
                #expect(told.contains("the session goes on without them"))
                let monitor = stage.monitor
                async let end: Void = monitor.untilPagesClose()
                await monitor.closePages()
                await end
                #expect(monitor.port == nil)
                // Nobody is told of what was asked for.
                monitor.pagesHaveEnded()
                monitor.post(Alert(.critical, .session, "the next that is told", at: Stage.clock()))
                let next = try await stage.next().text
                #expect(next.contains("the next that is told"))
            }
        }

        @Test func aPortThatIsTakenIsAnAlertAndNoEnd() async throws {
            try await Stage.run({ ChannelAddresses(slack: Redacted($0 + "/slack")) }, script: { _, _ in .ok }) {
                stage in
                let port = stage.server.port
                try await Stage.run(
                    { ChannelAddresses(slack: Redacted($0 + "/slack")) },
                    configure: { $0.pages = .init(port: port) }, script: { _, _ in .ok }
                ) { inner in
                    #expect(inner.monitor.port == nil)
                    let said = try await inner.next().text
                    #expect(said.contains("there are no pages for health and metrics"))
                }
            }
        }
    }
}
