/// A truth value without branches. Which way price goes cannot be guessed, and a branch guessed wrongly costs
/// more than all of this arithmetic.
struct BranchlessBool {
    /// Negative where true.
    private var sign: Int64

    @inline(__always) static var yes: BranchlessBool { BranchlessBool(sign: -1) }

    /// True where it was true and a < b. Both are prices of bars in raw units; they have one sign,
    /// so their difference does not overflow.
    @inline(__always)
    mutating func formAnd(_ a: Int64, isBelow b: Int64) { sign &= a &- b }

    /// `a` where true, `b` where false.
    @inline(__always)
    func choose(_ a: Int, _ b: Int) -> Int { b ^ ((a ^ b) & Int(sign >> 63)) }
}
