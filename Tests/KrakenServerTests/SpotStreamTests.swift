import Market
import Testing
import Wire

@testable import KrakenServer

@Suite struct SpotStreamTests {
    static let one = ConnectionID(1)

    static func connected() -> Desk {
        var desk = Desk()
        _ = desk.exchange.open(one, path: "/v2", at: desk.now)
        return desk
    }

    @Test func greetsPingsAndRefuses() {
        var desk = Self.connected()
        let status = desk.frames(Self.one)[0]
        #expect(status["data"]?[0]["system"]?.string == "online")
        desk.tell(Self.one, #"{"method":"ping","req_id":101}"#)
        let pong = desk.frames(Self.one)[0]
        #expect(pong["method"]?.string == "pong")
        #expect(pong["req_id"]?.integer == 101)
        desk.tell(
            Self.one,
            #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","XBT/USD"]},"req_id":2}"#)
        let answers = desk.frames(Self.one)
        #expect(answers[0]["success"]?.bool == true)
        #expect(answers[0]["result"]?["snapshot"]?.bool == false)
        #expect(answers[1]["error"]?.string == "Currency pair not supported XBT/USD")
        #expect(answers[1]["symbol"]?.string == "XBT/USD")
        desk.tell(Self.one, #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#)
        #expect(desk.frames(Self.one)[0]["success"]?.bool == false)
        desk.tell(Self.one, "nonsense")
        #expect(desk.frames(Self.one)[0]["error"] != nil)
    }

    /// A client that cuts its book to the depth has the right checksum after every frame.
    @Test(arguments: [10, 25])
    func everyChecksumHolds(_ depth: Int) throws {
        var desk = Self.connected()
        desk.tell(
            Self.one, #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":\#(depth)}}"#)
        desk.pass(.minutes(3))
        let frames = desk.frames(Self.one).filter { $0["channel"]?.string == "book" }
        #expect(frames.count > 100)
        var book = Book()
        for frame in frames {
            let data = try #require(frame["data"]?[0])
            Self.apply(data["bids"], to: &book.bids) { $0 > $1 }
            Self.apply(data["asks"], to: &book.asks) { $0 < $1 }
            book = book.cut(to: depth)
            let sum = WireForm(priceDecimals: 1, quantityDecimals: 8).checksum(book)
            #expect(data["checksum"]?.integer == Int64(sum))
        }
    }

    static func apply(_ changes: JSONValue?, to levels: inout [BookLevel], _ better: (Price, Price) -> Bool) {
        for change in changes?.array ?? [] {
            guard let price: Price = change["price"]?.amount(), let quantity: Quantity = change["qty"]?.amount() else {
                continue
            }
            levels.removeAll { $0.price == price }
            if !quantity.isZero { levels.append(BookLevel(price: price, quantity: quantity)) }
        }
        levels.sort { better($0.price, $1.price) }
    }

    /// Kraken's published example.
    @Test func publishedChecksum() throws {
        func levels(_ text: String) throws -> [BookLevel] {
            try text.split(separator: " ").map { pair in
                let parts = pair.split(separator: "/")
                // Quantities here have two decimals more than ours, so they are counted in hundredths of a millionth.
                let digits = parts[1].filter { $0 != "." }
                return BookLevel(price: try Price(parts[0]), quantity: Quantity(raw: try #require(Int64(digits))))
            }
        }
        let asks = try levels(
            "45285.2/0.00100000 45286.4/1.54571953 45286.6/1.54571109 45289.6/1.54560911 45290.2/0.15890660 "
                + "45291.8/1.54553491 45294.7/0.04454749 45296.1/0.35380000 45297.5/0.09945542 45299.5/0.18772827")
        let bids = try levels(
            "45283.5/0.10000000 45283.4/1.54582015 45282.1/0.10000000 45281.0/0.10000000 45280.3/1.54592586 "
                + "45279.0/0.07990000 45277.6/0.03310103 45277.5/0.30000000 45277.3/1.54602737 45276.6/0.15445238")
        let form = WireForm(priceDecimals: 1, quantityDecimals: 6)
        #expect(form.checksum(Book(bids: bids, asks: asks)) == 3_310_070_434)
    }

    @Test func candlesOfTheStreamAreThoseOfREST() throws {
        var desk = Self.connected()
        desk.tell(
            Self.one, #"{"method":"subscribe","params":{"channel":"ohlc","symbol":["ETH/USD"],"interval":5}}"#)
        let snapshot = try #require(desk.frames(Self.one).first { $0["type"]?.string == "snapshot" })
        #expect(snapshot["data"]?.array?.count == 11)
        desk.pass(.minutes(12))
        let updates = desk.frames(Self.one).filter { $0["channel"]?.string == "ohlc" }.compactMap { $0["data"]?[0] }
        let closed = try #require(updates.last { $0["interval_begin"]?.string == "2023-01-02T00:05:00.000000000Z" })
        let rows = desk.get("/0/public/OHLC", "pair=ETH/USD&interval=5")[["result", "ETH/USD"]].array ?? []
        let row = try #require(rows.first { $0[0].integer == 1_672_617_900 })
        let expected: [Price?] = [row[1].amount(), row[2].amount(), row[3].amount(), row[4].amount(), row[5].amount()]
        let told: [Price?] = ["open", "high", "low", "close", "vwap"].map { closed[$0]?.amount() }
        #expect(told == expected)
        #expect(closed["trades"]?.integer == row[7].integer)
        #expect(closed["volume"]?.digits == row[6].string)
    }

    @Test func heartbeatOnlyWhenNothingElseIsSaid() {
        var desk = Self.connected()
        desk.pass(.seconds(3))
        #expect(!desk.frames(Self.one).contains { $0["channel"]?.string == "heartbeat" }, "none before a subscription")
        desk.tell(Self.one, #"{"method":"subscribe","params":{"channel":"instrument"}}"#)
        desk.pass(.seconds(5))
        #expect(desk.frames(Self.one).filter { $0["channel"]?.string == "heartbeat" }.count >= 4)
        desk.tell(Self.one, #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}"#)
        desk.pass(.seconds(1))
        _ = desk.frames(Self.one)
        desk.pass(.seconds(5))
        #expect(!desk.frames(Self.one).contains { $0["channel"]?.string == "heartbeat" })
    }
}
