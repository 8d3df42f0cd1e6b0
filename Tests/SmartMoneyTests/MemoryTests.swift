import Market
import TestSupport
import Testing

@testable import SmartMoney

/// Where things lie in memory: a bar allocates only when something must hold more than it ever held.
struct MemoryTests {
    private struct Place: Equatable {
        let address: UnsafeRawPointer
        let count: Int
        let capacity: Int

        init(_ events: borrowing EventMemory) {
            address = events.storage.withUnsafeBytes { UnsafeRawPointer($0.baseAddress!) }
            count = events.count
            capacity = events.storage.count
        }

        init<Element>(_ shelf: borrowing ZoneShelf<Element>) {
            address = shelf.storage.withUnsafeBytes { UnsafeRawPointer($0.baseAddress!) }
            count = shelf.count
            capacity = shelf.storage.count
        }

        init<Element>(_ ring: borrowing ZoneRing<Element>) {
            address = ring.slots.withUnsafeBytes { UnsafeRawPointer($0.baseAddress!) }
            count = ring.end - ring.first
            capacity = ring.slots.count
        }
    }

    /// Every array of zones, pools and events.
    private func places(_ state: borrowing SmartMoneyState) -> [Place] {
        var found = [Place(state.eventMemory)]
        let detectors = state.detectors
        for gaps in [detectors.bullishGaps.gaps, detectors.bearishGaps.gaps] { found += places(gaps) }
        for layer in [detectors.external, detectors.internal] {
            for direction in Direction.allCases { found += places(layer.book(direction).blocks) }
        }
        found += [Place(detectors.liquidity.above.resting), Place(detectors.liquidity.below.resting)]
        return found
    }

    private func places<Element>(_ book: ZoneBook<Element>) -> [Place] {
        [Place(book.live), Place(book.turned), Place(book.zones)]
    }

    /// A copy on write moves an array that had room; growth moves one that was full, and doubles it.
    @Test(arguments: [91, 92, 96] as [UInt64])
    func anArrayMovesOnlyWhenItIsFull(seed: UInt64) {
        var state = SmartMoneyState(timeframe: .m15)
        var before = places(state)
        var moves = 0
        var changes = 0
        for candle in randomCandles(3000, seed: seed, timeframe: .m15) {
            state.push(candle)
            let now = places(state)
            for (old, new) in zip(before, now) {
                if old.count != new.count { changes += 1 }
                guard old.address != new.address else { continue }
                moves += 1
                #expect(new.capacity >= 2 * old.capacity)
            }
            before = now
        }
        // Each of the 21 arrays may double once or twice; all but that of events begin empty.
        #expect(changes > 1000 && moves <= 42)
    }

    /// The measure above notices a copy, and a copied state lives on by itself.
    @Test func aKeptCopyIsLeftAlone() {
        var state = SmartMoneyState(timeframe: .m15)
        var copy = state
        var kept: [[SmartMoneyEvent]] = []
        for (index, candle) in randomCandles(1500, seed: 93, timeframe: .m15).enumerated() {
            if index == 1000 { copy = state }
            state.push(candle)
            if index == 1000 { #expect(zip(places(state), places(copy)).contains { $0.address != $1.address }) }
            if index >= 1000 { kept.append(Array(state.events)) }
        }
        for (index, candle) in randomCandles(1500, seed: 93, timeframe: .m15).enumerated() where index >= 1000 {
            copy.push(candle)
            #expect(Array(copy.events) == kept[index - 1000])
        }
    }

    /// A layer and what was read from it stay as they were at their bar, whatever the state does then.
    @Test func aKeptLayerIsLeftAlone() throws {
        let candles = Array(randomCandles(1200, seed: 97, timeframe: .m15))
        var state = SmartMoneyState(timeframe: .m15)
        for candle in candles[..<1000] { state.push(candle) }
        let kept = Layer.allCases.map(state.layer)
        let before = kept.map(look)
        for candle in candles[1000...] { state.push(candle) }
        #expect(kept.map(look) == before)
        var again = SmartMoneyState(timeframe: .m15)
        for candle in candles { again.push(candle) }
        #expect(Layer.allCases.map { look(state.layer($0)) } == Layer.allCases.map { look(again.layer($0)) })
        #expect(Layer.allCases.map { look(state.layer($0)) } != before)
    }

    private func look(_ layer: StructureLayer) -> [String] {
        Direction.allCases.map { direction in
            "\(layer.orderBlocks(direction)) \(layer.breakers(direction)) \(Array(layer.swings(direction)))"
        } + ["\(String(describing: layer.dealingRange)) \(String(describing: layer.lastBreak))"]
    }

    @Test func keptEventsStayAsTheyWere() {
        var state = SmartMoneyState(timeframe: .m15)
        var slices: [ArraySlice<SmartMoneyEvent>] = []
        let candles = Array(randomCandles(1000, seed: 94, timeframe: .m15))
        for candle in candles {
            state.push(candle)
            slices.append(state.events)
        }
        #expect(slices.flatMap { $0 } == allEvents(candles, SmartMoneyParameters()))
    }

    /// Ninety rising lows, each a pool, and one bar that falls through them all.
    @Test func aBarMayHaveMoreEventsThanTheMemoryHolds() {
        var rows: [(Int, Int, Int, Int)] = []
        for step in 0..<90 {
            let price = 100 + 4 * step
            rows += [(price, price + 6, price, price + 6), (price + 6, price + 9, price + 5, price + 5)]
        }
        rows += [(460, 461, 10, 12), (12, 13, 11, 12)]
        var state = SmartMoneyState(timeframe: .m15, parameters: smallParameters())
        for candle in bars(rows).dropLast(2) { state.push(candle) }
        let pools = state.pools(.bearish).map(\.id)
        state.push(bars(rows)[180])
        let taken = state.events.filter { $0.kind == .liquidityTaken }
        #expect(pools.count > 64 && taken.map(\.reference) == pools)
        #expect(state.events.count > taken.count && state.events.allSatisfy { $0.confirmedAt == 180 })
        #expect(Set(state.events).count == state.events.count)
        state.push(bars(rows)[181])
        #expect(state.events.count < 64 && state.events.allSatisfy { $0.confirmedAt == 181 })
    }
}

struct BarHistoryTests {
    /// The last of the farthest bars, from the definition, whether the leg is short, long or longer than the memory.
    @Test(arguments: [64, 256])
    func theFarthestBarOfALeg(lookback: Int) {
        var random = SeededGenerator(seed: 95)
        var history = BarHistory(lookback: lookback)
        var all: [Candle] = []
        var price = 500
        for index in 0..<1500 {
            // A coarse grid, so that many bars are equal.
            price += Int.random(in: -2...2, using: &random)
            let high = price + Int.random(in: 0...3, using: &random)
            let low = price - Int.random(in: 0...3, using: &random)
            let candle = Candle(
                openTime: Timestamp(seconds: Int64(index) * 60), open: Price(price), high: Price(high), low: Price(low),
                close: Price(price), volume: 1)
            history.push(candle) { _, _ in }
            all.append(candle)
            guard index > 0 else { continue }
            let start = Int.random(in: max(0, index - 2 * lookback)..<index, using: &random)
            let held = max(start + 1, index + 1 - lookback)...index
            let top = held.map { all[$0].high }.max()
            let bottom = held.map { all[$0].low }.min()
            let above = history.extreme(.bullish, after: start)
            let below = history.extreme(.bearish, after: start)
            #expect(above.price == top && above.index == held.last { all[$0].high == top })
            #expect(below.price == bottom && below.index == held.last { all[$0].low == bottom })
        }
    }
}
