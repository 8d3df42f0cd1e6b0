/// The library's `ob`: the first close beyond the latest swing marks the bar of the opposite extreme between the two as an
/// order block, at that earlier bar. A block whose far edge is passed is mitigated, and one that is mitigated and then
/// passed the other way is erased as if it had never been.
func orderBlocks(_ input: OHLCV, _ swings: SwingSequence, closeMitigation: Bool) -> CompatibilityTable {
    var blocks = BlockColumns(input, closeMitigation: closeMitigation)
    // The order matters: a bearish block overwrites a bullish one at the same bar.
    blocks.mark(.bullish, swings)
    blocks.mark(.bearish, swings)
    return blocks.table
}

private enum BlockSide {
    case bullish
    case bearish
}

private struct BlockColumns {
    private let input: OHLCV
    private let above: LevelSearch
    private let below: LevelSearch
    private let mitigatesAbove: LevelSearch
    private let mitigatesBelow: LevelSearch
    private var kind: [Double]
    private var top: [Double]
    private var bottom: [Double]
    private var volume: [Double]
    private var mitigated: [Double]
    private var percentage: [Double]
    /// Whether a block at this bar was ever mitigated. A second block at the same bar inherits it, as in the library.
    private var breaker: [Bool]

    init(_ input: OHLCV, closeMitigation: Bool) {
        self.input = input
        above = LevelSearch(input.high, .upwards)
        below = LevelSearch(input.low, .downwards)
        if closeMitigation {
            // Python's max and min keep their first argument when a comparison fails, as it does with NaN.
            let bodies = zip(input.open, input.close)
            mitigatesAbove = LevelSearch(bodies.map { $1 > $0 ? $1 : $0 }, .upwards)
            mitigatesBelow = LevelSearch(bodies.map { $1 < $0 ? $1 : $0 }, .downwards)
        } else {
            mitigatesAbove = above
            mitigatesBelow = below
        }
        kind = Array(repeating: .nan, count: input.count)
        top = kind
        bottom = kind
        volume = kind
        mitigated = kind
        percentage = kind
        breaker = Array(repeating: false, count: input.count)
    }

    var table: CompatibilityTable {
        CompatibilityTable(
            rowCount: input.count,
            [
                .init("OB", kind), .init("Top", top), .init("Bottom", bottom), .init("OBVolume", volume),
                .init("MitigatedIndex", mitigated), .init("Percentage", percentage),
            ])
    }

    mutating func mark(_ side: BlockSide, _ swings: SwingSequence) {
        let wanted = (0..<swings.count).filter { swings.isHigh[$0] == (side == .bullish) }.map { swings.bars[$0] }
        for (place, swing) in wanted.enumerated() {
            // A swing can be passed up to and including the bar of the next one of its kind.
            let until = place + 1 < wanted.count ? wanted[place + 1] : input.count - 1
            guard let passing = firstPassing(swing, side, until: until) else { continue }
            let block = add(side, swing: swing, passing: passing)
            followLife(of: block, side, from: passing + 1)
        }
    }

    private func firstPassing(_ swing: Int, _ side: BlockSide, until: Int) -> Int? {
        guard swing < until else { return nil }
        switch side {
        case .bullish:
            let level = input.high[swing]
            return (swing + 1...until).first { input.close[$0] > level }
        case .bearish:
            let level = input.low[swing]
            return (swing + 1...until).first { input.close[$0] < level }
        }
    }

    /// The last bar of the opposite extreme strictly between swing and passing bar; nil if there is no such bar or NaN
    /// among them.
    private func extremeBar(_ side: BlockSide, between swing: Int, and passing: Int) -> Int? {
        guard swing + 1 < passing else { return nil }
        var extreme = swing + 1
        for bar in swing + 1..<passing {
            switch side {
            case .bullish:
                if input.low[bar].isNaN { return nil }
                if input.low[bar] <= input.low[extreme] { extreme = bar }
            case .bearish:
                if input.high[bar].isNaN { return nil }
                if input.high[bar] >= input.high[extreme] { extreme = bar }
            }
        }
        return extreme
    }

    private mutating func add(_ side: BlockSide, swing: Int, passing: Int) -> Int {
        let extreme = extremeBar(side, between: swing, and: passing)
        let block = extreme ?? passing - 1
        // Without a bar between, the library's bullish block stands upside down.
        let upsideDown = extreme == nil && side == .bullish
        kind[block] = side == .bullish ? 1 : -1
        top[block] = single(upsideDown ? input.low[block] : input.high[block])
        bottom[block] = single(upsideDown ? input.high[block] : input.low[block])
        if mitigated[block].isNaN { mitigated[block] = 0 }

        let before = passing >= 2 ? input.volume[passing - 2] : 0
        let lastTwo = input.volume[passing] + input.volume[passing - 1]
        volume[block] = single(lastTwo + before)
        percentage[block] =
            side == .bullish
            ? balance(high: Float(lastTwo), low: Float(before)) : balance(high: Float(before), low: Float(lastTwo))
        return block
    }

    private mutating func followLife(of block: Int, _ side: BlockSide, from start: Int) {
        var next = start
        if !breaker[block] {
            let passed: Int?
            switch side {
            case .bullish: passed = mitigatesBelow.first(beyond: bottom[block], from: next)
            case .bearish: passed = mitigatesAbove.first(beyond: top[block], from: next)
            }
            guard let passed else { return }
            breaker[block] = true
            // The library names the bar before for bullish blocks, the bar itself for bearish ones.
            mitigated[block] = Double(side == .bullish ? passed - 1 : passed)
            next = passed + 1
        }
        let reclaimed: Int?
        switch side {
        case .bullish: reclaimed = above.first(beyond: top[block], from: next)
        case .bearish: reclaimed = below.first(beyond: bottom[block], from: next)
        }
        if reclaimed != nil { erase(block) }
    }

    private mutating func erase(_ block: Int) {
        kind[block] = .nan
        top[block] = .nan
        bottom[block] = .nan
        volume[block] = .nan
        mitigated[block] = .nan
        percentage[block] = .nan
    }
}

/// The value as the library's single-precision columns hold it.
func single(_ value: Double) -> Double { Double(Float(value)) }

/// The smaller of two volumes in percent of the larger, in single precision; 100 without any volume.
private func balance(high: Float, low: Float) -> Double {
    let larger = low > high ? low : high
    let smaller = low < high ? low : high
    return larger != 0 ? Double(smaller / larger * 100) : 100
}
