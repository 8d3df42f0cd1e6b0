import Crypto
import Foundation
import Market
import Monitoring
import Notices
import Operations
import Sockets
import Testing
import Venue
import Wire

extension OverSockets {
    @Suite struct WebChannelTests {
        private static let token = "4711:canary-of-telegram"

        @Test func everyChannelGetsItsForm() async throws {
            try await Stage.run(
                { base in
                    ChannelAddresses(
                        telegram: .init(base: base, token: Redacted(Self.token), chat: "42", takesCommands: false),
                        discord: Redacted(base + "/discord/canary-d"), slack: Redacted(base + "/slack/canary-s"),
                        webhook: .init(address: Redacted(base + "/hook?who=me"), key: Redacted("key of mine")))
                }, script: { _, _ in .ok }
            ) { stage in
                stage.monitor.post(Stage.alert(.critical, "a < b", .protection, of: InstrumentID("PF_XBTUSD")))
                var seen: [String: HTTPRequest] = [:]
                for _ in 0..<4 {
                    let request = try await stage.next()
                    #expect(request.method == .post)
                    #expect(request[header: "Content-Type"] == "application/json")
                    seen[request.path] = request
                }
                let telegram = try #require(seen["/bot\(Self.token)/sendMessage"]).json()
                #expect(telegram["chat_id"]?.string == "42")
                #expect(telegram["parse_mode"]?.string == "HTML")
                #expect(
                    telegram["text"]?.string
                        == "<b>[test] CRITICAL protection PF_XBTUSD</b>\n22:13:20Z a &lt; b")
                let discord = try #require(seen["/discord/canary-d"]).json()
                #expect(discord["content"]?.string?.contains("a \\< b") == true)
                let slack = try #require(seen["/slack/canary-s"]).json()
                #expect(slack["text"]?.string?.contains("a &lt; b") == true)
                let hook = try #require(seen["/hook"])
                #expect(hook.query == "who=me")
                #expect(try hook.json()["severity"]?.string == "critical")
                let stamp = try #require(hook[header: "X-Trident-Timestamp"])
                let code = HMAC<SHA256>.authenticationCode(
                    for: Data("\(stamp).".utf8) + Data(hook.body), using: SymmetricKey(data: Data("key of mine".utf8)))
                let digits = code.map { String(format: "%02x", $0) }.joined()
                #expect(hook[header: "X-Trident-Signature"] == "sha256=" + digits)
                #expect(stage.log.all == ["critical: a < b"])
            }
        }

        /// What a service may do instead of answering well, twice: the notice arrives with the third try.
        @Test(arguments: [
            Answer.status(500, "canary-of-slack"), .status(503), .status(429, "", [HTTPHeader("Retry-After", "0.02")]),
            .status(429, #"{"retry_after":0.02}"#), .status(429, #"{"ok":false,"parameters":{"retry_after":0.02}}"#),
            .status(400, "no_text"), .status(403, "canary-of-slack"), .status(302), .reset, .silence,
        ]) func aNoticeIsTriedUntilItArrives(answer: Answer) async throws {
            try await Stage.run(
                { ChannelAddresses(slack: Redacted($0 + "/canary-of-slack")) },
                configure: { $0.limits.total = .milliseconds(500) },
                script: { _, number in number < 2 ? answer : .ok }
            ) { stage in
                stage.monitor.post(Stage.alert(.critical, "naked", .protection))
                for _ in 0..<3 {
                    let text = try await stage.next().text
                    #expect(text.contains("naked"))
                }
                await stage.monitor.stop()
                // It was told once, and of the failures the log knows, without the address.
                #expect(stage.server.counts.requests == 3)
                #expect(stage.log.all.contains { $0.hasPrefix("critical: slack does not deliver") })
                #expect(!stage.log.all.contains { $0.contains("canary-of-slack") })
            }
        }

        @Test func aDeadChannelIsReportedOnTheOthers() async throws {
            // A port that was free a moment ago.
            let unused = try await SocketServer.start(
                FakeServices(AsyncStream.makeStream(of: HTTPRequest.self).continuation) { _, _ in .ok },
                clock: ServedClock(start: Timestamp(seconds: 0)))
            let port = unused.port
            _ = try await unused.stop()
            try await Stage.run(
                {
                    ChannelAddresses(
                        discord: Redacted("http://127.0.0.1:\(port)/x"),
                        webhook: .init(address: Redacted($0 + "/hook")))
                }, script: { _, _ in .ok }
            ) { stage in
                stage.monitor.post(Stage.alert(.warning, "first"))
                let first = try await stage.next().json()
                #expect(first["kind"]?.string == "feed")
                let report = try await stage.next().json()
                #expect(report["kind"]?.string == "delivery")
                #expect(report["severity"]?.string == "warning")
                #expect(
                    report["lines"]?.array?.first?.string?.contains("discord does not deliver: no connection") == true)
                let metrics = stage.monitor.registry.text()
                #expect(metrics.contains(#"trident_notices_delivered_total{channel="webhook"} "#))
                #expect(metrics.contains(#"trident_channel_failures_total{channel="discord"} "#))
            }
        }

        @Test func whatAServiceSaysIsScrubbedBeforeItGoesElsewhere() async throws {
            try await Stage.run(
                {
                    ChannelAddresses(
                        slack: Redacted($0 + "/canary-of-slack"), webhook: .init(address: Redacted($0 + "/hook")))
                },
                script: { request, _ in
                    request.path == "/hook" ? .ok : .status(500, "bad\nhook canary-of-slack")
                }
            ) { stage in
                stage.monitor.post(Stage.alert(.warning, "about canary-of-slack"))
                var told: [String] = []
                while told.count < 2 {
                    let request = try await stage.next()
                    if request.path == "/hook" { told.append(request.text) }
                }
                #expect(told[0].contains("about (secret)"))
                #expect(told[1].contains("slack does not deliver: HTTP 500: bad hook (secret); trying again"))
            }
        }

