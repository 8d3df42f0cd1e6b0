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
    private let near: Int
    private let far: Int
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
        near = min(external, `internal`)
        far = max(external, `internal`)
        isExternalFar = external == far
    }

    /// Takes the newest bar of `bars` and answers which of the bars one strength back are now confirmed as swings.
    @inline(__always)
    mutating func push(_ bars: borrowing BarHistory) -> Confirmed {
        let beyond = bars.newestGoesBeyond(near: near, far: far, turn: turn)
        let external = isExternalFar ? beyond.far : beyond.near
        let `internal` = isExternalFar ? beyond.near : beyond.far
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
}

extension BarHistory {
    /// Negative for the sides (high, low) on which the newest bar goes farther than all of the `near` bars before it,
    /// and than all of the `far` bars: `near` ≤ `far`. No bar goes beyond what was before the first.
    @inline(__always)
    func newestGoesBeyond(
        near: Int, far: Int, turn: SIMD2<Int64>
    ) -> (near: SIMD2<Int64>, far: SIMD2<Int64>) {
        let (newest, place) = newest
        if place < far { return wrappedBeyond(near: near, far: far) }
        let reach = Self.reach(newest, turn)
        var signs = SIMD2<Int64>(repeating: -1)
        var bar = newest
        var end = newest - near
        repeat {
            bar -= 1
            signs &= Self.reach(bar, turn) &- reach
        } while bar != end
        let nearSigns = signs
        end = newest - far
        while bar != end {
            bar -= 1
            signs &= Self.reach(bar, turn) &- reach
        }
        return (nearSigns, signs)
    }

    /// How far a bar goes up and down. The prices of a side have one sign, so their difference does not overflow.
    @inline(__always)
    private static func reach(_ candle: UnsafePointer<Candle>, _ turn: SIMD2<Int64>) -> SIMD2<Int64> {
        // High and low lie side by side. -x - 1 grows with -x.
        let prices = UnsafeRawPointer(candle).loadUnaligned(fromByteOffset: highOffset, as: SIMD2<Int64>.self)
        return prices ^ turn
    }

    /// Where the prices of a bar begin: after its time and open.
    private static var highOffset: Int { MemoryLayout<Timestamp>.size + MemoryLayout<Price>.size }

    /// The same where the bars before do not lie before the newest in memory.
    @inline(never)
    private func wrappedBeyond(near: Int, far: Int) -> (near: SIMD2<Int64>, far: SIMD2<Int64>) {
        let newest = self[count - 1]
        func signs(_ strength: Int) -> SIMD2<Int64> {
            guard count > strength else { return .zero }
            var signs = SIMD2<Int64>(repeating: -1)
            for back in 1...strength {
                let bar = self[count - 1 - back]
                signs &= SIMD2(bar.high.raw &- newest.high.raw, newest.low.raw &- bar.low.raw)
            }
            return signs
        }
        return (signs(near), signs(far))
    }
}
