import Foundation
import Market
import TestSupport
import Testing
import Wire

@testable import Kraken

@Suite struct SpotCodecTests {
    func frame(_ text: String) throws -> SpotFrame { try SpotFrame(Array(text.utf8)) }

    static let ticker =
        #"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":1.5,"bid_qty":2,"ask":1.6,"ask_qty":3,"#
        + #""last":1.5,"volume":7,"vwap":1,"low":1,"high":2,"change":-0.1,"change_pct":-0.5,"new":{"a":[1,{}]}}]}"#

    @Test func unknownFieldsAreIgnored() throws {
        guard case .ticker(_, let list) = try frame(Self.ticker) else {
            Issue.record("not a ticker")
            return
        }
        #expect(list.first?.time == nil)
        #expect(list.first?.trades == nil)
    }

    @Test(arguments: [
        "symbol", "bid", "bid_qty", "ask", "ask_qty", "last", "volume", "vwap", "low", "high", "change", "change_pct",
    ])
    func everyMissingFieldIsNamed(_ field: String) {
        let without = Self.ticker.replacing("\"\(field)\":", with: "\"other\":")
        #expect(throws: WireError.missing("data." + field)) { try frame(without) }
    }

    @Test func aFieldOfAnotherKindIsNamed() {
        let error = #expect(throws: WireError.self) {
            try frame(Self.ticker.replacing("\"bid\":1.5", with: "\"bid\":true"))
        }
        #expect(error?.field == "data.bid")
    }

    @Test func dataMayStandBeforeItsChannel() throws {
        let turned = try JSONValue(Array(Self.ticker.utf8))
        let reversed = JSONValue.object((turned.members ?? []).reversed())
        #expect(try SpotFrame(reversed.bytes) == (try frame(Self.ticker)))
        #expect(throws: WireError.missing("data.bid")) {
            try frame(#"{"data":[{"symbol":"A/B"}],"type":"update","channel":"ticker"}"#.replacing("[{", with: "[{"))
                == .heartbeat
        }
    }

    @Test func whatIsUnknownIsKept() throws {
        #expect(try frame(#"{"channel":"level9","type":"update","data":[1]}"#) == .unrecognised("level9"))
        #expect(Open<SpotSystem>("half_open") == .unrecognised("half_open"))
        #expect(Open<SpotPairStatus>("cancel_only") == .known(.cancelOnly))
        let trade =
            #"{"channel":"trade","type":"patch","data":[{"symbol":"A/B","side":"both","price":1,"qty":1,"#
            + #""ord_type":"iceberg","trade_id":1,"timestamp":"2026-01-01T00:00:00Z"}]}"#
        guard case .trades(let delivery, let list) = try frame(trade) else {
            Issue.record("not trades")
            return
        }
        #expect(delivery == .unrecognised("patch"))
        #expect(list[0].trade.taker == .unrecognised("both"))
        #expect(list[0].trade.kind == .unrecognised("iceberg"))
        #expect(try SpotFrame((try frame(trade)).bytes) == (try frame(trade)))
    }

    @Test func smallFrames() throws {
        #expect(try frame(#"{"channel":"heartbeat"}"#) == .heartbeat)
        #expect(SpotFrame.heartbeat.bytes == Array(#"{"channel":"heartbeat"}"#.utf8))
        let pong = SpotFrame.pong(
            SpotPong(requestID: 101, times: SpotTimes(received: Timestamp(seconds: 5), sent: nil)))
        #expect(try SpotFrame(pong.bytes) == pong)
        for text in ["", "{", "[]", "null", "{}", #"{"channel":"ticker"}"#, #"{"channel":"ticker","type":"update"}"#] {
            #expect(throws: WireError.self) { try frame(text) }
        }
    }

    @Test func commandsRoundTrip() throws {
        let commands: [SpotCommand] = [
            .subscribe(
                SpotSubscription(.ticker(.known(.bestPrices)), symbols: ["BTC/USD"], snapshot: true), requestID: 1),
            .subscribe(SpotSubscription(.trade, symbols: ["BTC/USD", "ETH/USD"]), requestID: nil),
            .subscribe(SpotSubscription(.ohlc(interval: 60), symbols: ["BTC/USD"], snapshot: false), requestID: 2),
            .unsubscribe(SpotSubscription(.book(depth: 25), symbols: ["BTC/USD"]), requestID: 3),
            .subscribe(SpotSubscription(.instrument), requestID: 4),
            .subscribe(SpotSubscription(.unrecognised("level3"), symbols: ["BTC/USD"]), requestID: 4),
            .ping(requestID: 5), .ping(requestID: nil), .unrecognised(method: "add_order", requestID: 6),
        ]
        for command in commands { #expect(try SpotCommand(command.bytes) == command) }
        #expect(
            commands[2].bytes
                == Array(
                    (#"{"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":60,"#
                        + #""snapshot":false},"req_id":2}"#).utf8))
        #expect(throws: WireError.missing("params")) { try SpotCommand(Array(#"{"method":"subscribe"}"#.utf8)) }
        #expect(throws: WireError.missing("params.channel")) {
            try SpotCommand(Array(#"{"method":"subscribe","params":{}}"#.utf8))
        }
    }

    /// The nearest `Double` of any decimal text, by the short way and the general way alike.
    @Test func volumesAreReadToTheNearestDouble() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let whole: UInt64 = Bool.random(using: &generator) ? 9_999_999 : 99_999_999_999_999
            let digits = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                "\(Int.random(in: 0...9, using: &generator))"
            }
            var text = "\(UInt64.random(in: 0...whole, using: &generator))"
            if !digits.isEmpty { text += "." + digits.joined() }
            let read = try JSONReader.read(Array(text.utf8)) { reader throws(WireError) in try reader.double() }
            #expect(read == Double(text))
            #expect(Double(volumeText(read)) == read)
        }
        for text in ["1e-08", "2.5E3", "\"0.21155628\"", "0", "123456789012345678901234567890"] {
            let read = try JSONReader.read(Array(text.utf8)) { reader throws(WireError) in try reader.double() }
            #expect(read == Double(text.filter { $0 != "\"" }))
        }
        #expect(throws: WireError.self) {
            try JSONReader.read(Array("1.2.3".utf8)) { reader throws(WireError) in try reader.double() }
        }
    }

    /// Broken in any place, a frame gives an error or another frame: never a trap. `FUZZ_FRAMES` asks for a long run.
    @Test func mutatedFramesDoNotTrap() {
        var generator = SeededGenerator(seed: 21)
        let frames = [
            Self.ticker,
            #"{"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[{"price":1,"qty":2}],"asks":[],"checksum":9}]}"#,
            #"{"method":"subscribe","result":{"channel":"trade","symbol":"A/B"},"success":true,"time_in":"2026-01-01T00:00:00Z"}"#,
            #"{"method":"subscribe","params":{"channel":"ohlc","symbol":["A/B"],"interval":60},"req_id":1}"#,
            #"{"error":[],"result":{"A/B":[[1790348400,"1","2","1","2","1","1.0",3]],"last":1790348400}}"#,
            #"{"error":["EService:Throttled: 99999999999999999999"],"result":{"A/B":[["1","1",1790359840.9,"s","l","",1]],"last":"1"}}"#,
        ].map { Array($0.utf8) }
        let alphabet = Array("{}[]\",:0189.eE+-\\u\u{0}\u{7f}tfn ".utf8)
        var read = 0
        for _ in 0..<(ProcessInfo.processInfo.environment["FUZZ_FRAMES"].flatMap { Int($0) } ?? 2_000) {
            var bytes = frames.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                guard !bytes.isEmpty else { break }
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                default: bytes = Array(bytes.prefix(max(1, place)))
                }
            }
            if let frame = try? SpotFrame(bytes) { read += frame.bytes.count }
            if let command = try? SpotCommand(bytes) { read += command.bytes.count }
            let response = HTTPResponse(status: 200, body: bytes)
            if let candles = try? SpotOHLCRequest(pair: "A", interval: .m1).answer(response) {
                read += SpotEnvelope(result: candles).bytes.count
            }
            if let page = try? SpotTradesRequest(pair: "A", since: nil).answer(response) {
                read += SpotEnvelope(result: page).bytes.count
            }
            _ = redactedExcerpt(bytes)
        }
        #expect(read > 0)
    }
}

