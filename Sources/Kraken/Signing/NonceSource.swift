public import Market
import Wire

/// Numbers that only grow, one source for each API key: the clock's milliseconds, or one more than the last.
///
/// Whoever shares a key between tasks guards the source; whoever stops keeps `last` and gives it back at the next
/// start, so that a clock set back cannot bring an old number again.
public struct NonceSource: Hashable, Sendable {
    /// The last number given out, zero before the first.
    public private(set) var last: UInt64

    /// The greatest number that a source starts from: what counts milliseconds or even nanoseconds stays far below.
    public static let greatestStart = UInt64(Int64.max) / 2

    /// Nil when `lastUsed` is beyond `greatestStart`: no clock made such a number.
    public init?(lastUsed: UInt64) {
        guard lastUsed <= Self.greatestStart else { return nil }
        last = lastUsed
    }

    public init() { last = 0 }

    public mutating func next(at now: Timestamp) -> UInt64 {
        last = max(last + 1, UInt64(clamping: now.milliseconds))
        return last
    }
}
