import Kraken
import Market
import Testing
import Wire

@testable import KrakenServer

@Suite struct SpotTests {
    private func result(_ desk: inout Desk, _ method: String, _ query: String = "") -> JSONValue {
        let answer = desk.get("/0/public/" + method, query)
        #expect(answer["error"]?.array?.isEmpty == true)
        return answer["result"] ?? .null
    }

    @Test func timeAndStatus() {
        var desk = Desk()
        #expect(
            desk.get("/0/public/Time").bytes
                == Array(
                    #"{"error":[],"result":{"unixtime":1672617600,"rfc1123":"Mon, 02 Jan 23 00:00:00 +0000"}}"#.utf8))
        #expect(result(&desk, "SystemStatus")["status"]?.string == "online")
        #expect(desk.get("/0/public/Nothing")["error"]?[0].string == "EGeneral:Unknown method")
        #expect(desk.get("/0/public/Ticker", "pair=NONE")["error"]?[0].string == "EQuery:Unknown asset pair")
    }

    @Test func keysEchoTheRequest() {
        var desk = Desk()
        #expect(result(&desk, "AssetPairs", "pair=XBTUSD")["XXBTZUSD"]?["pair_decimals"]?.integer == 1)
        #expect(result(&desk, "AssetPairs", "pair=BTC/USD,ETH/USD").members?.map(\.name) == ["BTC/USD", "ETH/USD"])
        #expect(result(&desk, "AssetPairs")["XETHZUSD"]?["wsname"]?.string == "ETH/USD")
    }

    /// Rows are whole, quiet minutes included, and what is traded is what the candles say.
    @Test func candlesHoldTheFormingRowAndNoMoreThan720() throws {
        var desk = Desk()
        desk.pass(.minutes(3) + .seconds(20))
        let answer = result(&desk, "OHLC", "pair=BTC/USD&interval=1")
        let rows = try #require(answer["BTC/USD"]?.array)
        #expect(rows.count == 721)
        let last = try #require(answer["last"]?.integer)
        #expect(rows.last?[0].integer == last + 60, "the last row is forming")
        #expect(zip(rows, rows.dropFirst()).allSatisfy { ($0[0].integer ?? 0) + 60 == $1[0].integer })
        let since = result(&desk, "OHLC", "pair=BTC/USD&interval=1&since=\(last)")
        #expect(since["BTC/USD"]?.array?.count == 1)
        let trades = try #require(result(&desk, "Trades", "pair=BTC/USD&since=1672617600")["BTC/USD"]?.array)
        let first = rows[rows.count - 3]
        let inMinute = trades.filter {
            let second = ($0[2].digits ?? "").prefix(10)
            return (Int64(second) ?? 0) / 60 * 60 == first[0].integer
        }
        #expect(first[7].integer == Int64(inMinute.count))
        let volume = inMinute.reduce(Quantity.zero) { $0 + ($1[1].amount() ?? .zero) }
        #expect(first[6].amount() == volume)
        let prices: [Price] = inMinute.compactMap { $0[0].amount() }
        #expect(first[1].amount() == prices.first)
        #expect(first[2].amount() == prices.max())
        #expect(first[3].amount() == prices.min())
        #expect(first[4].amount() == prices.last)
    }

    @Test func tradesPageByTheirCursor() throws {
        var desk = Desk()
        desk.pass(.minutes(30))
        var cursor = "0"
        var numbers: [Int64] = []
        while true {
            let page = result(&desk, "Trades", "pair=XBTUSD&count=500&since=\(cursor)")
            let rows = try #require(page["XXBTZUSD"]?.array)
            numbers += rows.compactMap { $0[6].integer }
            cursor = try #require(page["last"]?.string)
            if rows.count < 500 { break }
        }
        #expect(numbers.count > 1000)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 })
    }

    @Test func quotesAgreeWithTheBook() throws {
        var desk = Desk()
        desk.pass(.seconds(30))
        let ticker = result(&desk, "Ticker", "pair=ETHUSD")["XETHZUSD"] ?? .null
        let depth = result(&desk, "Depth", "pair=ETHUSD&count=5")["XETHZUSD"] ?? .null
        #expect(ticker["a"]?[0] == depth["asks"]?[0][0])
        #expect(ticker["b"]?[0] == depth["bids"]?[0][0])
        #expect(depth["asks"]?.array?.count == 5)
    }

    static func token(_ desk: inout Desk, nonce: String) -> JSONValue {
        let keys = desk.exchange.setups[0].keys
        let body = Array("nonce=\(nonce)".utf8)
        let path = "/0/private/GetWebSocketsToken"
        let request = HTTPRequest(
            .post, path,
            headers: [
                HTTPHeader("API-Key", keys.spotKey),
                HTTPHeader(
                    "API-Sign", keys.spotSigner?.apiSign(path: path, nonce: nonce, body: body) ?? ""),
            ], body: body)
        return desk.json(desk.exchange.answer(request, at: desk.now))
    }

    @Test func tokensNeedAFreshNonceAndTheRightSignature() {
        var desk = Desk()
        #expect(Self.token(&desk, nonce: "10")[["result", "expires"]].integer == 900)
        #expect(Self.token(&desk, nonce: "10")["error"]?[0].string == "EAPI:Invalid nonce")
        let wrong = HTTPRequest(
            .post, "/0/private/GetWebSocketsToken",
            headers: [
                HTTPHeader("API-Key", desk.exchange.setups[0].keys.spotKey), HTTPHeader("API-Sign", "AAAA"),
            ], body: Array("nonce=11".utf8))
        #expect(desk.json(desk.exchange.answer(wrong, at: desk.now))["error"]?[0].string == "EAPI:Invalid signature")
    }
}