@Suite struct SpotRESTTests {
    @Test func requestsAreWrittenAndRead() throws {
        let ohlc = SpotOHLCRequest(pair: "BTC/USD", interval: .h1, since: Timestamp(seconds: 1_700_000_000))
        #expect(ohlc.http.path == "/0/public/OHLC")
        #expect(ohlc.http.query == "pair=BTC%2FUSD&interval=60&since=1700000000")
        #expect(SpotOHLCRequest(query: try #require(FormText(encoded: ohlc.http.query.utf8))) == ohlc)
        let trades = SpotTradesRequest(pair: "BTC/USD", since: Timestamp(nanoseconds: 1_790_359_841_138_228_746))
        #expect(trades.http.query == "pair=BTC%2FUSD&since=1790359841138228746")
        #expect(SpotTradesRequest(query: try #require(FormText(encoded: trades.http.query.utf8))) == trades)
        let inSeconds = try #require(FormText(encoded: "pair=X&since=1790359841&count=5".utf8))
        #expect(
            SpotTradesRequest(query: inSeconds)
                == SpotTradesRequest(pair: "X", since: Timestamp(seconds: 1_790_359_841), count: 5))
        for bad in ["", "pair=X&count=0", "pair=X&count=1001", "pair=X&since=-1", "pair=X&since=abc"] {
            #expect(SpotTradesRequest(query: try #require(FormText(encoded: bad.utf8))) == nil)
        }
        for bad in ["interval=1", "pair=X&interval=7", "pair=X&interval=1&since=x"] {
            #expect(SpotOHLCRequest(query: try #require(FormText(encoded: bad.utf8))) == nil)
        }
        let pairs = SpotAssetPairsRequest(pairs: ["BTC/USD", "ETH/USD"])
        #expect(SpotAssetPairsRequest(query: try #require(FormText(encoded: pairs.http.query.utf8))) == pairs)
    }

    @Test func refusalsComeAsTheyAre() throws {
        func failure(_ status: Int, _ text: String) -> SpotFailure? {
            do {
                _ = try SpotTimeRequest().answer(HTTPResponse(status: status, body: Array(text.utf8)))
                return nil
            } catch {
                return error
            }
        }
        #expect(failure(200, #"{"error":["EAPI:Rate limit exceeded"]}"#) == .refused([.rateLimitExceeded]))
        #expect(failure(200, #"{"error":[]}"#) == .unreadable(.missing("result"), excerpt: #"{"error":[]}"#))
        #expect(failure(520, "<html>").map { "\($0)" } == "HTTP status 520: <html>")
        #expect(failure(200, #"{"error":["WGeneral:slow"],"result":{"unixtime":5}}"#) == nil)
        #expect(failure(200, "not json") != nil)
    }

    @Test(arguments: [
        ("EQuery:Unknown asset pair", SpotError.unknownAssetPair, SpotError.Remedy.correctRequest),
        ("EGeneral:Invalid arguments", .invalidArguments(detail: nil), .correctRequest),
        ("EGeneral:Invalid arguments:since", .invalidArguments(detail: "since"), .correctRequest),
        ("EGeneral:Internal error:42", .internalError(detail: "42"), .backOff),
        ("EAPI:Invalid nonce", .invalidNonce, .stop),
        ("EGeneral:Brand new", .unrecognised("EGeneral:Brand new"), .backOff),
        ("EGeneral:Internal errors", .unrecognised("EGeneral:Internal errors"), .backOff),
        ("WDatabase:slow", .warning("Database:slow"), .none),
        (
            "EService:Throttled: 1790000000", .throttled(until: Timestamp(seconds: 1_790_000_000)),
            .waitUntil(Timestamp(seconds: 1_790_000_000))
        ),
    ])
    func errorTexts(text: String, error: SpotError, remedy: SpotError.Remedy) {
        #expect(SpotError(text) == error)
        #expect(error.text == text)
        #expect(error.remedy == remedy)
    }

    @Test func throttledWithoutABlank() {
        #expect(SpotError("EService:Throttled:1790000000") == .throttled(until: Timestamp(seconds: 1_790_000_000)))
    }

    @Test func tokenIsNeverShown() throws {
        let credentials = try Credentials(key: "the-key", secret: SignatureTests.madeUp)
        let request = SpotTokenRequest(credentials: credentials, nonce: 7)
        let body = Array(#"{"error":[],"result":{"token":"abcDEF123","expires":900}}"#.utf8)
        let answer = try request.answer(HTTPResponse(status: 200, body: body))
        #expect(answer.token.reveal() == "abcDEF123")
        #expect(answer.expiry == .minutes(15))
        #expect(!"\(answer)".contains("abcDEF123"))
        #expect(SpotEnvelope(result: answer).bytes == body)
        let broken = Array(#"{"error":[],"result":{"token":"abcDEF123","expires":"#.utf8)
        let failure = #expect(throws: SpotFailure.self) {
            try request.answer(HTTPResponse(status: 200, body: broken))
        }
        #expect(failure.map { !"\($0)".contains("abcDEF123") } == true)
    }
}
