import Market
import Testing
import Venue

private let contract = InstrumentID("PF_XBTUSD")!

private func level(_ price: Int, _ quantity: Int) -> Depth.Level { Depth.Level(Price(price), Quantity(quantity)) }

private let depth = Depth(
    contract, bids: [level(99, 1), level(98, 2), level(95, 4)], asks: [level(101, 1), level(102, 2)])!

@Suite struct DepthTests {
    @Test func whatContradictsItselfIsNoDepth() {
        #expect(Depth(contract, bids: [level(98, 1), level(99, 1)], asks: []) == nil)
        #expect(Depth(contract, bids: [], asks: [level(102, 1), level(101, 1)]) == nil)
        #expect(Depth(contract, bids: [level(101, 1)], asks: [level(101, 1)]) == nil)
        #expect(Depth(contract, bids: [level(99, 0)], asks: []) == nil)
        #expect(Depth(contract, bids: [], asks: []) != nil)
    }

    @Test func textIsReadBack() throws {
        #expect(depth.description == "PF_XBTUSD 99@1 98@2 95@4 | 101@1 102@2")
        #expect(Depth(depth.description) == depth)
        let empty = try #require(Depth(contract, bids: [], asks: []))
        #expect(Depth(empty.description) == empty)
        for text in ["", "PF_XBTUSD", "PF_XBTUSD 99@1", "PF_XBTUSD 99 | 101@1", "PF_XBTUSD 99@x | 101@1"] {
            #expect(Depth(text) == nil)
        }
    }

    @Test func theTopHoldsWhatIsAskedForAndNoLevelMore() {
        let top = depth.top(holding: Quantity(3), atMost: 9)
        #expect(top.bids == [level(99, 1), level(98, 2)])
        #expect(top.asks == [level(101, 1), level(102, 2)])
        #expect(depth.top(holding: Quantity(100), atMost: 1).bids == [level(99, 1)])
    }

    @Test func whatWasTakenIsGone() {
        let left = depth.without(Quantity(2), for: .short)
        #expect(left.bids == [level(98, 1), level(95, 4)])
        #expect(left.asks == depth.asks)
        #expect(depth.without(Quantity(3), for: .long).asks.isEmpty)
    }
}
