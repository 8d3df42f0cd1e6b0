/// Whether a bar goes farther, up and down, than all bars that it was compared with. Without branches: which way price
/// goes cannot be guessed, and a branch guessed wrongly costs more than all of this arithmetic.
struct BarsExceeded {
    /// Above and below; negative where true.
    private var signs = SIMD2<Int64>(repeating: -1)

    /// Compares with one bar more. All are prices of bars in raw units; those of one side have one sign, so their
    /// difference does not overflow.
    @inline(__always)
    mutating func formAnd(_ bar: SIMD2<Int64>, isExceededBy newest: SIMD2<Int64>) { signs &= bar &- newest }

    @inline(__always) var above: BranchlessBool { BranchlessBool(sign: signs.x) }
    @inline(__always) var below: BranchlessBool { BranchlessBool(sign: signs.y) }
}

/// A truth value that chooses without a branch.
struct BranchlessBool {
    /// Negative where true.
    fileprivate let sign: Int64

    /// `a` where true, `b` where false.
    @inline(__always)
    func choose(_ a: Int, _ b: Int) -> Int { b ^ ((a ^ b) & Int(sign >> 63)) }
}
