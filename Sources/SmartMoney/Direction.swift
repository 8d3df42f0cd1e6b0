import Market

/// Which way a structure points. For levels (swings, sweeps, liquidity) it says on which side of the price they lie:
/// `bullish` is a high or buy-side liquidity above, `bearish` a low or sell-side liquidity below.
@frozen public enum Direction: UInt8, Hashable, Sendable, CaseIterable {
    case bullish
    case bearish

    @inlinable public var opposite: Direction { self == .bullish ? .bearish : .bullish }
    /// +1 for bullish, -1 for bearish.
    @inlinable public var sign: Int64 { self == .bullish ? 1 : -1 }
}

extension Direction: CustomStringConvertible {
    public var description: String { self == .bullish ? "bullish" : "bearish" }
}

/// The two scales of structure that run side by side.
@frozen public enum Layer: UInt8, Hashable, Sendable, CaseIterable {
    /// Swings of strength 5 by default: the structure that a trend is read from.
    case external
    /// Swings of strength 2 by default: the structure inside an external leg.
    case `internal`
}

extension Layer: CustomStringConvertible {
    public var description: String { self == .external ? "external" : "internal" }
}

/// A bar seen in a direction, in raw price units: for `bearish` it is turned upside down.
///
/// Every rule is written once, for the bullish case, and applied to both views; bullish and bearish cannot disagree.
struct OrientedBar {
    let open: Int64
    let high: Int64
    let low: Int64
    let close: Int64

    @inline(__always)
    init(open: Int64, high: Int64, low: Int64, close: Int64) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }

    @inline(__always)
    init(_ candle: Candle, _ direction: Direction) {
        let up = OrientedBar(
            open: candle.open.raw, high: candle.high.raw, low: candle.low.raw, close: candle.close.raw)
        self = direction == .bullish ? up : up.turned
    }

    /// The bar upside down.
    @inline(__always)
    var turned: OrientedBar { OrientedBar(open: 0 &- open, high: 0 &- low, low: 0 &- high, close: 0 &- close) }
}

extension Price {
    /// The price as a number that grows in `direction`; its own inverse through `init(oriented:_:)`.
    @inline(__always) func oriented(_ direction: Direction) -> Int64 { raw * direction.sign }
    @inline(__always) init(oriented value: Int64, _ direction: Direction) { self.init(raw: value * direction.sign) }
}
