import Market

/// `a · b / c` through 128 bits. Traps when the result does not fit.
func scaled(_ a: Int64, _ b: Int64, over c: Int64, _ rounding: Rounding) -> Int64 {
    rounding.divide(Int128(a) * Int128(b), Int128(c))
}

/// What a raw quantity is worth at a raw price, in raw dollars.
func worth(_ price: Int64, _ quantity: Int64, _ rounding: Rounding) -> Int64 {
    rounding.product(price, quantity, over: 100_000_000)
}

/// How far along a segment of the path we are, in 2⁻⁴⁰: one division an instant instead of one a price.
struct PathFraction: Hashable, Sendable {
    private let scaled: Int64

    @inline(__always) static var end: PathFraction { PathFraction(scaled: 1 << 40) }

    private init(scaled: Int64) { self.scaled = scaled }

    init(elapsed: Int64, of length: Int64) {
        scaled = Int64((Int128(elapsed) << 40) / Int128(length))
    }

    @inline(__always)
    func between(_ from: Int64, _ to: Int64) -> Int64 {
        from + Int64((Int128(to - from) * Int128(scaled)) >> 40)
    }

    @inline(__always)
    func between(_ from: PricePoint, _ to: PricePoint) -> PricePoint {
        PricePoint(
            last: between(from.last, to.last), mark: between(from.mark, to.mark), index: between(from.index, to.index))
    }
}

extension Timestamp {
    /// Later than anything that happens; computed in place, where a stored constant would be looked up.
    @inline(__always) static var never: Timestamp { Timestamp(nanoseconds: .max / 2) }
}

/// SplitMix64, for latency jitter: the same seed, the same run.
struct JitterSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Base plus a delay between zero and the jitter.
    mutating func delay(_ latency: Latency) -> Interval {
        guard latency.jitter > .zero else { return latency.base }
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        let span = UInt64(latency.jitter.nanoseconds) + 1
        return latency.base + Interval(nanoseconds: Int64(z.multipliedFullWidth(by: span).high))
    }
}
