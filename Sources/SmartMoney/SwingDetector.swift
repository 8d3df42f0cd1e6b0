/// Finds the swing highs and lows of one strength k: bars that go farther than the k bars before and not less far than
/// the k bars after. Of a plateau the first bar is the swing.
///
/// At most one bar at a time can still become a swing of its side: a new candidate goes farther than the k bars before
/// it, hence farther than the old candidate, which it ends. Which bars are swings cannot be guessed, so a step has no
/// branches.
struct SwingDetector: Sendable {
    let strength: Int
    /// The bars that can still become a swing high and a swing low; before there are any, long before the first bar.
    private var candidates = SIMD2<Int64>(repeating: .min / 2)

    /// Which swings a bar has confirmed.
    struct Confirmed {
        var high: Bool
        var low: Bool
        @inline(__always) var any: Bool { high != low || high }
    }

    init(strength: Int) {
        precondition(strength > 0, "a swing dominates at least one bar")
        self.strength = strength
    }

    /// Takes the bar `index`, of which `exceeded` tells whether it goes beyond the `strength` bars before it, and answers
    /// whether the bar `strength` bars back is now confirmed as a swing.
    @inline(__always)
    mutating func push(_ index: Int, _ exceeded: BarsExceeded) -> Confirmed {
        // The k bars before must exist.
        guard index >= strength else { return Confirmed(high: false, low: false) }
        candidates = exceeded.choose(SIMD2(repeating: Int64(index)), candidates)
        let age = SIMD2(repeating: Int64(index &- strength)) &- candidates
        return Confirmed(high: age.x == 0, low: age.y == 0)
    }
}
