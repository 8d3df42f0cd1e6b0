import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

struct SequencedBookTests {
    static let btc = InstrumentID("PF_XBTUSD")!
    static let time = Timestamp(seconds: 1)

    static func level(_ price: Int, _ quantity: Int) -> Derivatives.BookLevel {
        .init(price: Price(price), quantity: Quantity(quantity))
    }

    static func delta(_ sequence: Int64, _ side: Side, _ price: Int, _ quantity: Int) -> Derivatives.BookDelta {
        .init(instrument: btc, side: side, sequence: sequence, level: level(price, quantity), time: time)
    }

    static func snapshot(_ sequence: Int64) -> Derivatives.BookSnapshot {
        .init(
            instrument: btc, sequence: sequence, time: time, bids: [level(99, 1), level(98, 2)],
            asks: [level(101, 1), level(102, 2)])
    }

    @Test func gapEmptiesTheBookUntilTheNextSnapshot() {
        var book = Derivatives.SequencedBook(Self.btc)
        #expect(book.apply(Self.delta(5, .long, 99, 1)) == .early)
        book.start(Self.snapshot(10))
        #expect(book.apply(Self.delta(10, .long, 99, 7)) == .repeated)
        #expect(book.apply(Self.delta(11, .long, 100, 7)) == .applied)
        #expect(book.bestBid == Self.level(100, 7))
        #expect(book.apply(Self.delta(13, .long, 100, 8)) == .gap(expected: 12, got: 13))
        #expect(!book.isReliable)
        #expect(book.bestBid == nil)
        #expect(book.apply(Self.delta(14, .long, 100, 8)) == .early)
        book.start(Self.snapshot(20))
        #expect(book.isReliable)
        #expect(Array(book.asks) == [Self.level(101, 1), Self.level(102, 2)])
    }

    @Test func otherInstrumentsAreKeptOut() {
        var book = Derivatives.SequencedBook(InstrumentID("PF_ETHUSD")!)
        let isTaken = book.start(Self.snapshot(1))
        #expect(!isTaken)
        #expect(book.apply(Self.delta(2, .long, 1, 1)) == .foreign)
    }

    @Test func crossingIsSeen() {
        var book = Derivatives.SequencedBook(Self.btc)
        book.start(Self.snapshot(10))
        #expect(!book.isCrossed)
        #expect(book.apply(Self.delta(11, .long, 101, 1)) == .applied)
        #expect(book.isCrossed)
    }

    /// Against a dictionary of prices, over random changes.
    @Test func agreesWithAPlainModel() {
        var generator = SeededGenerator(seed: 3)
        var book = Derivatives.SequencedBook(Self.btc)
        book.start(Self.snapshot(0))
        var bids = [99: 1, 98: 2]
        var asks = [101: 1, 102: 2]
        for sequence in 1...3000 {
            let side = RandomMessages.side(&generator)
            let price = Int.random(in: 1...60, using: &generator) + (side == .long ? 40 : 100)
            let quantity = Int.random(in: 0...4, using: &generator)
            #expect(book.apply(Self.delta(Int64(sequence), side, price, quantity)) == .applied)
            if side == .long {
                bids[price] = quantity == 0 ? nil : quantity
            } else {
                asks[price] = quantity == 0 ? nil : quantity
            }
        }
        #expect(Array(book.bids) == bids.sorted { $0.key > $1.key }.map { Self.level($0.key, $0.value) })
        #expect(Array(book.asks) == asks.sorted { $0.key < $1.key }.map { Self.level($0.key, $0.value) })
    }
}
