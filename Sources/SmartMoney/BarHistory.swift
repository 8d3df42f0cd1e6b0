import Market

/// The last bars, and their extremes from any of them on.
struct BarHistory: Sendable {
    private let mask: Int
    private var ring: ContiguousArray<Candle>
    /// The extremes of every whole stretch of bars held, so that a long leg is not searched bar by bar.
    private var stretches: ContiguousArray<Stretch>
    private(set) var count = 0

    private struct Stretch {
        /// A power of two.
        static let bars = 32
        var high = Int64.min
        var low = Int64.max
    }

    init(lookback: Int) {
        var size = 64
        while size < lookback { size *= 2 }
        mask = size - 1
        let none = Candle(openTime: .distantPast, open: .zero, high: .zero, low: .zero, close: .zero, volume: 0)
        ring = ContiguousArray(repeating: none, count: size)
        stretches = ContiguousArray(repeating: Stretch(), count: size / Stretch.bars)
    }

    @inline(__always)
    mutating func push(_ candle: Candle) {
        ring[count & mask] = candle
        count &+= 1
        if count & (Stretch.bars - 1) == 0 { summarise() }
    }

    /// Lends the newest bar and its place in memory: that many bars before it lie before it.
    @inline(__always)
    func withNewest<Result>(_ body: (UnsafePointer<Candle>, Int) -> Result) -> Result {
        ring.withUnsafeBufferPointer { ring in
            // A masked place is within the ring, which is as large as the mask says.
            let place = (count &- 1) & mask
            return body(ring.baseAddress.unsafelyUnwrapped + place, place)
        }
    }

    /// The oldest bar still held.
    var oldest: Int { max(0, count - mask - 1) }

    /// A bar from `oldest` to the newest.
    @inline(__always) subscript(index: Int) -> Candle { ring[index & mask] }

    /// The farthest bar in `direction` after the bar `index`, the last one of equals. `index` is before the newest bar.
    func extreme(_ direction: Direction, after index: Int) -> (index: Int, price: Price) {
        let first = max(oldest, index + 1)
        let (reach, end) =
            direction == .bullish
            ? farthest(from: first, bar: { $0.high.raw }, stretch: { $0.high })
            : farthest(from: first, bar: { 0 &- $0.low.raw }, stretch: { 0 &- $0.low })
        // What was found may be a whole stretch.
        var position = end
        while barReach(position, direction) != reach { position -= 1 }
        return (position, Price(oriented: reach, direction))
    }

    /// The farthest reach from the bar `first` on, and the last bar of where it was found.
    @inline(__always)
    private func farthest(
        from first: Int, bar: (Candle) -> Int64, stretch: (Stretch) -> Int64
    ) -> (reach: Int64, end: Int) {
        var best = (reach: Int64.min, end: first)
        var position = first
        let firstWhole = min(count, (first + Stretch.bars - 1) / Stretch.bars * Stretch.bars)
        while position < firstWhole {
            let reach = bar(ring[position & mask])
            if reach >= best.reach { best = (reach, position) }
            position += 1
        }
        while position + Stretch.bars <= count {
            let reach = stretch(stretches[(position & mask) / Stretch.bars])
            position += Stretch.bars
            if reach >= best.reach { best = (reach, position - 1) }
        }
        while position < count {
            let reach = bar(ring[position & mask])
            if reach >= best.reach { best = (reach, position) }
            position += 1
        }
        return best
    }

    @inline(__always)
    private func barReach(_ index: Int, _ direction: Direction) -> Int64 {
        let candle = ring[index & mask]
        return direction == .bullish ? candle.high.raw : 0 &- candle.low.raw
    }

    /// The newest stretch has become whole.
    private mutating func summarise() {
        var stretch = Stretch()
        let first = (count - Stretch.bars) & mask
        for place in first..<(first + Stretch.bars) {
            stretch.high = max(stretch.high, ring[place].high.raw)
            stretch.low = min(stretch.low, ring[place].low.raw)
        }
        stretches[first / Stretch.bars] = stretch
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
