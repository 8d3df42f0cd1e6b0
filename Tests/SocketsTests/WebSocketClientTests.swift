import Market
import Sockets
import Testing
import Wire

extension OnOneThread {
    @Suite struct WebSocketClientTests {
        typealias Server = SocketServer<RoomValue>

        private func endpoint(_ port: Int, _ path: String = "/ws") throws -> Endpoint {
            try #require(Endpoint("ws://127.0.0.1:\(port)\(path)"))
        }

        private func isText(_ event: SocketEvent?, _ text: String) -> Bool { event == .text(Array(text.utf8)) }

        @Test func opensTalksAndCloses() async throws {
            let value = try await Server.running { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port))
                var events = client.events.makeAsyncIterator()
                #expect(await events.next() == .opened)
                #expect(isText(await events.next(), "hello"))
                for number in 0..<100 { try await client.send(Array("number \(number)".utf8)) }
                for number in 0..<100 { #expect(isText(await events.next(), "number \(number)")) }
                await client.close()
                #expect(await events.next() == .closed(.asked))
                #expect(await events.next() == nil)
                await #expect(throws: TransportFailure.notConnected("the connection is closed")) {
                    try await client.send([])
                }
            }
            #expect(value.log.count == 101)
            #expect(value.log.last == "closed")
        }

        @Test func tellsHowThePeerClosed() async throws {
            try await Server.running { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port))
                try await client.send(Array("close me".utf8))
                var events = client.events.makeAsyncIterator()
                var last: SocketEvent?
                while let event = await events.next() { last = event }
                #expect(last == .closed(.byPeer(.policyViolation, reason: "as asked")))
            }
        }

        @Test func tellsThatTheConnectionBroke() async throws {
            try await Server.running { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port))
                try await client.send(Array("reset me".utf8))
                var events = client.events.makeAsyncIterator()
                var last: SocketEvent?
                while let event = await events.next() { last = event }
                guard case .closed(.broken)? = last else {
                    Issue.record("ended with \(String(describing: last))")
                    return
                }
            }
        }

        @Test func aRefusalNamesItsStatus() async throws {
            try await Server.running { server in
                let target = try endpoint(server.port, "/elsewhere")
                await #expect {
                    _ = try await WebSocketClient.connect(target)
                } throws: { error in
                    guard case .notConnected(let reason)? = error as? TransportFailure else { return false }
                    return reason.contains("404")
                }
            }
        }

        @Test func aClosedPortMeansNotConnected() async throws {
            let server = try await Server.start(RoomValue(), clock: ServedClock(start: Server.start))
            let target = try endpoint(server.port)
            _ = try await server.stop()
            await #expect(throws: TransportFailure.self) { _ = try await WebSocketClient.connect(target) }
        }

        @Test func aServerThatNeverAnswersTheHandshakeIsGivenUp() async throws {
            let listener = try RawListener()
            var limits = SocketLimits()
            limits.connect = .milliseconds(200)
            let target = try endpoint(listener.port)
            await #expect(throws: TransportFailure.self) {
                _ = try await WebSocketClient.connect(target, limits: limits)
            }
        }

        @Test func aDeadConnectionIsFoundByItsSilence() async throws {
            var limits = SocketLimits()
            limits.pingInterval = .milliseconds(50)
            limits.pongDeadline = .milliseconds(50)
            let quick = limits
            try await Server.running { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port), limits: quick)
                var events = client.events.makeAsyncIterator()
                #expect(await events.next() == .opened)
                #expect(isText(await events.next(), "hello"))
                // Pings are answered: it lives on until the server falls silent.
                try await client.send(Array("still here".utf8))
                #expect(isText(await events.next(), "still here"))
                _ = try await server.withValue { value in
                    value.answer(HTTPRequest(.get, "/mute"), at: Server.start)
                }
                #expect(await events.next() == .closed(.silent))
            }
        }

        @Test func anIdleConnectionThatAnswersPingsLives() async throws {
            var server = ServerLimits()
            server.pingInterval = .milliseconds(20)
            var client = SocketLimits()
            client.pingInterval = .milliseconds(20)
            client.pongDeadline = .seconds(5)
            let limits = client
            // Twenty intervals of nothing but pings from both sides: a minute of served time takes 400 ms.
            try await Server.running(
                limits: server, clock: ServedClock(start: Server.start, speed: 150)
            ) { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port), limits: limits)
                var events = client.events.makeAsyncIterator()
                _ = await events.next()
                _ = await events.next()
                try await client.send(Array("in a minute".utf8))
                guard case .text? = await events.next() else {
                    Issue.record("it was closed")
                    return
                }
                #expect(server.counts.timeOuts == 0)
            }
        }

        @Test func whatNobodyReadsIsCountedAndThrownAway() async throws {
            var limits = SocketLimits()
            limits.queuedMessages = 10
            let small = limits
            try await Server.running { server in
                let client = try await WebSocketClient.connect(try endpoint(server.port), limits: small)
                let other = try await WebSocketClient.connect(try endpoint(server.port))
                var others = other.events.makeAsyncIterator()
                _ = await others.next()
                _ = await others.next()
                for number in 0..<100 {
                    _ = try await server.withValue { value in
                        value.answer(HTTPRequest(.post, "/broadcast", body: Array("\(number)".utf8)), at: Server.start)
                    }
                }
                // Pinged after everything was sent: when the echo is there, so is all before it.
                for number in 0..<100 { #expect(isText(await others.next(), "\(number)")) }
                try await client.send(Array("the end".utf8))
                await client.close()
                var events = client.events.makeAsyncIterator()
                #expect(await events.next() == .opened)
                #expect(isText(await events.next(), "hello"))
                for number in 0..<9 { #expect(isText(await events.next(), "\(number)")) }
                guard case .overflowed(let messages, _)? = await events.next() else {
                    Issue.record("no overflow was reported")
                    return
                }
                #expect((91...92).contains(messages))
                #expect(await events.next() == .closed(.asked))
                await other.close()
            }
        }

        /// What a server sends, and how the connection must end.
        static let violations: [(bytes: [UInt8], code: CloseCode)] = [
            (RawSocket.frame(0x81, [0xc3, 0x28], isMasked: false), .invalidText),
            (RawSocket.frame(0x81, Array("masked".utf8)), .protocolError),
            (RawSocket.frame(0xc1, Array("compressed".utf8), isMasked: false), .protocolError),
            (RawSocket.frame(0x83, [], isMasked: false), .protocolError),
            (RawSocket.frame(0x80, [1], isMasked: false), .protocolError),
            (RawSocket.frame(0x82, [1], isMasked: false), .unacceptableData),
            (RawSocket.frame(0x09, [1], isMasked: false), .protocolError),
            (RawSocket.frame(0x89, [UInt8](repeating: 1, count: 126), isMasked: false), .protocolError),
            (RawSocket.frame(0x88, [3], isMasked: false), .protocolError),
            ([0x81, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], .messageTooLarge),
            ([0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .messageTooLarge),
        ]

        @Test(arguments: violations.indices) func refusesWhatTheProtocolForbids(index: Int) async throws {
            let (bytes, code) = Self.violations[index]
            let listener = try RawListener()
            let target = try endpoint(listener.port)
            async let connecting = WebSocketClient.connect(target)
            let server = try listener.accept()
            try server.acceptUpgrade(sending: bytes)
            let client = try await connecting
            var events = client.events.makeAsyncIterator()
            #expect(await events.next() == .opened)
            // The closing frame that it sends says why.
            let frame = try server.nextMaskedFrame()
            #expect(frame.closeCode == Int(code.number))
            server.finish()
            guard case .closed(.violation(let given, _))? = await events.next() else {
                Issue.record("it was not closed for a violation")
                return
            }
            #expect(given == code)
        }

        @Test func fragmentsMakeOneMessage() async throws {
            let listener = try RawListener()
            let target = try endpoint(listener.port)
            async let connecting = WebSocketClient.connect(target)
            let server = try listener.accept()
            // A character of three bytes, cut in the middle, with a ping between.
            try server.acceptUpgrade(
                sending: RawSocket.frame(0x01, [0xe2, 0x82], isMasked: false)
                    + RawSocket.frame(0x89, [7], isMasked: false) + RawSocket.frame(0x80, [0xac], isMasked: false))
            let client = try await connecting
            var events = client.events.makeAsyncIterator()
            #expect(await events.next() == .opened)
            #expect(isText(await events.next(), "€"))
            #expect(try server.nextMaskedFrame() == RawSocket.Frame(first: 0x8a, payload: [7]))
            server.finish()
            await client.close()
        }
    }
}
