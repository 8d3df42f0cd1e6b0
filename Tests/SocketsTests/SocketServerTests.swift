import Market
import Sockets
import Synchronization
import Testing
import Wire

extension OnOneThread {
    @Suite struct SocketServerTests {
        typealias Server = SocketServer<RoomValue>

        @Test func answersRequestsOnOneConnectionInOrder() async throws {
            let value = try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                var text = ""
                for number in 0..<20 {
                    text += "POST /echo?n=\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\(10 + number)"
                }
                try socket.send(text)
                for number in 0..<20 {
                    let response = try socket.response()
                    #expect(response.status == 200)
                    #expect(response.headers["connection"] == "keep-alive")
                    #expect(response.body == "\(10 + number)")
                }
                #expect(server.counts.requests == 20)
                #expect(server.counts.accepted == 1)
            }
            #expect(value.log.count == 20)
            #expect(value.log.last == "POST /echo?n=19 2")
        }

        @Test func closesAfterTheAnswerWhenAsked() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let response = try socket.response()
                #expect(response.status == 404)
                #expect(response.headers["connection"] == "close")
                #expect(socket.ending() == .ended)
            }
        }

        @Test func oneRequestMayComeInPieces() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                for piece in [
                    "POST /ec", "ho HTTP/1.1\r\nHo", "st: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r", "\nabc\r\n",
                ] {
                    try socket.send(piece)
                }
                try socket.send("2\r\nde\r\n0\r\n\r\n")
                #expect(try socket.response().body == "abcde")
            }
        }

        @Test func saysGoOnToAClientThatAsksBeforeItsBody() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(try socket.response().status == 100)
                try socket.send("abc")
                #expect(try socket.response().body == "abc")
            }
        }

        @Test func upgradesToWebSocketWithoutExtensions() async throws {
            let value = try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                let answer = try socket.upgrade(
                    headers: "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
                #expect(answer.status == 101)
                // RFC 6455, section 1.3.
                #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(answer.headers["sec-websocket-extensions"] == nil)
                #expect(try socket.nextFrame().text == "hello")
                try socket.sendText("to and fro")
                let echo = try socket.nextFrame()
                #expect(echo.first == 0x81)
                #expect(echo.text == "to and fro")
                try socket.sendFrame(0x89, [1, 2, 3])
                #expect(try socket.nextFrame() == RawSocket.Frame(first: 0x8a, payload: [1, 2, 3]))
                try socket.sendFrame(0x88, [0x03, 0xe8])
                #expect(try socket.nextFrame().closeCode == 1000)
                #expect(socket.ending() == .ended)
            }
            #expect(value.log == ["text to and fro", "closed"])
            #expect(value.members.isEmpty)
        }

        @Test func aRefusedWebSocketIsAnsweredAsARequest() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                let answer = try socket.upgrade("/elsewhere")
                #expect(answer.status == 404)
                #expect(answer.body == "/elsewhere")
            }
        }

        @Test func onlyVersionThirteenIsSpoken() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.send(
                    """
                    GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n
                    """)
                let answer = try socket.response()
                #expect(answer.status == 426)
                #expect(answer.headers["sec-websocket-version"] == "13")
            }
        }

        @Test(arguments: [1, 3]) func oneTextGoesToManySubscribers(threads: Int) async throws {
            try await Server.running(threads: threads) { server in
                let subscribers = try (0..<20).map { _ in try RawSocket(port: server.port) }
                for subscriber in subscribers {
                    try subscriber.upgrade()
                    #expect(try subscriber.nextFrame().text == "hello")
                }
                let caller = try RawSocket(port: server.port)
                let text = String(repeating: "tick ", count: 100)
                try caller.send("POST /broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n\(text)")
                #expect(try caller.response().body == "20")
                for subscriber in subscribers { #expect(try subscriber.nextFrame().text == text) }
                #expect(server.counts.messagesOut == 40)
            }
        }

        @Test func theValueClosesAndResetsConnections() async throws {
            try await Server.running { server in
                let first = try RawSocket(port: server.port)
                try first.upgrade()
                _ = try first.nextFrame()
                try first.sendText("close me")
                let frame = try first.nextFrame()
                #expect(frame.closeCode == 1008)
                #expect(frame.payload.dropFirst(2).elementsEqual("as asked".utf8))

                let second = try RawSocket(port: server.port)
                try second.upgrade()
                _ = try second.nextFrame()
                try second.sendText("reset me")
                #expect(second.ending() == .reset)

                let third = try RawSocket(port: server.port)
                try third.send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(third.ending() == .reset)
            }
        }

        @Test func aDeadConnectionStaysOpenAndSaysNothing() async throws {
            try await Server.running { server in
                let dead = try RawSocket(port: server.port)
                try dead.upgrade()
                _ = try dead.nextFrame()
                let caller = try RawSocket(port: server.port)
                try caller.send("GET /mute HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try caller.response().status == 200)
                // What a live one says after it is served; the dead one's message is not.
                try dead.sendText("anybody there?")
                try dead.sendFrame(0x89, [])
                try caller.send("POST /broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
                #expect(try caller.response().body == "1")
                #expect(dead.isQuiet)
                #expect(server.openConnections == 2)
            }
        }

        @Test func aSilentConnectionComesBackToLife() async throws {
            // The minute of silence takes 100 ms.
            let clock = ServedClock(start: Server.start, speed: 600)
            try await Server.running(clock: clock) { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                _ = try await server.withValue { value in
                    let now = value.now
                    return value.answer(HTTPRequest(.get, "/mute"), at: now)
                }
                try socket.sendText("said into the silence")
                #expect(try socket.nextFrame().text == "said into the silence")
            }
        }

        @Test func aConnectionMayBreakInsideAFrame() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                try socket.sendText("cut me")
                #expect(try socket.take(2) == [0x81, 64])
                #expect(throws: RawSocket.Failure.reset) { try socket.take(64) }
            }
        }

        @Test func connectionsAreRefusedForAWhile() async throws {
            try await Server.running { server in
                let caller = try RawSocket(port: server.port)
                try caller.send("GET /shut HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try caller.response().status == 200)
                #expect(try RawSocket(port: server.port).ending() == .reset)
                #expect(server.counts.refused == 1)
            }
        }

        @Test func servedTimeRunsAtItsSpeed() {
            let passed = Mutex(Interval.zero)
            let clock = ServedClock(start: Server.start, speed: 60) { passed.withLock { $0 } }
            #expect(clock.now == Server.start)
            passed.withLock { $0 = .seconds(2) }
            #expect(clock.now == Server.start + .minutes(2))
            #expect(clock.wait(until: Server.start + .minutes(3)) == .seconds(1))
            #expect(clock.wait(until: Server.start + .minutes(1)) == .zero)
            passed.withLock { $0 = .days(365 * 30) }
            #expect(clock.now > Server.start + .days(365 * 30))
        }

        @Test func whatIsDueHappensByItself() async throws {
            // A minute of served time passes in a millisecond.
            let clock = ServedClock(start: Server.start, speed: 60_000)
            try await Server.running(clock: clock) { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                try socket.sendText("in a minute")
                #expect(try socket.nextFrame().text.hasPrefix("due 2023-11-1"))
            }
        }

        @Test func lateAnswersWaitInServedTime() async throws {
            let clock = ServedClock(start: Server.start, speed: 6_000)
            try await Server.running(clock: clock) { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try socket.response().body == "late")
                #expect(try socket.response().body == "")
            }
        }

        @Test func anOwnerMayTouchTheValueAndSendFromIt() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                let members = try await server.withValue { value in
                    value.receive(Array("from the owner".utf8), from: value.members[0], at: Server.start)
                    return value.members.count
                }
                #expect(members == 1)
                #expect(try socket.nextFrame().text == "from the owner")
            }
        }

        @Test func stoppingTellsEverybodyAndEnds() async throws {
            let server = try await Server.start(RoomValue(), clock: ServedClock(start: Server.start))
            let socket = try RawSocket(port: server.port)
            try socket.upgrade()
            _ = try socket.nextFrame()
            let idle = try RawSocket(port: server.port)
            try idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try idle.response()
            async let stopped = server.stop()
            #expect(try socket.nextFrame().closeCode == 1001)
            try socket.sendFrame(0x88, [0x03, 0xe9])
            #expect(idle.ending() == .ended)
            #expect(try await stopped.log == ["GET /echo? 0", "closed"])
            #expect(throws: RawSocket.Failure.self) { try RawSocket(port: server.port) }
            await #expect(throws: ServerError.self) { try await server.withValue { $0.members.count } }
        }

        @Test func aTakenPortIsNamed() async throws {
            try await Server.running { server in
                let port = server.port
                await #expect {
                    _ = try await Server.start(RoomValue(), port: port, clock: ServedClock(start: Server.start))
                } throws: { error in
                    String(describing: error).contains("port \(port)")
                }
            }
        }
    }
}
