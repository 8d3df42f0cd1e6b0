import Market
import Sockets
import Testing
import Wire

extension OnOneThread {
    @Suite struct HTTPCallerTests {
        typealias Server = SocketServer<RoomValue>

        private func calling(
            _ port: Int, _ limits: HTTPCaller.Limits = HTTPCaller.Limits(),
            _ body: (HTTPCaller) async throws -> Void
        ) async throws {
            let caller = HTTPCaller(try #require(Endpoint("http://127.0.0.1:\(port)")), limits: limits)
            do {
                try await body(caller)
            } catch {
                await caller.close()
                throw error
            }
            await caller.close()
        }

        @Test func whatIsSignedIsWhatTravels() async throws {
            let value = try await Server.running { server in
                try await calling(server.port) { caller in
                    let query =
                        "symbol=PF_XBTUSD&text=" + FormText.encoded("a b+c/d?e&ü=") + "&orders=%5B%7B%22a%22%3A1%7D%5D"
                    let request = HTTPRequest(.post, "/echo", query: query, body: Array("nonce=1&x=%20".utf8))
                    let answer = try await caller.send(request)
                    #expect(answer.status == 200)
                    #expect(answer.body == request.body)
                    #expect(try await caller.send(HTTPRequest(.get, "/nowhere")).status == 404)
                }
                // Both went over one connection.
                #expect(server.counts.accepted == 1)
            }
            #expect(
                value.log.first
                    == "POST /echo?symbol=PF_XBTUSD&text=a%20b%2Bc%2Fd%3Fe%26%C3%BC%3D&orders=%5B%7B%22a%22%3A1%7D%5D 13"
            )
        }

        @Test(arguments: ["a b", "ü", "{}"]) func aQueryThatWouldChangeOnItsWayIsNotSent(query: String) async throws {
            let value = try await Server.running { server in
                try await calling(server.port) { caller in
                    await #expect(throws: TransportFailure.self) {
                        _ = try await caller.send(HTTPRequest(.get, "/echo", query: query))
                    }
                }
            }
            #expect(value.log.isEmpty)
        }

        @Test func aClosedPortMeansNotConnected() async throws {
            let server = try await Server.start(RoomValue(), clock: ServedClock(start: Server.start))
            let port = server.port
            _ = try await server.stop()
            try await calling(port) { caller in
                await #expect {
                    _ = try await caller.send(HTTPRequest(.post, "/echo", body: [1]))
                } throws: { error in
                    guard case .notConnected? = error as? TransportFailure else { return false }
                    return true
                }
            }
        }

        @Test(arguments: ["/reset", "/silent"]) func aRequestWithoutAnswerIsLost(path: String) async throws {
            var limits = HTTPCaller.Limits()
            limits.read = .milliseconds(200)
            let value = try await Server.running { server in
                try await calling(server.port, limits) { caller in
                    await #expect {
                        _ = try await caller.send(HTTPRequest(.post, path, body: [1]))
                    } throws: { error in
                        guard case .lost? = error as? TransportFailure else { return false }
                        return true
                    }
                }
            }
            // Once: it is for the caller to find out what became of it.
            #expect(value.log == ["POST \(path)? 1"])
        }

        @Test func theWholeCallHasADeadline() async throws {
            var limits = HTTPCaller.Limits()
            limits.total = .milliseconds(200)
            try await Server.running { server in
                try await calling(server.port, limits) { caller in
                    await #expect(throws: TransportFailure.self) {
                        _ = try await caller.send(HTTPRequest(.get, "/silent"))
                    }
                }
            }
        }

        @Test func anAnswerBeyondTheLimitIsCutOff() async throws {
            var limits = HTTPCaller.Limits()
            limits.body = 1_000_000
            try await Server.running { server in
                try await calling(server.port, limits) { caller in
                    await #expect {
                        _ = try await caller.send(HTTPRequest(.get, "/large"))
                    } throws: { error in
                        error as? TransportFailure == .lost("the answer has more than 1000000 bytes")
                    }
                }
            }
        }

        @Test func manyCallsAtOnceAreAllAnswered() async throws {
            let value = try await Server.running { server in
                try await calling(server.port) { caller in
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<200 {
                            group.addTask {
                                let body = Array("\(number)".utf8)
                                return try await caller.send(HTTPRequest(.post, "/echo", body: body)).body == body
                            }
                        }
                        for try await isRight in group { #expect(isRight) }
                    }
                }
                #expect(server.counts.accepted <= 8)
            }
            #expect(value.log.count == 200)
        }
    }
}

@Suite struct EndpointTests {
    @Test func readsAnAddress() throws {
        let plain = try #require(Endpoint("https://futures.kraken.com"))
        #expect(plain.port == 443)
        #expect(plain.path == "")
        let full = try #require(Endpoint("ws://127.0.0.1:8080/ws/v1?x=1"))
        #expect(full.scheme == .ws)
        #expect(full.host == "127.0.0.1")
        #expect(full.port == 8080)
        #expect(full.path == "/ws/v1?x=1")
        #expect(full.description == "ws://127.0.0.1:8080/ws/v1?x=1")
    }

    @Test(arguments: [
        "", "kraken.com", "ftp://kraken.com", "http://", "http://user:secret@kraken.com", "http://a b", "http://a/b c",
        "http://a:0", "http://a:70000", "http://a:x", "http://a/#b", "http://ü.com", "http://a?b",
    ]) func refusesWhatIsNone(text: String) { #expect(Endpoint(text) == nil) }
}
