/// A truth value as a mask of 64 equal bits. Which way price goes cannot be guessed, and a branch guessed wrongly costs
/// more than all of this arithmetic.
struct BitMask {
    private let bits: Int64

    static let all = BitMask(bits: -1)

    private init(bits: Int64) { self.bits = bits }

    /// a < b. Both are prices in raw units: their difference does not overflow.
    @inline(__always)
    init(_ a: Int64, isBelow b: Int64) { bits = (a &- b) >> 63 }

    @inline(__always)
    static func & (a: BitMask, b: BitMask) -> BitMask { BitMask(bits: a.bits & b.bits) }

    /// `a` where true, `b` where false.
    @inline(__always)
    func choose(_ a: Int, _ b: Int) -> Int { b ^ ((a ^ b) & Int(bits)) }
}
