import Market

/// Finds the swing highs and lows of one strength k: bars that go farther than the k bars before and not less far than
/// the k bars after. Of a plateau the first bar is the swing.
///
/// At most one bar at a time can still become a swing of its side: a new candidate goes farther than the k bars before
/// it, hence farther than the old candidate, which it ends. Which bars are swings cannot be guessed, so a step has no
/// branches.
struct SwingDetector: Sendable {
    let strength: Int
    /// Bars since the bars that can still become a swing high and a swing low; before there are any, far below zero.
    private var ageOfHigh = Int64.min
    private var ageOfLow = Int64.min

    /// Which swings a bar has confirmed.
    struct Confirmed {
        /// Zero when confirmed.
        fileprivate let missesHigh: UInt64
        fileprivate let missesLow: UInt64

        @inline(__always) var high: Bool { missesHigh == 0 }
        @inline(__always) var low: Bool { missesLow == 0 }
        @inline(__always) var any: Bool { min(missesHigh, missesLow) == 0 }
    }

    init(strength: Int) {
        precondition(strength > 0, "a swing dominates at least one bar")
        self.strength = strength
    }

    /// Takes the newest bar of `reaches` and answers whether the bar `strength` bars back is now confirmed as a swing.
    @inline(__always)
    mutating func push(_ reaches: borrowing RecentReaches) -> Confirmed {
        let exceeded = reaches.newestGoesBeyond(strength)
        // Both are there before the choice, which needs no branch then.
        let (olderHigh, olderLow) = (ageOfHigh &+ 1, ageOfLow &+ 1)
        ageOfHigh = olderHigh & ~(exceeded.x &>> 63)
        ageOfLow = olderLow & ~(exceeded.y &>> 63)
        return Confirmed(
            missesHigh: UInt64(bitPattern: ageOfHigh ^ Int64(strength)),
            missesLow: UInt64(bitPattern: ageOfLow ^ Int64(strength)))
    }
}

/// How far the last bars reach up and down: their highs and negated lows, in raw units.
struct RecentReaches: Sendable {
    private let capacity: Int
    /// Everything twice, so that the bars before the newest always lie side by side.
    private var ring: ContiguousArray<SIMD2<Int64>>
    /// Of the newest bar, the second time.
    private var newest: Int

    /// Looks back at as many bars as `lookback`.
    init(lookback: Int) {
        capacity = lookback + 1
        newest = capacity
        // No bar goes beyond those before the first.
        ring = ContiguousArray(repeating: SIMD2(.max, 0), count: 2 * capacity)
    }

    @inline(__always)
    mutating func push(_ up: OrientedBar, _ down: OrientedBar) {
        let (next, capacity) = (newest &+ 1, capacity)
        newest = next == 2 &* capacity ? capacity : next
        let newest = newest
        ring.withUnsafeMutableBufferPointer { ring in
            let reach = SIMD2(up.high, down.high)
            ring[newest &- capacity] = reach
            ring[newest] = reach
        }
    }

    /// Negative for the sides on which the newest bar goes farther than all of the `count` bars before it. All reaches
    /// of a side have one sign, so their difference does not overflow.
    @inline(__always)
    func newestGoesBeyond(_ count: Int) -> SIMD2<Int64> {
        ring.withUnsafeBufferPointer { ring in
            let reach = ring[newest]
            var signs = SIMD2<Int64>(repeating: -1)
            var place = newest &- count
            repeat {
                signs &= ring[place] &- reach
                place &+= 1
            } while place != newest
            return signs
        }
    }
}