        @Test func whoPostsNeverWaitsForAChannelThatHangs() async throws {
            try await Stage.run(
                { ChannelAddresses(slack: Redacted($0 + "/hang")) }, configure: { $0.mailbox = 1_000 },
                script: { _, _ in .silence }
            ) { stage in
                let clock = ContinuousClock()
                let start = clock.now
                for number in 0..<20_000 { stage.monitor.post(Stage.alert(.info, "\(number)")) }
                // A hanging delivery takes five seconds; twenty thousand of them a day.
                #expect(clock.now - start < .seconds(4))
                _ = try await stage.next()
            }
        }

        @Test(arguments: ["ftp://x/y", "http://hooks.example.com/x", "example.com", ""])
        func addressesThatCannotBeKeptSecretAreRefused(text: String) async throws {
            let configuration = MonitorConfiguration(
                notices: NoticesConfiguration(routes: [Route(.slack)]),
                channels: ChannelAddresses(slack: Redacted(text)),
                pages: nil)
            let error = await #expect(throws: MonitorError.self) {
                _ = try await Monitor.start(configuration, log: Lines().logger(), clock: Stage.clock, hold: { _ in })
            }
            #expect(error.map { text.isEmpty || !$0.description.contains(text) } == true)
        }
    }

    @Suite struct DeafChatTests {
        @Test func aChatThatCannotBeHeardIsReported() async throws {
            try await Stage.run(
                {
                    ChannelAddresses(
                        telegram: .init(base: $0, token: Redacted("4711:canary-of-telegram"), chat: "42"))
                },
                script: { request, _ in
                    request.path.hasSuffix("/getUpdates") ? .status(409, "terminated by other getUpdates") : .ok
                }
            ) { stage in
                while true {
                    let request = try await stage.next()
                    guard request.path.hasSuffix("/sendMessage") else { continue }
                    #expect(request.text.contains("commands from the chat do not come in: not let in: HTTP 409"))
                    return
                }
            }
        }
    }

    @Suite struct UnusableConfigurationTests {
        @Test func certificatesThatAreNotThereAreNamed() async throws {
            let mail = ChannelAddresses.Mail(host: "localhost", port: 25, from: "a@b", to: ["c@d"])
            let channels = ChannelAddresses(slack: Redacted("https://localhost/x"), mail: mail)
            var configuration = MonitorConfiguration(
                notices: NoticesConfiguration(routes: [Route(.slack), Route(.mail)]), channels: channels, pages: nil)
            configuration.trust = .file("/nowhere/at/all.pem")
            let error = await #expect(throws: MonitorError.self) {
                _ = try await Monitor.start(configuration, log: Lines().logger(), clock: Stage.clock, hold: { _ in })
            }
            #expect(error?.description.contains("certificates to trust") == true)
        }
    }

    @Suite struct TelegramChatTests {
        private static let token = "4711:canary-of-telegram"

        private static func update(_ number: Int, chat: Int, _ text: String) -> String {
            #"{"update_id":\#(number),"message":{"message_id":1,"date":1700000000,"chat":{"id":\#(chat)},"text":"\#(text)"}}"#
        }

        @Test func answersItsChatAndHoldsAfterTheCode() async throws {
            let manual = Timestamp(seconds: 1_700_000_000)
            let code = Held()
            // Every answer takes a second of this clock: listening goes on without a pause.
            let ticks = Held()
            try await Stage.run(
                {
                    ChannelAddresses(telegram: .init(base: $0, token: Redacted(Self.token), chat: "42"))
                },
                clock: {
                    ticks.add("")
                    return manual + .milliseconds(Int64(ticks.all.count) * 20)
                },
                script: { request, number in
                    if request.path.hasSuffix("/sendMessage") {
                        if let match = request.text.firstMatch(of: #/\/hold (\d{4})/#) { code.add(String(match.1)) }
                        return .ok
                    }
                    let updates: [String] =
                        switch number {
                        case 0:
                            [
                                Self.update(7, chat: 13, "/hold"), Self.update(8, chat: 42, "/status"),
                                Self.update(9, chat: 42, "/hold"),
                            ]
                        default: code.all.first.map { [Self.update(10, chat: 42, "/hold \($0)")] } ?? []
                        }
                    let body = #"{"ok":true,"result":["# + updates.joined(separator: ",") + "]}"
                    return .respondLater(
                        HTTPResponse(status: 200, body: Array(body.utf8)), after: .milliseconds(number == 0 ? 0 : 20))
                }
            ) { stage in
                var said: [String] = []
                var offsets: [Int64?] = []
                while said.count < 3 {
                    let request = try await stage.next()
                    if request.path.hasSuffix("/getUpdates") {
                        offsets.append(try request.json()["offset"]?.integer)
                    } else {
                        said.append(try request.json()["text"]?.string ?? "")
                    }
                }
                #expect(said[0] == "the session has not told its status yet")
                #expect(said[1].hasPrefix("To stop entries, answer within 2 minutes: /hold "))
                #expect(said[2] == "Entries are being stopped. Positions keep their stops.")
                #expect(offsets.prefix(2) == [nil, 10])
                #expect(stage.held.all == ["asked for in the chat"])
                #expect(stage.monitor.registry.text().contains("trident_chat_strangers_total 1\n"))
                #expect(!stage.log.all.contains { $0.contains("canary") })
            }
        }
    }
}
