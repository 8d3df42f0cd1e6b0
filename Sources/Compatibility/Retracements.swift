/// The library's `retracements`: how far the bar has come back through the last leg, in percent to one decimal, one bar
/// late, with the last bar's answer at the first bar, and nothing before the third change of direction.
func retracements(_ input: OHLCV, _ swings: SwingSequence) -> CompatibilityTable {
    var direction = [Double](repeating: 0, count: input.count)
    var current = direction
    var deepest = direction
    var leg = Leg()
    var nextSwing = 0
    for bar in 0..<input.count {
        let previousDirection = leg.direction
        let previousDeepest = bar > 0 ? deepest[bar - 1] : 0
        if nextSwing < swings.count, swings.bars[nextSwing] == bar {
            leg.turn(high: swings.isHigh[nextSwing], level: swings.levels[nextSwing])
            nextSwing += 1
        }
        direction[bar] = leg.direction
        // The bar of a low still counts the retracement from the high before, then overwrites it.
        let isDown = leg.direction == -1
        guard isDown || previousDirection == 1 else { continue }
        let share = isDown ? leg.fromBottom(high: input.high[bar]) : leg.fromTop(low: input.low[bar])
        let depth = previousDirection == (isDown ? -1 : 1) ? previousDeepest : 0
        current[bar] = share
        deepest[bar] = share > depth ? share : depth
    }
    delay(&direction)
    delay(&current)
    delay(&deepest)
    let hidden = barsBeforeThirdChange(direction)
    for bar in 0..<hidden {
        direction[bar] = 0
        current[bar] = 0
        deepest[bar] = 0
    }
    return CompatibilityTable(
        rowCount: input.count,
        [
            .init("Direction", direction), .init("CurrentRetracement%", current), .init("DeepestRetracement%", deepest),
        ])
}

/// The last swing high and low. Before the first swing of a kind its level is 0, as in the library.
private struct Leg {
    private var top = 0.0
    private var bottom = 0.0
    /// 1 after a high, -1 after a low, 0 before any swing.
    private(set) var direction = 0.0

    mutating func turn(high: Bool, level: Double) {
        if high { top = level } else { bottom = level }
        direction = high ? 1 : -1
    }

    /// How far a low has come back from the top towards the bottom, in percent.
    func fromTop(low: Double) -> Double {
        let height = top - bottom
        return height != 0 ? oneDecimal(100 - (low - bottom) / height * 100) : 0
    }

    /// How far a high has come back from the bottom towards the top, in percent.
    func fromBottom(high: Double) -> Double {
        let height = bottom - top
        return height != 0 ? oneDecimal(100 - (high - top) / height * 100) : 0
    }

    /// NumPy's rounding: half to even after scaling.
    private func oneDecimal(_ value: Double) -> Double { (value * 10).rounded(.toNearestOrEven) / 10 }
}

private func delay(_ values: inout [Double]) {
    guard let last = values.popLast() else { return }
    values.insert(last, at: 0)
}

/// How many leading bars are blanked: up to and including the bar of the third change of direction, or all but the last
/// bar if there is none.
private func barsBeforeThirdChange(_ direction: [Double]) -> Int {
    var changes = 0
    for bar in direction.indices.dropLast() where direction[bar] != direction[bar + 1] {
        changes += 1
        if changes == 3 { return bar + 2 }
    }
    return max(0, direction.count - 1)
}
