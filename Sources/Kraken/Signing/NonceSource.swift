public import Market
import Wire

/// Numbers that only grow, one source for each API key: the clock's milliseconds, or one more than the last.
///
/// The clock is the exchange's as a session knows it, which goes on over restarts whatever the machine's does: nothing
/// need be kept.
public struct NonceSource: Hashable, Sendable {
    /// The last number given out, zero before the first.
    public private(set) var last: UInt64 = 0

    public init() {}

    public mutating func next(at now: Timestamp) -> UInt64 {
        last = max(last + 1, UInt64(clamping: now.milliseconds))
        return last
    }
}
