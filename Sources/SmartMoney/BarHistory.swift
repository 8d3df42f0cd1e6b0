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

    /// Lends `look` where the bar lies now and its place there: that many bars before it lie before it.
    @inline(__always)
    mutating func push<Seen>(_ candle: Candle, _ look: (UnsafePointer<Candle>, Int) -> Seen) -> Seen {
        let place = count & mask
        count &+= 1
        let seen = ring.withUnsafeMutableBufferPointer { ring in
            // A masked place is within the ring, which is as large as the mask says.
            let newest = ring.baseAddress.unsafelyUnwrapped + place
            newest.pointee = candle
            return look(UnsafePointer(newest), place)
        }
        if count & (Stretch.bars - 1) == 0 { summarise() }
        return seen
    }

    /// The oldest bar still held.
    var oldest: Int { max(0, count - mask - 1) }

    /// A bar from `oldest` to the newest.
    @inline(__always) subscript(index: Int) -> Candle {
        ring.withUnsafeBufferPointer { $0.baseAddress.unsafelyUnwrapped[index & mask] }
    }

    /// The farthest bar in `direction` after the bar `index`, the last one of equals. `index` is before the newest bar.
    @inline(__always)
    func extreme(_ direction: Direction, after index: Int) -> (index: Int, price: Price) {
        let (reach, index) = direction == .bullish ? highest(after: index) : lowest(after: index)
        return (index, Price(oriented: reach, direction))
    }

    @inline(never)
    private func highest(after index: Int) -> (reach: Int64, index: Int) {
        farthest(after: index, bar: { $0.high.raw }, stretch: { $0.high })
    }

    @inline(never)
    private func lowest(after index: Int) -> (reach: Int64, index: Int) {
        farthest(after: index, bar: { 0 &- $0.low.raw }, stretch: { 0 &- $0.low })
    }

    /// The farthest reach after the bar `index` and the last bar that has it: from the newest bar back, by whole stretches
    /// where the leg is long.
    @inline(__always)
    private func farthest(
        after index: Int, bar: (borrowing Candle) -> Int64, stretch: (Stretch) -> Int64
    ) -> (reach: Int64, index: Int) {
        let first = max(oldest, index &+ 1)
        var best = (reach: Int64.min, index: first)
        func scan(from start: Int, until end: Int) {
            var position = end
            while position > start {
                position &-= 1
                let reach = bar(self[position])
                let isFarther = reach > best.reach
                best.reach = isFarther ? reach : best.reach
                best.index = isFarther ? position : best.index
            }
        }
        // The end of the last whole stretch, and the start of the first one after `first`.
        let end = count & ~(Stretch.bars - 1)
        let start = (first &+ Stretch.bars &- 1) & ~(Stretch.bars - 1)
        if start >= end {
            scan(from: first, until: count)
            return best
        }
        scan(from: end, until: count)
        var farthest = end
        var position = end
        while position > start {
            position &-= Stretch.bars
            let reach = stretch(stretches[(position & mask) / Stretch.bars])
            if reach > best.reach {
                best.reach = reach
                farthest = position
            }
        }
        if farthest < end {
            best.reach &-= 1
            scan(from: farthest, until: farthest &+ Stretch.bars)
        }
        scan(from: first, until: start)
        return best
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
    @inline(__always)
    func largestBody(ofLast bars: Int) -> Int64 {
        var largest: Int64 = 0
        forLast(bars) { largest = max(largest, abs($0.close.raw &- $0.open.raw)) }
        return largest
    }

    /// The volume of the last `bars` bars.
    @inline(__always)
    func volume(ofLast bars: Int) -> Double {
        var sum = 0.0
        forLast(bars) { sum += $0.volume }
        return sum
    }

    /// The last `bars` bars, or as many as are held, oldest first.
    @inline(__always)
    private func forLast(_ bars: Int, _ body: (borrowing Candle) -> Void) {
        var index = max(oldest, count &- bars)
        while index < count {
            body(self[index])
            index &+= 1
        }
    }
}
