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
        count += 1
        if count % Stretch.bars == 0 { summarise() }
    }

    /// The oldest bar still held.
    var oldest: Int { max(0, count - mask - 1) }

    /// A bar from `oldest` to the newest.
    @inline(__always) subscript(index: Int) -> Candle { ring[index & mask] }

    /// Whether the newest bar is higher, and lower, than all of the `bars` bars before it; so many must be held.
    @inline(__always)
    func newestGoesBeyond(_ bars: Int) -> (above: BitMask, below: BitMask) {
        let (mask, newest) = (mask, count - 1)
        // One check of the buffer for all bars; every place is masked, so it lies inside.
        return ring.withUnsafeBufferPointer { ring in
            let bar = ring[newest & mask]
            var above = BitMask.all
            var below = BitMask.all
            for back in 1...bars {
                let before = ring[(newest &- back) & mask]
                above = above & BitMask(before.high.raw, isBelow: bar.high.raw)
                below = below & BitMask(bar.low.raw, isBelow: before.low.raw)
            }
            return (above, below)
        }
    }

    /// The farthest bar in `direction` after the bar `index`, the last one of equals. `index` is before the newest bar.
    func extreme(_ direction: Direction, after index: Int) -> (index: Int, price: Price) {
        var position = max(oldest, index + 1)
        var best = (index: position, reach: Int64.min)
        while position < count {
            let isWhole = position % Stretch.bars == 0 && position + Stretch.bars <= count
            let reach = isWhole ? stretchReach(position, direction) : barReach(position, direction)
            best = reach >= best.reach ? (position, reach) : best
            position += isWhole ? Stretch.bars : 1
        }
        // What was found may be the first bar of a whole stretch.
        let last = min(count, (best.index / Stretch.bars + 1) * Stretch.bars) - 1
        position = last
        while position > best.index, barReach(position, direction) != best.reach { position -= 1 }
        return (position, Price(oriented: best.reach, direction))
    }

    @inline(__always)
    private func barReach(_ index: Int, _ direction: Direction) -> Int64 {
        let bar = ring[index & mask]
        return direction == .bullish ? bar.high.raw : -bar.low.raw
    }

    @inline(__always)
    private func stretchReach(_ first: Int, _ direction: Direction) -> Int64 {
        let stretch = stretches[(first & mask) / Stretch.bars]
        return direction == .bullish ? stretch.high : -stretch.low
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
