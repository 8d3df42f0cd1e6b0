import Market

/// The last bars, and their extremes from any of them on.
struct BarHistory: Sendable {
    private let mask: Int
    private var ring: ContiguousArray<Candle>
    private var highs: RunningExtremes
    private var lows: RunningExtremes
    private(set) var count = 0
    /// The last bar before the newest with a high at least as high, -1 when there is none.
    private(set) var previousHigh = -1
    /// The last bar before the newest with a low at least as low, -1 when there is none.
    private(set) var previousLow = -1

    init(lookback: Int) {
        var size = 64
        while size < lookback { size *= 2 }
        mask = size - 1
        let none = Candle(openTime: .distantPast, open: .zero, high: .zero, low: .zero, close: .zero, volume: 0)
        ring = ContiguousArray(repeating: none, count: size)
        highs = RunningExtremes(window: size)
        lows = RunningExtremes(window: size)
    }

    @inline(__always)
    mutating func push(_ candle: Candle) {
        ring[count & mask] = candle
        previousHigh = highs.push(candle.high.raw, at: count)
        previousLow = lows.push(-candle.low.raw, at: count)
        count += 1
    }

    /// The oldest bar still held.
    var oldest: Int { max(0, count - mask - 1) }

    /// A bar from `oldest` to the newest.
    @inline(__always) subscript(index: Int) -> Candle { ring[index & mask] }

    /// The last bar before the newest that reaches as far in `direction`, -1 when there is none.
    @inline(__always)
    func previousReach(_ direction: Direction) -> Int { direction == .bullish ? previousHigh : previousLow }

    /// The farthest bar in `direction` after the bar `index`, the last one of equals. `index` is before the newest bar.
    func extreme(_ direction: Direction, after index: Int) -> (index: Int, price: Price) {
        switch direction {
        case .bullish:
            let entry = highs.highest(after: index)
            return (entry.index, Price(raw: entry.value))
        case .bearish:
            let entry = lows.highest(after: index)
            return (entry.index, Price(raw: -entry.value))
        }
    }

    /// The largest body of the last `bars` bars, in raw units.
    func largestBody(ofLast bars: Int) -> Int64 {
        var largest: Int64 = 0
        for index in max(oldest, count - bars)..<count { largest = max(largest, self[index].body.raw) }
        return largest
    }

    /// The volume of the last `bars` bars.
    func volume(ofLast bars: Int) -> Double {
        var sum = 0.0
        for index in max(oldest, count - bars)..<count { sum += self[index].volume }
        return sum
    }
}
