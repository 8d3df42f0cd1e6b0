import Market
import TestSupport
import Testing
import Wire

@testable import Kraken

@Suite struct SpotBookTests {
    @Test func crcCheckValues() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 3_421_780_262)
        #expect(CRC32.checksum([]) == 0)
        #expect(CRC32.checksum(Array("a".utf8)) == 0xE8B7_BE43)
    }

    /// The tables against the definition, bit by bit, at every length around the width of a step.
    @Test func crcAgreesWithTheDefinition() {
        func byDefinition(_ bytes: [UInt8]) -> UInt32 {
            var state: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                state ^= UInt32(byte)
                for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xEDB8_8320 : state >> 1 }
            }
            return ~state
        }
        var generator = SeededGenerator(seed: 11)
        for length in 0..<80 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(CRC32.checksum(bytes) == byDefinition(bytes))
        }
    }

    /// Kraken's published example.
    @Test func publishedVector() throws {
        let asks = [
            ("45285.2", "0.00100000"), ("45286.4", "1.54571953"), ("45286.6", "1.54571109"), ("45289.6", "1.54560911"),
            ("45290.2", "0.15890660"), ("45291.8", "1.54553491"), ("45294.7", "0.04454749"), ("45296.1", "0.35380000"),
            ("45297.5", "0.09945542"), ("45299.5", "0.18772827"),
        ]
        let bids = [
            ("45283.5", "0.10000000"), ("45283.4", "1.54582015"), ("45282.1", "0.10000000"), ("45281.0", "0.10000000"),
            ("45280.3", "1.54592586"), ("45279.0", "0.07990000"), ("45277.6", "0.03310103"), ("45277.5", "0.30000000"),
            ("45277.3", "1.54602737"), ("45276.6", "0.15445238"),
        ]
        let book = try filled(asks: asks, bids: bids, priceDecimals: 1, quantityDecimals: 8, checksum: 3_310_070_434)
        #expect(book.bestAsk?.price == Price(raw: 452_852_000_000_000))
        #expect(book.bestBid?.price == Price(raw: 452_835_000_000_000))
        #expect(book.asks.map(\.price).isStrictlyIncreasing)
        #expect(book.bids.map(\.price).reversed().isStrictlyIncreasing)
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func vectorFile() throws {
        let cases = try #require(try Fixtures.tree("vectors/spot_book_crc32.json")["cases"]?.array)
        var books = 0
        for vector in cases {
            let checksum = UInt32(try #require(vector["crc32"]?.integer))
            if let text = vector["text"]?.string {
                #expect(CRC32.checksum(Array(text.utf8)) == checksum)
                continue
            }
            func levels(_ name: String) throws -> [(String, String)] {
                try #require(vector[name]?.array).map {
                    (try #require($0.array?.first?.string), try #require($0.array?.last?.string))
                }
            }
            let asks = try levels("asks")
            let decimals = asks[0].0.split(separator: ".")[1].count
            _ = try filled(
                asks: asks, bids: try levels("bids"), priceDecimals: decimals, quantityDecimals: 8, checksum: checksum)
            books += 1
        }
        #expect(books >= 2)
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func recordedStreamKeepsEveryChecksum() throws {
        let file = try Fixtures.tree("spot/ws2_book_BTCUSD_depth10_snapshot_and_509_updates_2023-07-30.json")
        let frames = [try #require(file["init"])] + (try #require(file["updates"]?.array))
        var book = SpotBook(symbol: try #require(Symbol("BTC/USD")), depth: 10, priceDecimals: 1, quantityDecimals: 8)
        var proved = 0
        for frame in frames {
            guard case .book(let delivery, let updates) = try SpotFrame(frame.bytes) else {
                Issue.record("not a book frame")
                return
            }
            for update in updates {
                try book.apply(update, delivery)
                proved += 1
            }
            #expect(book.bids.count <= 10 && book.asks.count <= 10)
            #expect(try #require(book.bestBid).price < (try #require(book.bestAsk)).price)
        }
        #expect(proved == 510)
    }

    @Test func aWrongChecksumStopsTheBookUntilASnapshot() throws {
        let symbol = try #require(Symbol("BTC/USD"))
        var book = SpotBook(symbol: symbol, depth: 10, priceDecimals: 1, quantityDecimals: 8)
        let level = SpotLevel(price: Price(100), quantity: SpotQuantity(1))
        var update = SpotBookUpdate(symbol: symbol, bids: [level], asks: [], checksum: 0, time: nil)
        #expect(throws: SpotBookFault.unsound) { try book.apply(update, .update) }
        // "1000" and "100000000"
        let right = CRC32.checksum(Array("1000100000000".utf8))
        #expect(throws: SpotBookFault.checksum(sent: 0, computed: right)) { try book.apply(update, .snapshot) }
        update.checksum = right
        #expect(throws: SpotBookFault.unsound) { try book.apply(update, .update) }
        try book.apply(update, .snapshot)
        #expect(book.isSound)
        try book.apply(update, .update)
    }

    /// Against a plain sorted dictionary, over many random updates, with levels that fall out of the depth.
    @Test(arguments: [1, 10, 25]) func agreesWithAPlainBook(depth: Int) throws {
        let symbol = try #require(Symbol("A/B"))
        var generator = SeededGenerator(seed: UInt64(depth))
        var book = SpotBook(symbol: symbol, depth: depth, priceDecimals: 0, quantityDecimals: 0)
        var plain: (bids: [Int: Int], asks: [Int: Int]) = ([:], [:])
        for step in 0..<2_000 {
            func changes(_ range: ClosedRange<Int>) -> [(Int, Int)] {
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    (Int.random(in: range, using: &generator), max(0, Int.random(in: -3...9, using: &generator)))
                }
            }
            let bids = changes(1...99)
            let asks = changes(101...199)
            for (price, quantity) in bids { plain.bids[price] = quantity == 0 ? nil : quantity }
            for (price, quantity) in asks { plain.asks[price] = quantity == 0 ? nil : quantity }
            let bestBids = plain.bids.sorted { $0.key > $1.key }.prefix(depth)
            let bestAsks = plain.asks.sorted { $0.key < $1.key }.prefix(depth)
            plain = (
                Dictionary(uniqueKeysWithValues: bestBids.map { ($0.key, $0.value) }),
                Dictionary(uniqueKeysWithValues: bestAsks.map { ($0.key, $0.value) })
            )
            let text = (bestAsks.prefix(10) + bestBids.prefix(10)).map { "\($0.key)\($0.value)" }.joined()
            try book.apply(
                SpotBookUpdate(
                    symbol: symbol, bids: bids.map(level), asks: asks.map(level),
                    checksum: CRC32.checksum(Array(text.utf8)), time: nil),
                step == 0 ? .snapshot : .update)
            #expect(book.bids.map { Int($0.price.double) } == bestBids.map(\.key))
            #expect(book.asks.map { Int($0.price.double) } == bestAsks.map(\.key))
        }
    }

    private func level(_ price: Int, _ quantity: Int) -> SpotLevel {
        SpotLevel(price: Price(price), quantity: SpotQuantity(quantity))
    }

    private func filled(
        asks: [(String, String)], bids: [(String, String)], priceDecimals: Int, quantityDecimals: Int, checksum: UInt32
    ) throws -> SpotBook {
        let symbol = try #require(Symbol("BTC/USD"))
        var book = SpotBook(
            symbol: symbol, depth: 10, priceDecimals: priceDecimals, quantityDecimals: quantityDecimals)
        func levels(_ rows: [(String, String)]) throws -> [SpotLevel] {
            try rows.map { SpotLevel(price: try Price($0.0), quantity: try SpotQuantity($0.1)) }
        }
        try book.apply(
            SpotBookUpdate(
                symbol: symbol, bids: try levels(bids), asks: try levels(asks), checksum: checksum, time: nil),
            .snapshot)
        return book
    }
}

extension [Price] {
    fileprivate var isStrictlyIncreasing: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
