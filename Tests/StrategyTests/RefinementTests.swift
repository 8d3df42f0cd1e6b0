import Market
import SmartMoney
import Testing

@testable import Strategy

/// On the pullback's bars the finest timeframe has a fresh block from 990 to 1000 and a fresh gap from 1000 to 1004.
@Suite struct RefinementTests {
    private func refined(
        _ side: Side, near: Int, far: Int, rows: [Row] = pullback, where isUsable: (EntryZone) -> Bool = { _ in true }
    ) -> (near: Price, far: Price)? {
        func price(_ value: Int) -> Price { side == .long ? Price(value) : Price(2000 - value) }
        var refinement = EntryRefinement(timeframe: .m15, smartMoney: smallParameters().smartMoney)
        #expect(refinement.noise == nil)
        let candles = bars(rows, .m15)
        for candle in side == .long ? candles : mirrored(candles, around: Price(2000)) { refinement.push(candle) }
        #expect(refinement.noise != nil)
        let zone = EntryZone(
            kind: .orderBlock, near: side.oriented(price(near)), far: side.oriented(price(far)), time: monday,
            isFresh: true)
        let found = refinement.zone(inside: zone, side, where: isUsable)
        #expect(found.map { $0.kind == .orderBlock && $0.isFresh } ?? true)
        return found.map { (side.price($0.near), side.price($0.far)) }
    }

    @Test(arguments: Side.allCases) func takesTheZoneThatIsReachedFirst(side: Side) throws {
        func price(_ value: Int) -> Price { side == .long ? Price(value) : Price(2000 - value) }
        let first = try #require(refined(side, near: 1010, far: 980))
        #expect(first == (price(1004), price(1000)))
        // The gap sticks out of this one; the block lies inside.
        let block = try #require(refined(side, near: 1002, far: 990))
        #expect(block == (price(1000), price(990)))
        // Too tight to be used: the next one.
        let wide = try #require(
            refined(side, near: 1010, far: 980) { $0.near - $0.far > Price(4).raw })
        #expect(wide == (price(1000), price(990)))
    }

    @Test(arguments: Side.allCases) func leavesTheZoneAsItIs(side: Side) {
        #expect(refined(side, near: 999, far: 980) == nil)
        // Once price has been in both, neither is fresh.
        #expect(refined(side, near: 1010, far: 980, rows: pullback + [(1018, 1019, 999, 1010)]) == nil)
    }
}
