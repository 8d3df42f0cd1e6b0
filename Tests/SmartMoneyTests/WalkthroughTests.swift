import Market
import SmartMoney
import Testing

/// Fifteen bars worked through by hand: every kind of structure, and what becomes of it.
/// The true range is 4 on bars 2 to 11, so the ATR is 4 there, then 5 on bar 12.
struct WalkthroughTests {
    static let candles = bars([
        (10, 11, 9, 10), (10, 15, 10, 14), (13, 13, 11, 12), (12, 12, 8, 9), (10, 13, 10, 12),
        (12, 16, 12, 15), (15, 18, 14, 17), (17, 20, 16, 18), (18, 19, 15, 16), (16, 17, 13, 14),
        (14, 15, 11, 13), (13, 16, 12, 15), (15, 15, 9, 10), (10, 10, 6, 7), (7, 14, 7, 13),
    ])

    /// `confirmedAt index kind direction price price2`, external layer and what has no layer.
    static func lines(_ prefixes: String...) -> [String] {
        allEvents(candles, smallParameters()).filter { event in
            event.layer != .internal
                && prefixes.contains { event.kind.rawValue == $0 || event.kind.rawValue.hasPrefix($0 + ".") }
        }.map {
            "\($0.confirmedAt) \($0.index) \($0.kind.rawValue) \($0.direction) \($0.price) \($0.price2)"
        }
    }

