import Market
import SmartMoney
import TestSupport
import Testing

/// The definitions again, word for word and slowly, without any state: what the detectors find must be the same.
struct BruteForceTests {
    @Test(arguments: [71, 72, 73, 74] as [UInt64])
    func swings(seed: UInt64) {
        let candles = Array(randomCandles(2000, seed: seed, timeframe: .m15))
        let events = allEvents(candles, SmartMoneyParameters()).filter { $0.kind == .swing }
        for (layer, strength) in [(Layer.external, 5), (.internal, 2)] {
            for direction in Direction.allCases {
                let found = events.filter { $0.layer == layer && $0.direction == direction }.map(\.index)
                let expected = candles.indices.filter { isSwing(candles, $0, strength, direction) }
                #expect(found == expected && expected.count > 50)
            }
            #expect(events.filter { $0.layer == layer }.allSatisfy { $0.confirmedAt == $0.index + strength })
        }
    }

    private func isSwing(_ candles: [Candle], _ i: Int, _ k: Int, _ direction: Direction) -> Bool {
        guard i >= k, i + k < candles.count else { return false }
        let extreme = candles.map { direction == .bullish ? $0.high : Price.zero - $0.low }[(i - k)...(i + k)]
        return (1...k).allSatisfy { extreme[i] > extreme[i - $0] && extreme[i] >= extreme[i + $0] }
    }

    @Test(arguments: [81, 82, 83, 84] as [UInt64])
    func gaps(seed: UInt64) {
        let candles = Array(randomCandles(3000, seed: seed, timeframe: .m15))
        let events = allEvents(candles, SmartMoneyParameters())
        var count = 0
        for i in 2..<candles.count {
            for direction in Direction.allCases {
                guard let zone = gap(candles, i, direction) else { continue }
                count += 1
                let life = expectedLife(candles, i, direction, zone.near, zone.far)
                let id = StructureID(.gap, i, direction)
                let found = events.filter { $0.reference == id && $0.kind != .gapBalanced }
                #expect(found.map { "\($0.confirmedAt) \($0.kind.rawValue)" } == life)
                #expect(found.first?.price == zone.near && found.first?.price2 == zone.far)
            }
        }
        #expect(count > 100 && events.count { $0.kind == .gap } == count)
    }

    /// Wilder's ATR of bars 0...i, from the definition.
    private func atr(_ candles: [Candle], _ i: Int) -> Double? {
        let ranges = (1...max(1, i)).map { bar in
            (max(candles[bar].high, candles[bar - 1].close) - min(candles[bar].low, candles[bar - 1].close)).double
        }
        guard i >= 14 else { return nil }
        var value = ranges.prefix(14).reduce(0, +) / 14
        for range in ranges.dropFirst(14) { value += (range - value) / 14 }
        return value
    }

    private func gap(_ candles: [Candle], _ i: Int, _ direction: Direction) -> (near: Price, far: Price)? {
        let (near, far) =
            direction == .bullish
            ? (candles[i].low, candles[i - 2].high) : (candles[i].high, candles[i - 2].low)
        guard direction == .bullish ? near > far : near < far else { return nil }
        let size = (near - far).magnitude.double
        // The grid of the test data is coarse enough that no size lies within rounding of the limits.
        let smallest = max(0.0007 * candles[i - 1].close.double, 0.1 * (atr(candles, i) ?? 0))
        return size >= smallest ? (near, far) : nil
    }

    private func expectedLife(
        _ candles: [Candle], _ i: Int, _ direction: Direction, _ near: Price, _ far: Price
    ) -> [String] {
        var life = ["\(i) fvg"]
        var deepest = 0.0
        var wasInside = false
        for j in (i + 1)..<max(i + 1, candles.count) {
            if j - i > 500 { return life + ["\(j) fvg.expired"] }
            if life.last?.hasSuffix("inverted") == true { continue }
            let bar = candles[j]
            let probe = direction == .bullish ? bar.low : bar.high
            let depth = (near - probe).double / (near - far).double
            defer { wasInside = depth > 0 }
            guard depth > 0 else { continue }
            if deepest < 1, depth > deepest {
                if depth >= 1 {
                    life.append("\(j) fvg.filled")
                } else if !wasInside {
                    life.append("\(j) fvg.partly_filled")
                }
                deepest = min(1, depth)
            }
            if direction == .bullish ? bar.close < far : bar.close > far { life.append("\(j) fvg.inverted") }
        }
        return life
    }
}
