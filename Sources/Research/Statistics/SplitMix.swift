/// A seeded generator (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same draws on every machine.
public struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    @inline(__always)
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1), with 53 bits.
    @inline(__always)
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0..<bound; `bound` must be positive. The bias of the multiplication is below 2⁻³² for any bound used.
    @inline(__always)
    mutating func index(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Close to a standard normal: the number of ones in a word is binomial with variance 16; a uniform fills the gaps
    /// between whole numbers. Made without transcendental functions, whose last bit differs between machines.
    @inline(__always)
    mutating func normal() -> Double {
        let ones = Double(next().nonzeroBitCount)
        return (ones + unit() - 32.5) * 0.24935149047701483
    }
}
