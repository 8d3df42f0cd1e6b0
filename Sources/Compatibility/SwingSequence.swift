/// The library's `swing_highs_lows`: alternating highs and lows, each the extreme of the `length - 1` bars before it and
/// the `length` bars after it, with an invented swing of the opposite kind at the first and at the last bar.
struct SwingSequence {
    /// Bars of the swings, ascending.
    private(set) var bars: [Int] = []
    /// Whether the swing is a high, one per swing.
    private(set) var isHigh: [Bool] = []
    /// The high or low of the swing's bar, one per swing; NaN only where the input is.
    private(set) var levels: [Double] = []
    /// How many bars the input had.
    let barCount: Int

    var count: Int { bars.count }

    init(_ input: OHLCV, length: Int) throws(CompatibilityError) {
        if length < 0 { throw .negativeSwingLength(length) }
        barCount = input.count
        // The window looks back 2 * length bars of a column that starts `length` bars late.
        guard length > 0, length <= input.count / 3 else { return }
        let first = 2 * length - 1
        let last = input.count - 1 - length
        guard first <= last else { return }
        let highs = extremeBars(input.high, length: length, sign: 1)
        let lows = extremeBars(input.low, length: length, sign: -1)
        for bar in first...last where highs[bar] || lows[bar] {
            add(bar, high: highs[bar], level: highs[bar] ? input.high[bar] : input.low[bar])
        }
        addEnds(of: input)
    }

    /// Of swings of one kind in a row the most extreme stays, the first of equals.
    private mutating func add(_ bar: Int, high: Bool, level: Double) {
        guard let previous = isHigh.last, previous == high else {
            bars.append(bar)
            isHigh.append(high)
            levels.append(level)
            return
        }
        let place = count - 1
        guard high ? level > levels[place] : level < levels[place] else { return }
        bars[place] = bar
        levels[place] = level
    }

    private mutating func addEnds(of input: OHLCV) {
        guard let firstIsHigh = isHigh.first, let lastIsHigh = isHigh.last else { return }
        let last = input.count - 1
        bars.insert(0, at: 0)
        isHigh.insert(!firstIsHigh, at: 0)
        levels.insert(firstIsHigh ? input.low[0] : input.high[0], at: 0)
        bars.append(last)
        isHigh.append(!lastIsHigh)
        levels.append(lastIsHigh ? input.low[last] : input.high[last])
    }

    var table: CompatibilityTable {
        var kind = [Double](repeating: .nan, count: barCount)
        var level = kind
        for swing in 0..<count {
            kind[bars[swing]] = isHigh[swing] ? 1 : -1
            level[bars[swing]] = levels[swing]
        }
        return CompatibilityTable(rowCount: barCount, [.init("HighLow", kind), .init("Level", level)])
    }
}

/// Which values are the highest (sign 1) or lowest (sign -1) of the `2 * length` values that begin `length - 1` before
/// them. A window that holds NaN or an infinity has no extreme, as in pandas.
///
/// O(n): every window is the end of one block of that width and the beginning of the next, and the extremes of those
/// are running ones (van Herk, 1992).
private func extremeBars(_ values: [Double], length: Int, sign: Double) -> [Bool] {
    let width = 2 * length
    var isExtreme = [Bool](repeating: false, count: values.count)
    var blockEnds = values
    values.withUnsafeBufferPointer { values in
        blockEnds.withUnsafeMutableBufferPointer { blockEnds in
            for blockStart in stride(from: 0, to: values.count, by: width) {
                var highest = -Double.infinity
                for index in (blockStart..<min(blockStart + width, values.count)).reversed() {
                    highest = max(highest, ranked(values[index], sign))
                    blockEnds[index] = highest
                }
            }
        }
        isExtreme.withUnsafeMutableBufferPointer { isExtreme in
            for blockStart in stride(from: 0, to: values.count, by: width) {
                var highest = -Double.infinity
                for last in blockStart..<min(blockStart + width, values.count) {
                    highest = max(highest, ranked(values[last], sign))
                    guard last >= width - 1 else { continue }
                    let bar = last - length
                    let value = sign * values[bar]
                    isExtreme[bar] = value == max(highest, blockEnds[last - width + 1]) && value < .infinity
                }
            }
        }
    }
    return isExtreme
}

/// A value such that the largest wins: anything but a finite number outranks all, and then matches nothing.
@inline(__always) private func ranked(_ value: Double, _ sign: Double) -> Double {
    value.isFinite ? sign * value : .infinity
}
