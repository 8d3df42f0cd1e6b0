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
        let highest = centredMaximum(input.high, length: length)
        let lowest = centredMaximum(input.low.map { -$0 }, length: length)
        for bar in first...last {
            if input.high[bar].isFinite, input.high[bar] == highest[bar - length + 1] {
                add(bar, high: true, level: input.high[bar])
            } else if input.low[bar].isFinite, -input.low[bar] == lowest[bar - length + 1] {
                add(bar, high: false, level: input.low[bar])
            }
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

/// The largest of each 2 * length consecutive values, the first at 0, in O(n): the running maxima from the left and from
/// the right of each block of that width (van Herk, 1992). A window that holds NaN or an infinity yields infinity,
/// because pandas gives no rolling extreme there.
private func centredMaximum(_ values: [Double], length: Int) -> [Double] {
    let width = 2 * length
    let usable = values.map { $0.isFinite ? $0 : .infinity }
    var fromLeft = usable
    for index in fromLeft.indices where index % width != 0 {
        fromLeft[index] = max(fromLeft[index - 1], usable[index])
    }
    var fromRight = usable
    for index in fromRight.indices.dropLast().reversed() where index % width != width - 1 {
        fromRight[index] = max(fromRight[index + 1], usable[index])
    }
    return (0...(values.count - width)).map { max(fromRight[$0], fromLeft[$0 + width - 1]) }
}
