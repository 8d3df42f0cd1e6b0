import Market

/// Finds the swing highs and lows of both layers: bars that go farther than the k bars before and not less far than the
/// k bars after, where k is the layer's strength. Of a plateau the first bar is the swing.
///
/// At most one bar at a time can still become a swing of its side: a new candidate goes farther than the k bars before
/// it, hence farther than the old candidate, which it ends. Which bars are swings cannot be guessed, so a step has no
/// branches.
struct SwingDetector: Sendable {
    /// External high, external low, internal high, internal low.
    private let strengths: SIMD4<Int32>
    /// Bars since the bars that can still become these swings; before there are any, far below zero.
    private var ages = SIMD4<Int32>(repeating: .min)
    private let nearStrength: Int
    let farStrength: Int
    private let isUsual: Bool
    private let isExternalFar: Bool
    /// Turns the lows of bars (the second number) so that they grow downwards; not a constant, or it would be applied to
    /// one number at a time.
    private let turn = SIMD2<Int64>(0, -1)

    /// Which swings a bar has confirmed.
    struct Confirmed {
        /// The lower half is all ones when a high is confirmed, the upper half when a low is; zero otherwise.
        let external: UInt64
        let `internal`: UInt64

        @inline(__always) var any: Bool { external | `internal` != 0 }
        @inline(__always) static func isHigh(_ confirmed: UInt64) -> Bool { confirmed & 1 != 0 }
        @inline(__always) static func isLow(_ confirmed: UInt64) -> Bool { confirmed >> 63 != 0 }
    }

    init(external: Int, internal: Int) {
        precondition(external > 0 && `internal` > 0, "a swing dominates at least one bar")
        strengths = SIMD4(Int32(external), Int32(external), Int32(`internal`), Int32(`internal`))
        nearStrength = min(external, `internal`)
        farStrength = max(external, `internal`)
        isExternalFar = external == farStrength
        isUsual = nearStrength == 2 && farStrength == 5
    }

    /// For each strength, negative for the sides (high, low) on which a bar goes farther than that many bars before it.
    struct Beyond {
        let near: SIMD2<Int64>
        let far: SIMD2<Int64>
    }

    /// Takes what the newest bar is to the bars before it and answers which of the bars one strength back are now
    /// confirmed as swings.
    @inline(__always)
    mutating func push(_ newest: Beyond) -> Confirmed {
        let external = isExternalFar ? newest.far : newest.near
        let `internal` = isExternalFar ? newest.near : newest.far
        // The upper half of a number has its sign.
        let (a, b) = (unsafeBitCast(external, to: SIMD4<Int32>.self), unsafeBitCast(`internal`, to: SIMD4<Int32>.self))
        let isCandidate = SIMD4(a.y, a.w, b.y, b.w) &>> 31
        // Both are there before the choice, which needs no branch then.
        let newer = (ages &+ 1) & ~isCandidate
        ages = newer
        // Only of zero has one less the sign, and zero itself not.
        let misses = newer ^ strengths
        let confirmed = unsafeBitCast(((misses &- 1) & ~misses) &>> 31, to: SIMD2<UInt64>.self)
        return Confirmed(external: confirmed.x, internal: confirmed.y)
    }

    /// What a bar, which lies at `newest`, is to the `farStrength` bars that lie before it.
    @inline(__always)
    mutating func beyond(_ newest: UnsafePointer<Candle>, _ candle: Candle) -> Beyond {
        // Not read back from memory, where it was written just now.
        let reach = SIMD2(candle.high.raw, candle.low.raw) ^ turn
        // The usual strengths need no loop.
        if isUsual {
            let near = (self.reach(newest - 1) &- reach) & (self.reach(newest - 2) &- reach)
            let older = (self.reach(newest - 3) &- reach) & (self.reach(newest - 4) &- reach)
            return Beyond(near: near, far: near & older & (self.reach(newest - 5) &- reach))
        }
        return anyBeyond(newest, reach)
    }

    @inline(never)
    private func anyBeyond(_ newest: UnsafePointer<Candle>, _ reach: SIMD2<Int64>) -> Beyond {
        var near = SIMD2<Int64>(repeating: -1)
        for back in 1...nearStrength { near &= self.reach(newest - back) &- reach }
        var far = near
        for back in nearStrength...farStrength { far &= self.reach(newest - back) &- reach }
        return Beyond(near: near, far: far)
    }

    /// The same for the newest of `bars`, wherever those before it lie. No bar goes beyond what was before the first.
    @inline(never)
    func wrappedBeyond(_ bars: BarHistory) -> Beyond {
        let count = bars.count
        let reach = reach(bars[count - 1])
        var signs = SIMD2<Int64>(repeating: -1)
        var near = SIMD2<Int64>.zero
        for back in 1...farStrength {
            signs = back < count ? signs & (self.reach(bars[count - 1 - back]) &- reach) : .zero
            if back == nearStrength { near = signs }
        }
        return Beyond(near: near, far: signs)
    }

    private func reach(_ candle: Candle) -> SIMD2<Int64> { SIMD2(candle.high.raw, candle.low.raw) ^ turn }

    /// How far a bar goes up and down. The prices of a side have one sign, so their difference does not overflow.
    @inline(__always)
    private func reach(_ candle: UnsafePointer<Candle>) -> SIMD2<Int64> {
        // High and low lie side by side, after time and open. -x - 1 grows with -x.
        let offset = MemoryLayout<Timestamp>.size + MemoryLayout<Price>.size
        return UnsafeRawPointer(candle).loadUnaligned(fromByteOffset: offset, as: SIMD2<Int64>.self) ^ turn
    }
}
