/// Finds the swing highs (in oriented prices) of one strength k: bars higher than the k bars before and not lower than
/// the k bars after. Of a plateau the first bar is the swing.
///
/// At most one bar at a time can still become a swing: a new candidate is higher than the k bars before it, hence
/// higher than the old candidate, which it ends.
struct SwingDetector: Sendable {
    let strength: Int
    private var candidate = -1

    init(strength: Int) {
        precondition(strength > 0, "a swing dominates at least one bar")
        self.strength = strength
    }

    /// Takes the bar `index`, with the last bar before it that is at least as high, and answers whether the bar `strength`
    /// bars back is now confirmed as a swing.
    @inline(__always)
    mutating func push(at index: Int, previousReach: Int) -> Bool {
        if index - previousReach > strength || previousReach < 0 {
            // The k bars before must exist.
            candidate = index >= strength ? index : -1
            return false
        }
        guard candidate >= 0, index - candidate == strength else { return false }
        candidate = -1
        return true
    }
}
