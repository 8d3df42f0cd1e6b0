import Exchange
import ExchangeService
import Foundation
import Kraken
import Market
import Sockets
import Synchronization
import TestSupport
import Testing
import Wire

@testable import KrakenServer

/// Strangers at the local exchange's door, over TCP: what they send is refused by its proper name, and leaves nothing behind.
@Suite(.serialized) struct ExchangeStrangersTests {
    typealias Served = SocketServer<ServedExchange>

    private static let order = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=30000"
    private static let path = "/derivatives/api/v3/sendorder"

    /// The exchange with an honest account and a second one, for the length of `body`; the exchange as it ended.
    @discardableResult
    private func exchange(
        limits: ServerLimits = ServerLimits(), clock: ServedClock? = nil, _ body: (Served) async throws -> Void
    ) async throws -> LocalExchange {
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50), seed: 7)
        configuration.limitsRates = false
        let setups = ["demo", "other"].map { AccountSetup(name: $0, equity: Money(10_000), seed: 7) }
        let value = LocalExchange(
            configuration: configuration, markets: DemoMarkets.histories, accounts: setups, start: DemoMarkets.start)
        let server = try await Served.start(
            ServedExchange(exchange: value), clock: clock ?? ServedClock(start: DemoMarkets.start) { .zero },
            limits: limits)
        do {
            try await body(server)
        } catch {
            _ = try await server.stop()
            throw error
        }
        return try await server.stop().exchange
    }

    private func caller(_ server: Served) throws -> HTTPCaller {
        HTTPCaller(try endpoint("http://127.0.0.1:\(server.port)"))
    }

    private func endpoint(_ text: String) throws -> Sockets.Endpoint {
        let parsed = Sockets.Endpoint(text)
        return try #require(parsed)
    }

    private func credentials(_ server: Served, _ account: Int = 0) async throws -> Credentials {
        let keys = try await server.withValue { $0.exchange.setups[account].keys }
        return try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
    }

    private func signed(_ credentials: Credentials, _ body: String = order, nonce: UInt64) -> HTTPRequest {
        credentials.signing(derivatives: HTTPRequest(.post, Self.path, body: Array(body.utf8)), nonce: nonce)
    }

    private func error(_ response: HTTPResponse) throws -> String? {
        try JSONValue(response.body)["error"]?.string
    }

    // MARK: Signatures and nonces

    @Test func onlyTheKeysOwnerGetsIn() async throws {
        let end = try await exchange { server in
            let caller = try caller(server)
            let mine = try await credentials(server)
            let others = try await credentials(server, 1)
            let honest = signed(mine, nonce: 10)
            func replacing(_ name: String, _ value: String?) -> HTTPRequest {
                var request = honest
                request.headers.removeAll { $0.name == name }
                if let value { request.headers.append(HTTPHeader(name, value)) }
                return request
            }
            var tampered = honest
            tampered.body = Array(Self.order.replacing("0.01", with: "9.01").utf8)
            var elsewhere = honest
            elsewhere.path = "/derivatives/api/v3/cancelallorders"
            let signature = try #require(honest[header: "Authent"])
            let forged = [
                replacing("Authent", nil), replacing("Authent", ""), replacing("Authent", "nonsense"),
                replacing("Authent", String(signature.dropLast(4))), replacing("Authent", signature + "AAAA"),
                replacing("Authent", signed(others, nonce: 10)[header: "Authent"]),
                replacing("APIKey", others.key.reveal()),
                replacing("APIKey", nil), replacing("APIKey", "stranger"), replacing("Nonce", "11"), tampered,
                elsewhere,
            ]
            for (number, request) in forged.enumerated() {
                let response = try await caller.send(request)
                let said = try error(response)
                #expect(
                    said == "authenticationError" || said == "apiKeyMissing" || said?.contains("equired") == true,
                    "\(number): \(said ?? "no error")")
            }
            // None of them has used up the nonce.
            #expect(try error(try await caller.send(honest)) == nil)
            await caller.close()
        }
        #expect(end.accounts[0].open.count == 1 && end.accounts[1].open.isEmpty)
    }

    @Test func aRequestIsGoodOnce() async throws {
        let end = try await exchange { server in
            let caller = try caller(server)
            let mine = try await credentials(server)
            let first = signed(mine, nonce: 1_000)
            #expect(try error(try await caller.send(first)) == nil)
            for _ in 0..<5 { #expect(try error(try await caller.send(first)) == "nonceDuplicate") }
            for nonce in 1_001...1_040 as ClosedRange<UInt64> {
                let body = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=29000"
                #expect(try error(try await caller.send(signed(mine, body, nonce: nonce))) == nil)
            }
            #expect(try error(try await caller.send(signed(mine, nonce: 999))) == "nonceBelowThreshold")
            #expect(try error(try await caller.send(first)) == "nonceBelowThreshold")
            await caller.close()
        }
        #expect(end.accounts[0].open.count == 41)
    }

    /// A signed challenge opens private feeds on the connection that asked for it, and on no other.
    @Test func aChallengeBelongsToItsConnection() async throws {
        try await exchange { server in
            let address = try endpoint("ws://127.0.0.1:\(server.port)/ws/v1")
            let mine = try await credentials(server)
            let honest = try await WebSocketClient.connect(address)
            let thief = try await WebSocketClient.connect(address)
            var events = honest.events.makeAsyncIterator()
            try await honest.send(Derivatives.StreamRequest.challenge(key: mine.key).bytes)
            var challenge: String?
            while challenge == nil, case let event? = await events.next() {
                guard case .text(let text) = event else { continue }
                if case .challenge(let words) = try Derivatives.StreamFrame(text) { challenge = words }
            }
            let words = try #require(challenge)
            let proof = Derivatives.ChallengeProof(
                key: mine.key, challenge: words, signature: Redacted(mine.signedChallenge(words)))
            let request = Derivatives.StreamRequest.subscribe(.known(.fills), [], proof).bytes
            try await thief.send(request)
            var stolen = thief.events.makeAsyncIterator()
            var isRefused = false
            while !isRefused, case let event? = await stolen.next() {
                guard case .text(let text) = event else { continue }
                switch try Derivatives.StreamFrame(text) {
                case .alert, .subscribeFailed: isRefused = true
                case .subscribed: Issue.record("the thief is subscribed")
                default: break
                }
            }
            #expect(isRefused)
            await thief.close()
            await honest.close()
        }
    }

    // MARK: Nonsense

    /// Deep nesting overflows the stack of a careless reader.
    private static let hostile: [String] = [
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 20_000),
        #"{"event":"subscribe","feed":"ticker","product_ids":\#(String(repeating: "[", count: 50_000))"#,
        #"{"event":"subscribe","feed":"ticker","product_ids":[1e999999999,-0,"\ud800"]}"#,
        #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":99999999999999999999}}"#,
        #"{"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":-5}}"#,
        #"{"method":"ping","req_id":\#(String(repeating: "9", count: 50_000))}"#, "\u{0}", "null", "\"\"", "",
    ]

    @Test func hostileTextIsAnswered() async throws {
        try await exchange { server in
            let caller = try caller(server)
            let mine = try await credentials(server)
            for path in ["/ws/v1", "/v2", "/v2/public", "/v2/private"] {
                let address = try endpoint("ws://127.0.0.1:\(server.port)\(path)")
                let client = try await WebSocketClient.connect(address)
                for text in Self.hostile { try await client.send(Array(text.utf8)) }
                try await client.send(Array(#"{"method":"ping","req_id":77}"#.utf8))
                // Its answer, or the old surface's complaint about it, comes after all others.
                var answers = 0
                var events = client.events.makeAsyncIterator()
                while answers < Self.hostile.count, case let event? = await events.next() {
                    if case .text = event { answers += 1 }
                    if case .closed(let reason) = event { Issue.record("\(path): \(reason)") }
                }
                await client.close()
            }
            var nonce: UInt64 = 0
            for text in Self.hostile + ["%", "%zz=1", "a=%ff%fe&b=%00", "size=1e308&size=2", "json=%7B%22batchOrder"] {
                for path in ["sendorder", "batchorder", "editorder", "orders/status", "cancelallordersafter"] {
                    nonce += 1
                    let request = mine.signing(
                        derivatives: HTTPRequest(.post, "/derivatives/api/v3/" + path, body: Array(text.utf8)),
                        nonce: nonce)
                    let response = try await caller.send(request)
                    #expect(response.status < 500)
                }
            }
            await caller.close()
        }
    }

    /// Random bytes where a request or frame is expected, then an honest order; no socket, session or listener stays behind.
    @Test(arguments: 0..<2) func noiseLeavesNothingBehind(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) + 900)
        let end = try await exchange { server in
            let caller = try caller(server)
            let mine = try await credentials(server)
            let seeds = Self.hostile.suffix(6) + [Self.order, #"{"event":"subscribe","feed":"book"}"#]
            func noise() -> [UInt8] {
                var bytes = Array(seeds.randomElement(using: &random)!.utf8.prefix(2_000))
                for _ in 0..<Int.random(in: 0...8, using: &random) {
                    let place = Int.random(in: 0...bytes.count, using: &random)
                    bytes.insert(UInt8.random(in: 0...127, using: &random), at: place)
                }
                return bytes
            }
            for round in 0..<8 {
                let path = ["/ws/v1", "/v2", "/v2/public", "/v2/private"][round % 4]
                let address = try endpoint("ws://127.0.0.1:\(server.port)\(path)")
                let client = try await WebSocketClient.connect(address)
                for _ in 0..<30 { try await client.send(noise()) }
                await client.close()
                for _ in 0..<20 {
                    let request = HTTPRequest(.post, Self.path, body: noise())
                    #expect(try await caller.send(request).status < 500)
                }
            }
            #expect(try error(try await caller.send(signed(mine, nonce: 1))) == nil)
            await caller.close()
            // The last goodbyes are on their way: the server tells when they are through.
            while server.openConnections > 0 { await Task.yield() }
            #expect(try keptSockets(server.port) == 0)
        }
        #expect(end.accounts[0].open.count == 1)
        #expect(end.connections.isEmpty && end.sessions.isEmpty && end.stream.groups.isEmpty)
    }

    /// Sockets of the server that the system still keeps for it: connected, or left by the other side and not closed.
    private func keptSockets(_ port: Int) throws -> Int {
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
        let wanted = ":" + String(format: "%04X", port)
        return table.split(separator: "\n").count { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[1].hasSuffix(wanted) && ["01", "08"].contains(words[3])
        }
    }

    // MARK: Those who take nothing

    /// Listeners that subscribe to everything and read nothing are cut off; those who read are served.
    @Test func listenersThatDoNotReadAreCutOff() async throws {
        var limits = ServerLimits()
        limits.outbound = 512 * 1024
        let end = try await exchange(limits: limits) { server in
            let address = try endpoint("ws://127.0.0.1:\(server.port)/ws/v1")
            let loop = SocketLoop()
            let deaf = (0..<3).map { _ in
                WebSocketLink.open(address, on: loop) { link, event in
                    guard case .opened = event else { return }
                    for feed in ["book", "ticker", "trade"] {
                        let wish = #"{"event":"subscribe","feed":"\#(feed)","product_ids":["PF_XBTUSD","PF_ETHUSD"]}"#
                        link.send(Array(wish.utf8))
                    }
                    link.setReading(false)
                }
            }
            while try await server.withValue({ $0.exchange.legacy.heard(.book) }) < 3 { await Task.yield() }
            let honest = try await WebSocketClient.connect(address)
            let wish = #"{"event":"subscribe","feed":"ticker","product_ids":["PF_XBTUSD"]}"#
            try await honest.send(Array(wish.utf8))
            var time = DemoMarkets.start
            while server.counts.slowClients < 3, time < DemoMarkets.start + .hours(20) {
                time = time + .seconds(20)
                let now = time
                try await server.withValue { $0.advance(to: now) }
            }
            #expect(server.counts.slowClients == 3)
            var events = honest.events.makeAsyncIterator()
            var tickers = 0
            while tickers < 10, case let event? = await events.next() {
                if case .text(let text) = event, case .ticker = try Derivatives.StreamFrame(text) { tickers += 1 }
            }
            #expect(tickers == 10)
            await honest.close()
            _ = deaf
            await Task.detached { loop.stop() }.value
        }
        #expect(end.connections.isEmpty && end.legacy.heard(.book) == 0)
    }
}

extension LegacyFeeds {
    /// How many listen to a product's feed.
    fileprivate func heard(_ feed: Product) -> Int { listeners(feed, 0).count }
}
