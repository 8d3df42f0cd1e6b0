import Foundation
import Market
import Sockets
import TestSupport
import Testing
import Wire

extension OnOneThread {
    /// What strangers may send: everything is refused with its proper code or bounded, and the server goes on serving.
    @Suite struct StrangerTests {
        typealias Server = SocketServer<RoomValue>

        private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
            var limits = ServerLimits()
            change(&limits)
            return limits
        }

        /// It still answers, over a fresh connection.
        private func answers(_ port: Int) throws -> Bool {
            let socket = try RawSocket(port: port)
            try socket.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nalive")
            return try socket.response().body == "alive"
        }

        // MARK: Requests

        static let malformed: [(request: String, status: Int)] = [
            ("nonsense\r\n\r\n", 400),
            ("GET /echo\r\n\r\n", 400),
            ("GET /echo HTTP/9.9\r\n\r\n", 400),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
            ("GET /echo HTTP/1.1\r\nHost x\r\n\r\n", 400),
            ("GET /echo HTTP/1.1\r\nHo st: x\r\n\r\n", 400),
            ("GET /echo HTTP/1.1\r\nHost: \u{0}\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
            ("OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405),
            ("CONNECT kraken.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
            ("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n", 404),
            ("GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 200),
        ]

        @Test(arguments: malformed.indices) func answersMalformedRequestsByTheirStatus(index: Int) async throws {
            let (request, status) = Self.malformed[index]
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.send(request)
                let response = try socket.response()
                #expect(response.status == status)
                #expect(response.headers["connection"] == "close")
                #expect(socket.ending() == .ended)
                #expect(try answers(server.port))
            }
        }

        @Test(arguments: [
            "/../etc/passwd", "/a/../../b", "/a/..", "/.", "/%2e%2e/etc", "/a%2fb", "/a%5cb", "/a\\b", "/a%00b",
            "/a%0ab",
            "/%", "/%4", "/%zz", "/a%252fb", "/a%3fb", "/é", "/a#b", "http://x/echo", "*", "echo",
        ]) func refusesPathsThatMeanSomethingElse(path: String) async throws {
            let value = try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try socket.response().status == 400)
                let upgrading = try RawSocket(port: server.port)
                #expect(try upgrading.upgrade(path).status == 400)
            }
            // The value never heard of them.
            #expect(value.log.isEmpty)
        }

        @Test func plainPathsArriveAsPlainText() async throws {
            let value = try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                for path in ["/a..b/.c", "//a", "/%41?x=%2e%2e%2f", "/a;b=c"] {
                    try socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try socket.response().status == 404)
                }
            }
            #expect(value.log == ["GET /a..b/.c? 0", "GET //a? 0", "GET /A?x=%2e%2e%2f 0", "GET /a;b=c? 0"])
        }

        @Test func oversizeHeadersAre431() async throws {
            let limits = limits {
                $0.headerField = 1_000
                $0.headers = 4_000
                $0.headerCount = 20
            }
            try await Server.running(limits: limits) { server in
                let long = String(repeating: "x", count: 100_000)
                let many = (0..<21).map { "a\($0): b\r\n" }.joined()
                let total = (0..<10).map { "a\($0): \(long.prefix(900))\r\n" }.joined()
                for head in [
                    "GET /\(long) HTTP/1.1", "GET / HTTP/1.1\r\nx: \(long)", "GET / HTTP/1.1\r\n\(many)",
                    "GET / HTTP/1.1\r\n\(total)",
                ] {
                    let socket = try RawSocket(port: server.port)
                    socket.sendWhilePossible(Array(head.utf8))
                    #expect(try socket.response().status == 431)
                }
                #expect(server.counts.refusedRequests == 4)
                #expect(try answers(server.port))
            }
        }

        @Test func oversizeBodiesAre413HoweverTheyCome() async throws {
            let value = try await Server.running(limits: limits { $0.body = 10_000 }) { server in
                let announced = try RawSocket(port: server.port)
                try announced.send("POST /echo HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n")
                #expect(try announced.response().status == 413)

                let chunked = try RawSocket(port: server.port)
                try chunked.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "1000\r\n" + String(repeating: "x", count: 4_096) + "\r\n"
                chunked.sendWhilePossible(Array(String(repeating: chunk, count: 50).utf8))
                #expect(try chunked.response().status == 413)
            }
            #expect(value.log.isEmpty)
        }

        @Test func tooManyRequestsAtOnceAre503() async throws {
            try await Server.running(limits: limits { $0.requestsInFlight = 0 }) { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                let response = try socket.response()
                #expect(response.status == 503)
                #expect(response.headers["retry-after"] == "1")
            }
        }

        // MARK: Time

        @Test func halfARequestIsNotWaitedForForEver() async throws {
            try await Server.running(limits: limits { $0.idle = .milliseconds(100) }) { server in
                let silent = try RawSocket(port: server.port)
                let head = try RawSocket(port: server.port)
                try head.send("GET /echo HTTP/1.1\r\nHo")
                let body = try RawSocket(port: server.port)
                try body.send("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
                #expect(silent.ending() == .ended)
                #expect(head.ending() == .ended)
                #expect(try body.response().status == 408)
                #expect(server.counts.timeOuts == 3)
            }
        }

        /// Bytes that trickle in do not put the end off.
        @Test func aSlowHeaderIsCutOff() async throws {
            try await Server.running(limits: limits { $0.idle = .milliseconds(200) }) { server in
                let socket = try RawSocket(port: server.port)
                try socket.send("GET /echo HTTP/1.1\r\n")
                var fields = 0
                while socket.isQuiet, fields < 100_000 {
                    socket.sendWhilePossible(Array("a: b\r\n".utf8))
                    fields += 1
                }
                #expect([.ended, .reset].contains(socket.ending()))
                #expect(try answers(server.port))
            }
        }

        @Test func aWebSocketThatAnswersNoPingIsCutOff() async throws {
            let value = try await Server.running(limits: limits { $0.pingInterval = .milliseconds(30) }) { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                #expect(try socket.nextFrame().opcode == 9)
                #expect(socket.ending() == .reset)
                #expect(server.counts.timeOuts == 1)
            }
            #expect(value.members.isEmpty)
        }

        // MARK: Frames

        static let violations: [(bytes: [UInt8], code: Int)] = [
            (RawSocket.frame(0x81, Array("no mask".utf8), isMasked: false), 1002),
            (RawSocket.frame(0xc1, Array("compressed".utf8)), 1002),
            (RawSocket.frame(0xa1, []), 1002), (RawSocket.frame(0x91, []), 1002),
            (RawSocket.frame(0x83, []), 1002), (RawSocket.frame(0x8f, []), 1002),
            (RawSocket.frame(0x80, []), 1002), (RawSocket.frame(0x00, []), 1002),
            (RawSocket.frame(0x01, [97]) + RawSocket.frame(0x81, [97]), 1002),
            (RawSocket.frame(0x09, []), 1002), (RawSocket.frame(0x08, []), 1002),
            (RawSocket.frame(0x89, [UInt8](repeating: 0, count: 126)), 1002),
            (RawSocket.frame(0x82, [0]), 1003),
            (RawSocket.frame(0x81, [0xff]), 1007), (RawSocket.frame(0x81, [0xed, 0xa0, 0x80]), 1007),
            (RawSocket.frame(0x81, [0xc0, 0x80]), 1007), (RawSocket.frame(0x81, [0xf4, 0x90, 0x80, 0x80]), 1007),
            (RawSocket.frame(0x01, [0xe2, 0x82]) + RawSocket.frame(0x80, [0x61]), 1007),
            (RawSocket.frame(0x88, [0x03]), 1002), (RawSocket.frame(0x88, [0x03, 0xed]), 1002),
            (RawSocket.frame(0x88, [0x00, 0x00]), 1002), (RawSocket.frame(0x88, [0xff, 0xff]), 1002),
            (RawSocket.frame(0x88, [0x03, 0xe8, 0xff]), 1007),
            (RawSocket.frame(0x81, [UInt8](repeating: 97, count: 1_001)), 1009),
            ([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0], 1009), ([0x81, 0xff] + [UInt8](repeating: 0xff, count: 8), 1009),
            (
                RawSocket.frame(0x01, [UInt8](repeating: 97, count: 600))
                    + RawSocket.frame(0x80, [UInt8](repeating: 97, count: 600)), 1009
            ),
            ((0...8).flatMap { RawSocket.frame($0 == 0 ? 0x01 : 0x00, [97]) }, 1008),
        ]

        @Test(arguments: violations.indices) func closesForWhatTheProtocolForbids(index: Int) async throws {
            let (bytes, code) = Self.violations[index]
            let limits = limits {
                $0.message = 1_000
                $0.fragments = 8
            }
            let value = try await Server.running(limits: limits) { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                try socket.sendText("before")
                #expect(try socket.nextFrame().text == "before")
                try socket.send(bytes)
                #expect(try socket.nextFrame().closeCode == code)
                #expect(socket.ending() == .ended)
                #expect(server.counts.violations == 1)
            }
            #expect(value.log == ["text before", "closed"])
        }

        @Test func fragmentsAndControlFramesMayMix() async throws {
            try await Server.running { server in
                let socket = try RawSocket(port: server.port)
                try socket.upgrade()
                _ = try socket.nextFrame()
                try socket.send(
                    RawSocket.frame(0x01, [0xe2, 0x82]) + RawSocket.frame(0x89, [1]) + RawSocket.frame(0x00, [])
                        + RawSocket.frame(0x8a, []) + RawSocket.frame(0x80, [0xac]))
                #expect(try socket.nextFrame() == RawSocket.Frame(first: 0x8a, payload: [1]))
                #expect(try socket.nextFrame().text == "€")
            }
        }

        /// Whatever bytes come after the handshake, or instead of a request: the server lives, and forgets nobody.
        @Test func randomBytesHarmNobody() async throws {
            var generator = SeededGenerator(seed: 20)
            let value = try await Server.running(limits: limits { $0.linger = .milliseconds(50) }) { server in
                for round in 0..<300 {
                    let socket = try RawSocket(port: server.port)
                    if round % 3 != 0 {
                        try socket.upgrade()
                        _ = try socket.nextFrame()
                    }
                    var bytes = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                    // A third of them begin as they should.
                    if round % 3 == 1 {
                        bytes = RawSocket.frame(0x81, bytes).map {
                            Bool.random(using: &generator) && Int.random(in: 0..<20, using: &generator) == 0
                                ? $0 &+ 1 : $0
                        }
                    }
                    socket.sendWhilePossible(bytes)
                    if round % 2 == 0 { socket.reset() }
                }
                #expect(try answers(server.port))
            }
            #expect(value.members.isEmpty)
        }

        // MARK: Numbers

        @Test func moreConnectionsThanAllowedAreTurnedAway() async throws {
            try await Server.running(limits: limits { $0.connections = 10 }) { server in
                let sockets = try (0..<10).map { _ in try RawSocket(port: server.port) }
                for socket in sockets {
                    try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try socket.response().status == 200)
                }
                #expect([.ended, .reset].contains(try RawSocket(port: server.port).ending()))
                #expect(server.openConnections == 10)
                #expect(server.counts.refused == 1)
            }
        }

        @Test func aThousandIdleConnectionsCostLittle() async throws {
            raiseFileLimit()
            let before = residentBytes()
            let value = try await Server.running(threads: 2) { server in
                var sockets: [RawSocket] = []
                for number in 0..<1_000 {
                    let socket = try RawSocket(port: server.port)
                    if number % 2 == 0 {
                        try socket.upgrade()
                        #expect(try socket.nextFrame().text == "hello")
                    }
                    sockets.append(socket)
                }
                #expect(try answers(server.port))
                #expect(server.openConnections >= 1_000)
                #expect(residentBytes() - before < 100 << 20)
                let caller = try RawSocket(port: server.port)
                try caller.send("POST /broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ntick")
                #expect(try caller.response().body == "500")
                for number in stride(from: 0, to: 1_000, by: 2) {
                    #expect(try sockets[number].nextFrame().text == "tick")
                }
                sockets.removeAll()
            }
            #expect(value.members.isEmpty)
            #expect(value.log.count { $0 == "closed" } == 500)
        }

        @Test func aClientThatDoesNotReadIsCutOffAndTheOthersAreServed() async throws {
            let value = try await Server.running(limits: limits { $0.outbound = 1 << 20 }) { server in
                let slow = try RawSocket(port: server.port, receiveBuffer: 4_096)
                try slow.upgrade()
                let caller = try RawSocket(port: server.port)
                // 64 megabytes for somebody who takes none.
                try caller.send("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try caller.response().status == 200)
                #expect(slow.ending() == .reset)
                #expect(server.counts.slowClients == 1)
                #expect(try answers(server.port))
            }
            #expect(value.members.isEmpty)
        }

        @Test func aStalledClientIsCutOffAfterAWhile() async throws {
            let limits = limits {
                $0.outbound = 1 << 30
                $0.stall = .milliseconds(100)
            }
            try await Server.running(limits: limits) { server in
                let watcher = try RawSocket(port: server.port)
                try watcher.upgrade("/watch")
                let slow = try RawSocket(port: server.port, receiveBuffer: 4_096)
                try slow.upgrade()
                let caller = try RawSocket(port: server.port)
                try caller.send("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try caller.response().status == 200)
                // It is gone before a byte of the flood was read.
                #expect(try watcher.nextFrame().text == "left")
                #expect(server.counts.slowClients == 1)
                #expect(slow.ending() == .reset)
            }
        }

        @Test func pipelinedRequestsOfAClientThatDoesNotReadAreBounded() async throws {
            try await Server.running(limits: limits { $0.outbound = 2 << 20 }) { server in
                let slow = try RawSocket(port: server.port, receiveBuffer: 4_096)
                let request = Array("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                for _ in 0..<200 { slow.sendWhilePossible(request) }
                #expect(slow.ending() == .reset)
                #expect(server.counts.slowClients == 1)
                // A few of the 200 megabytes were made before it was seen that nobody takes them.
                #expect(server.counts.requests < 20)
                #expect(try answers(server.port))
            }
        }

        @Test func resetsAtAnyMomentLeaveNothingBehind() async throws {
            let value = try await Server.running { server in
                for round in 0..<200 {
                    let socket = try RawSocket(port: server.port)
                    switch round % 5 {
                    case 0: break
                    case 1: try socket.send("GET /ec")
                    case 2: try socket.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
                    case 3: try socket.upgrade()
                    default:
                        try socket.upgrade()
                        try socket.send([0x81, 0xfe, 0x10, 0x00, 1, 2, 3, 4, 5])
                    }
                    socket.reset()
                }
                #expect(try answers(server.port))
            }
            #expect(value.members.isEmpty)
            #expect(value.log.count { $0 == "closed" } == 80)
        }
    }
}

/// The memory of this process that is in use, in bytes.
private func residentBytes() -> Int {
    guard let text = FileManager.default.contents(atPath: "/proc/self/statm") else { return 0 }
    let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4_096
}

private func raiseFileLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 8_192)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