    @Test func swingsAlternateAndAreLabelled() {
        #expect(
            Self.lines("swing") == [
                "2 1 swing bullish 15 15", "4 3 swing bearish 8 8", "8 7 swing bullish 20 20",
                "11 10 swing bearish 11 11", "12 11 swing bullish 16 16", "14 13 swing bearish 6 6",
            ])
        let labels = allEvents(Self.candles, smallParameters()).compactMap { event -> SwingLabel? in
            guard case .swing(let label, counts: true) = event.detail, event.layer == .external else { return nil }
            return label
        }
        #expect(labels == [.first, .first, .higherHigh, .higherLow, .lowerHigh, .lowerLow])
    }

    @Test func structureSweepsBreaksAndTurns() {
        #expect(
            Self.lines("sweep", "bos", "choch") == [
                "5 5 sweep bullish 15 15", "6 6 bos bullish 15 8", "12 12 choch bearish 11 16",
            ])
        let details = allEvents(Self.candles, smallParameters()).compactMap { event -> SmartMoneyEvent.Detail? in
            guard case .structureBreak = event.detail, event.layer == .external else { return nil }
            return event.detail
        }
        #expect(
            details == [
                .structureBreak(displaced: true, strength: 0.75, origin: 3),
                .structureBreak(displaced: true, strength: 1, origin: 11),
            ])
    }

    @Test func orderBlocksLiveAndDie() {
        #expect(
            Self.lines("order_block") == [
                "6 3 order_block bullish 12 8", "10 10 order_block.tested bullish 12 8",
                "12 12 order_block.mitigated bullish 12 8", "12 11 order_block bearish 12 16",
                "13 13 order_block.broken bullish 12 8", "13 13 order_block.breaker bullish 12 8",
                "14 14 order_block.expired bullish 12 8", "14 14 order_block.tested bearish 12 16",
                "14 14 order_block.mitigated bearish 12 16",
            ])
    }

    @Test func blockAttributes() throws {
        var state = SmartMoneyState(timeframe: .m15, parameters: smallParameters())
        for candle in Self.candles.prefix(11) { state.push(candle) }
        let block = try #require(state.external.orderBlocks(.bullish).first)
        #expect(block.index == 3 && block.confirmedAt == 6 && block.phase == .tested)
        #expect(block.touches == 1 && block.deepestFill == 0.25 && block.size == 1)
        #expect(block.volume == 1 && block.displacementVolume == 3)
        #expect(!block.overlapsGap && !block.sweptLiquidity && block.displaced)
    }

    @Test func gapsFillAndInvert() {
        #expect(
            Self.lines("fvg") == [
                "6 6 fvg bullish 14 13", "9 9 fvg.filled bullish 14 13", "12 12 fvg.inverted bullish 14 13",
                "13 13 fvg bearish 10 12", "14 14 fvg.filled bearish 10 12", "14 14 fvg.inverted bearish 10 12",
            ])
    }

    @Test func dealingRangeExtendsUntilItsSwingIsConfirmed() {
        #expect(
            Self.lines("dealing_range") == [
                "6 6 dealing_range bullish 8 18", "8 8 dealing_range.fixed bullish 8 20",
                "12 12 dealing_range bearish 16 9", "14 14 dealing_range.fixed bearish 16 6",
            ])
    }

    @Test func poolsAreSweptOrTaken() {
        let pools = allEvents(Self.candles, smallParameters()).filter { $0.kind.rawValue.hasPrefix("liquidity") }
            .map { "\($0.confirmedAt) \($0.kind.rawValue) \($0.direction) \($0.price)" }
        #expect(
            pools == [
                "2 liquidity bullish 15", "4 liquidity bearish 8", "5 liquidity.swept bullish 15",
                "8 liquidity bullish 20", "11 liquidity bearish 11", "12 liquidity.taken bearish 11",
                "12 liquidity bullish 16", "13 liquidity.taken bearish 8", "14 liquidity bearish 6",
            ])
    }

    @Test func stateAnswersAfterTheBreak() throws {
        var state = SmartMoneyState(timeframe: .m15, parameters: smallParameters())
        for candle in Self.candles.prefix(9) { state.push(candle) }
        #expect(state.external.trend == .bullish && state.atr == 4 && state.count == 9)
        #expect(state.external.unbroken(.bullish)?.price == Price(20))
        #expect(state.external.unbroken(.bearish)?.price == Price(8))
        #expect(state.external.protected?.price == Price(8) && state.external.protected?.index == 3)
        #expect(state.external.lastBreak?.level.price == Price(15))
        #expect(state.external.swings(.bullish).map(\.index) == [7, 1])
        #expect(state.gaps(.bullish).map(\.phase) == [.open])
        #expect(state.hasOpenGap(.bullish, overlapping: Price(10), Price(14)))
        #expect(!state.hasOpenGap(.bullish, overlapping: Price(10), Price(13)))
        #expect(state.pools(.bullish).map(\.level) == [Price(20)])
        #expect(state.pools(.bearish).map(\.level) == [Price(8)])
        #expect(state.pools(.bearish, beyond: Price(8)).isEmpty)
        #expect(state.pools(.bearish, beyond: Price(9)).map(\.level) == [Price(8)])
        let range = try #require(state.external.dealingRange)
        #expect(range.origin == Price(8) && range.far == Price(20) && !range.isExtending)
    }

    @Test func theMirrorImageHasTheMirroredEvents() {
        let around = Price(40)
        let flipped = allEvents(Self.candles.map { $0.mirrored(around: around) }, mirrorable(smallParameters()))
        #expect(canonical(flipped) == canonical(allEvents(Self.candles, mirrorable(smallParameters())), around: around))
    }

    @Test func rowsAreStableText() throws {
        let events = allEvents(Self.candles, smallParameters())
        let turn = try #require(events.first { $0.kind == .changeOfCharacter && $0.layer == .external })
        #expect(
            turn.csvRow == "12,12,2024-01-01T03:00:00Z,choch,bearish,11,16,swing.external.bearish.10,"
                + "layer=external displaced=true strength=1.0000 origin=11")
        let tested = try #require(events.first { $0.kind == .orderBlockTested })
        #expect(tested.csvRow.hasSuffix("order_block.external.bullish.6,layer=external fill=0.2500 touches=1"))
        #expect(events.allSatisfy { $0.csvRow.split(separator: ",", omittingEmptySubsequences: false).count == 9 })
    }
}
