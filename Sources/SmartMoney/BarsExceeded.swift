/// Whether a bar goes farther, up and down, than all bars that it was compared with. Without branches: which way price
/// goes cannot be guessed, and a branch guessed wrongly costs more than all of this arithmetic.
struct BarsExceeded {
    /// Above and below; negative where true.
    private var signs = SIMD2<Int64>(repeating: -1)

    /// Compares with one bar more. All are prices of bars in raw units; those of one side have one sign, so their
    /// difference does not overflow.
    @inline(__always)
    mutating func formAnd(_ bar: SIMD2<Int64>, isExceededBy newest: SIMD2<Int64>) { signs &= bar &- newest }

    /// `a` on the sides where the bar goes beyond all, `b` on the others.
    @inline(__always)
    func choose(_ a: SIMD2<Int64>, _ b: SIMD2<Int64>) -> SIMD2<Int64> { b ^ ((a ^ b) & (signs &>> 63)) }
}
