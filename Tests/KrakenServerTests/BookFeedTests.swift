import Exchange
import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

@testable import KrakenServer

/// Books that are the exchange's or are not shown, on all three sides.
@Suite struct BookFeedTests {
    private static let contract = Symbol("PF_XBTUSD")!
    private static let pair = Symbol("BTC/USD")!

    private func checksum(_ side: ChecksumBookFeed.Side) throws -> Listening<ChecksumBookFeed> {
        let desk = Desk()
        let form = desk.exchange.form(0, side == .spot ? .spot : .derivatives)
        let market = try #require(
            ChecksumBookFeed.Market(
                symbol: side == .spot ? Self.pair : Self.contract, priceDecimals: form.priceDecimals,
                quantityDecimals: form.quantityDecimals))
        return Listening(desk, ChecksumBookFeed(side, [market]))
    }

    private func sequenced() -> Listening<SequencedBookFeed> {
        Listening(Desk(), SequencedBookFeed([InstrumentID(Self.contract)]))
    }

    private func isUpdate(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains(#""book""#) && (text.contains(#""update""#) || text.contains(#""seq""#))
            && !text.contains("snapshot")
    }

    /// The story that every book feed passes: sound, a frame lost, dropped, sound again.
    private func tellsLossAndRecovers<Feed: Listener & BookFeed>(
        _ given: Listening<Feed>, _ symbol: Symbol, losing damage: (inout Listening<Feed>) -> Void
    ) throws where Feed.News == BookNews {
        var listening = given
        listening.pass(.seconds(30))
        #expect(listening.health == [.healthy] && listening.alarms.isEmpty)
        #expect(listening.feed.top(of: symbol) != nil)
        let changes = listening.news.count { $0 == .changed(symbol) }
        #expect(changes > 5)
        damage(&listening)
        listening.pass(.seconds(10))
        listening.losesFrame = nil
        listening.changesFrame = nil
        listening.pass(.minutes(2))
        #expect(listening.alarms.contains { $0.kind == .messagesLost })
        #expect(listening.news.contains(.dropped(symbol)))
        #expect(listening.health.contains(.recovering) && listening.health.last == .healthy)
        #expect(listening.sockets.count == 1 && listening.sockets[0].id == given.sockets[0].id, "the same connection")
        #expect(listening.feed.top(of: symbol) != nil)
        // Between the loss and the new snapshot nothing was shown.
        let dropped = try #require(listening.news.firstIndex(of: .dropped(symbol)))
        let healthy = try #require(listening.news[dropped...].firstIndex(of: .health(.healthy)))
        #expect(listening.news[dropped...healthy].contains(.changed(symbol)))
    }

    @Test(arguments: [ChecksumBookFeed.Side.spot, .unified])
    func aLostUpdateFailsTheChecksum(side: ChecksumBookFeed.Side) throws {
        var lost = 0
        try tellsLossAndRecovers(try checksum(side), side == .spot ? Self.pair : Self.contract) { listening in
            listening.losesFrame = { bytes in
                guard isUpdate(bytes), lost == 0 else { return false }
                lost += 1
                return true
            }
        }
        #expect(lost == 1)
    }

    @Test func aLostDeltaLeavesAGapInTheNumbers() throws {
        var lost = 0
        try tellsLossAndRecovers(sequenced(), Self.contract) { listening in
            listening.losesFrame = { bytes in
                guard isUpdate(bytes), lost == 0 else { return false }
                lost += 1
                return true
            }
        }
        #expect(lost == 1)
    }

    /// Whenever a book is shown it is the exchange's, level for level, through random losses.
    @Test(arguments: 0..<6)
    func aShownBookIsTheExchanges(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 9)
        var listening = try checksum(.unified)
        for _ in 0..<30 {
            let share = Int.random(in: 0..<3, using: &random)
            var dice = SeededGenerator(seed: random.next())
            listening.losesFrame = { bytes in
                isUpdate(bytes) && share > 0 && Int.random(in: 0..<6, using: &dice) < share
            }
            if Int.random(in: 0..<10, using: &random) == 0 { listening.cut() }
            listening.pass(.milliseconds(Int64.random(in: 100...20_000, using: &random)))
            guard let shown = listening.feed.book(of: Self.contract) else { continue }
            let told = listening.desk.exchange.stream.groups.first {
                $0.side == .derivatives && $0.channel == .book(market: 0, depth: 10)
            }
            // A frame that was lost last may not have been missed yet: its book has another checksum.
            guard let book = told?.book,
                listening.desk.exchange.form(0, .derivatives).checksum(book) == shown.checksum
            else { continue }
            #expect(shown.bids.map(\.price) == book.bids.map(\.price))
            #expect(shown.asks.map(\.price) == book.asks.map(\.price))
        }
        listening.losesFrame = nil
        listening.pass(.minutes(4))
        #expect(listening.health.last == .healthy)
        let shown = try #require(listening.feed.book(of: Self.contract))
        let held = listening.desk.exchange.traded(0, .derivatives).book(at: listening.desk.exchange.tape.clock)
        #expect(shown.bids.map(\.price) == held.cut(to: 10).bids.map(\.price))
        #expect(shown.asks.map(\.price) == held.cut(to: 10).asks.map(\.price))
    }

    /// Wrong decimals make every checksum wrong: asked for with growing pauses, never shown.
    @Test func aBookThatIsNeverProvedIsNeverShownAndNotAskedForInALoop() throws {
        let market = try #require(
            ChecksumBookFeed.Market(symbol: Self.contract, priceDecimals: 7, quantityDecimals: 3))
        var listening = Listening(Desk(), ChecksumBookFeed(.unified, [market]))
        listening.pass(.minutes(5))
        #expect(listening.feed.top(of: Self.contract) == nil && !listening.health.contains(.healthy))
        #expect(listening.sent.count < 40, "\(listening.sent.count)")
        #expect(listening.alarms.contains { $0.detail.contains("decimals") })
    }

    @Test func aCutDropsTheBook() throws {
        var listening = sequenced()
        listening.pass(.seconds(10))
        listening.acceptsSockets = false
        listening.cut()
        #expect(listening.feed.top(of: Self.contract) == nil && listening.news.contains(.dropped(Self.contract)))
        listening.acceptsSockets = true
        listening.pass(.minutes(2))
        #expect(listening.feed.top(of: Self.contract) != nil && listening.health.last == .healthy)
    }
}
