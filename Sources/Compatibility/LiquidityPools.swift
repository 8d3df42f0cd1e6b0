/// The library's `liquidity`: swings of one kind within a band around the first of them, up to the bar that passes the
/// band. The band's height comes from the range of the *whole* input, so every later bar can change every group.
func liquidityPools(_ input: OHLCV, _ swings: SwingSequence, rangePercent: Double) -> CompatibilityTable {
    var pools = PoolColumns(count: input.count)
    let band = wholeRange(input) * rangePercent
    // A band of no height, of NaN, or turned inside out groups nothing.
    if band > 0 {
        pools.group(swings, highs: true, band: band, passes: LevelSearch(input.high, .upwards))
        pools.group(swings, highs: false, band: band, passes: LevelSearch(input.low, .downwards))
    }
    return pools.table
}

/// Highest high less lowest low, NaN left out.
private func wholeRange(_ input: OHLCV) -> Double {
    guard var highest = input.high.first(where: { !$0.isNaN }), var lowest = input.low.first(where: { !$0.isNaN })
    else {
        return .nan
    }
    for high in input.high where high > highest { highest = high }
    for low in input.low where low < lowest { lowest = low }
    return highest - lowest
}

private struct PoolColumns {
    private var kind: [Double]
    private var level: [Double]
    private var end: [Double]
    private var swept: [Double]

    init(count: Int) {
        kind = Array(repeating: .nan, count: count)
        level = kind
        end = kind
        swept = kind
    }

    var table: CompatibilityTable {
        CompatibilityTable(
            rowCount: kind.count,
            [.init("Liquidity", kind), .init("Level", level), .init("End", end), .init("Swept", swept)])
    }

    /// Every swing that is in no group yet opens one; members are found in a tree from which they are then taken out.
    mutating func group(_ swings: SwingSequence, highs: Bool, band: Double, passes: LevelSearch) {
        let own = (0..<swings.count).filter { swings.isHigh[$0] == highs }
        let levels = own.map { swings.levels[$0] }
        var isFree = [Bool](repeating: true, count: own.count)
        // All members before the passing bar lie inside the outer edge, so only the inner edge is searched for.
        var free = LevelSearch(levels, highs ? .upwards : .downwards)
        for opener in own.indices where isFree[opener] {
            let outer = highs ? levels[opener] + band : levels[opener] - band
            let inner = highs ? levels[opener] - band : levels[opener] + band
            let sweptAt = passes.first(reaching: outer, from: swings.bars[own[opener]] + 1)
            var sum = levels[opener]
            var members = 1
            var last = opener
            while let member = free.first(reaching: inner, from: last + 1) {
                let bar = swings.bars[own[member]]
                if let sweptAt, bar >= sweptAt { break }
                guard highs ? levels[member] <= outer : levels[member] >= outer else { break }
                sum += levels[member]
                members += 1
                last = member
                isFree[member] = false
                free.remove(member)
            }
            guard members > 1 else { continue }
            let bar = swings.bars[own[opener]]
            kind[bar] = highs ? 1 : -1
            level[bar] = single(sum / Double(members))
            end[bar] = single(Double(swings.bars[own[last]]))
            swept[bar] = single(Double(sweptAt ?? 0))
        }
    }
}
