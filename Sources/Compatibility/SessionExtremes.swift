/// The library's `sessions`: whether a bar lies in the session, and the session's high and low up to and including it;
/// all 0 outside.
func sessionExtremes(_ input: OHLCV, _ hours: SessionHours) -> CompatibilityTable {
    var active = [Double](repeating: 0, count: input.count)
    var high = active
    var low = active
    var previousHigh = 0.0
    var previousLow = 0.0
    for bar in 0..<input.count {
        if hours.contains(input.timestamps[bar]) {
            active[bar] = 1
            // Comparisons as Python's max and min make them: with NaN, what stands first stays. A low of 0 counts as none.
            let lowest = previousLow != 0 ? previousLow : .infinity
            high[bar] = single(previousHigh > input.high[bar] ? previousHigh : input.high[bar])
            low[bar] = single(lowest < input.low[bar] ? lowest : input.low[bar])
        }
        previousHigh = high[bar]
        previousLow = low[bar]
    }
    return CompatibilityTable(
        rowCount: input.count, [.init("Active", active), .init("High", high), .init("Low", low)])
}
