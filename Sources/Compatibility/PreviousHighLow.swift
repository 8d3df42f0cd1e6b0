/// The library's `previous_high_low`: high and low of the last-but-one period whose label lies before the bar, and
/// whether the bars since that period became the reference have passed them.
func previousHighLow(_ input: OHLCV, _ timeFrame: TimeFrame) -> CompatibilityTable {
    var high = [Double](repeating: .nan, count: input.count)
    var low = high
    var brokenHigh = [Double](repeating: 0, count: input.count)
    var brokenLow = brokenHigh
    let periods = resampled(input, timeFrame)
    if periods.count >= 2 {
        var before = 0
        var highest = -Double.infinity
        var lowest = Double.infinity
        for bar in 0..<input.count {
            let now = countBefore(input.timestamps[bar], periods, near: before)
            if now != before || bar == 0 {
                highest = -.infinity
                lowest = .infinity
                before = now
            }
            // NaN moves no extreme.
            if input.high[bar] > highest { highest = input.high[bar] }
            if input.low[bar] < lowest { lowest = input.low[bar] }
            guard before >= 2 else { continue }
            let reference = periods[before - 2]
            high[bar] = single(reference.high)
            low[bar] = single(reference.low)
            if !input.high[bar].isNaN, highest > high[bar] { brokenHigh[bar] = 1 }
            if !input.low[bar].isNaN, lowest < low[bar] { brokenLow[bar] = 1 }
        }
    }
    return CompatibilityTable(
        rowCount: input.count,
        [
            .init("PreviousHigh", high), .init("PreviousLow", low), .init("BrokenHigh", brokenHigh),
            .init("BrokenLow", brokenLow),
        ])
}

private struct Period {
    let label: Int64
    var open = Double.nan
    var high = Double.nan
    var low = Double.nan
    var close = Double.nan

    /// Takes a bar in; NaN is passed over.
    mutating func add(_ input: OHLCV, _ bar: Int) {
        if open.isNaN { open = input.open[bar] }
        if !(input.high[bar] <= high), !input.high[bar].isNaN { high = input.high[bar] }
        if !(input.low[bar] >= low), !input.low[bar].isNaN { low = input.low[bar] }
        if close.isNaN { close = input.close[bar] }
    }

    var isComplete: Bool { !(open.isNaN || high.isNaN || low.isNaN || close.isNaN) }
}

/// The periods in order of time; those without a bar, or without any value in a column, are left out.
private func resampled(_ input: OHLCV, _ timeFrame: TimeFrame) -> [Period] {
    guard let earliest = input.timestamps.min() else { return [] }
    let inOrder = zip(input.timestamps, input.timestamps.dropFirst()).allSatisfy { $0 <= $1 }
    let order =
        inOrder ? Array(0..<input.count) : (0..<input.count).sorted { input.timestamps[$0] < input.timestamps[$1] }
    var periods: [Period] = []
    var span: Range<Int64> = 0..<0
    for bar in order {
        if !span.contains(input.timestamps[bar]) {
            let label = timeFrame.label(of: input.timestamps[bar], earliest: earliest)
            if periods.last?.label != label { periods.append(Period(label: label)) }
            span = timeFrame.span(around: input.timestamps[bar], label: label)
        }
        periods[periods.count - 1].add(input, bar)
    }
    return periods.filter(\.isComplete)
}

/// How many labels lie before a time; `near` is the last answer, most often still right.
private func countBefore(_ time: Int64, _ periods: [Period], near: Int) -> Int {
    if near == 0 || periods[near - 1].label < time, near == periods.count || periods[near].label >= time { return near }
    var low = 0
    var high = periods.count
    while low < high {
        let middle = (low + high) / 2
        if periods[middle].label < time { low = middle + 1 } else { high = middle }
    }
    return low
}
