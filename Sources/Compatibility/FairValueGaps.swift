/// The library's `fvg`: a gap between the bars before and after bar i, in the direction of bar i's body, reported at i
/// although it is known only when bar i + 1 has closed. `MitigatedIndex` is the first bar from i + 2 on that touches the
/// near edge, 0 while there is none.
func fairValueGaps(_ bars: OHLCV, joinConsecutive: Bool) -> CompatibilityTable {
    let count = bars.count
    var kind = [Double](repeating: .nan, count: count)
    var top = kind
    var bottom = kind
    if count > 2 {
        for bar in 1..<(count - 1) {
            if bars.high[bar - 1] < bars.low[bar + 1], bars.close[bar] > bars.open[bar] {
                kind[bar] = 1
                top[bar] = bars.low[bar + 1]
                bottom[bar] = bars.high[bar - 1]
            } else if bars.low[bar - 1] > bars.high[bar + 1], bars.close[bar] < bars.open[bar] {
                kind[bar] = -1
                top[bar] = bars.low[bar - 1]
                bottom[bar] = bars.high[bar + 1]
            }
        }
    }
    if joinConsecutive { joinNeighbours(&kind, &top, &bottom) }

    let touchedFromAbove = LevelSearch(bars.low, .downwards)
    let touchedFromBelow = LevelSearch(bars.high, .upwards)
    var mitigated = [Double](repeating: .nan, count: count)
    for bar in 0..<count where !kind[bar].isNaN {
        let touch =
            kind[bar] == 1
            ? touchedFromAbove.first(reaching: top[bar], from: bar + 2)
            : touchedFromBelow.first(reaching: bottom[bar], from: bar + 2)
        mitigated[bar] = Double(touch ?? 0)
    }
    return CompatibilityTable(
        rowCount: count,
        [
            .init("FVG", kind), .init("Top", top), .init("Bottom", bottom), .init("MitigatedIndex", mitigated),
        ])
}

/// Gaps of one direction on consecutive bars become one with the outermost edges, which is kept at the last bar.
private func joinNeighbours(_ kind: inout [Double], _ top: inout [Double], _ bottom: inout [Double]) {
    for bar in kind.indices.dropLast() where kind[bar] == kind[bar + 1] {
        top[bar + 1] = max(top[bar], top[bar + 1])
        bottom[bar + 1] = min(bottom[bar], bottom[bar + 1])
        kind[bar] = .nan
        top[bar] = .nan
        bottom[bar] = .nan
    }
}
