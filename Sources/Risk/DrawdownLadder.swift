public import Market

/// What a drawdown from peak equity leads to: first smaller risk, then a warning, then a halt.
/// 0 < reduce < warn < halt < 1. The planner refuses from `halt` on; below it, it only reduces: a refusal before the
/// halt could never end by itself, because without trades equity does not recover.
public struct DrawdownLadder: Hashable, Sendable {
    public var reduce: Rate
    /// What the risk budget is multiplied by from `reduce` on, over 0, at most 1.
    public var factor: Rate
    public var warn: Rate
    public var halt: Rate

    public init(
        reduce: Rate = .basisPoints(500), factor: Rate = .basisPoints(5_000), warn: Rate = .basisPoints(1_000),
        halt: Rate = .basisPoints(1_500)
    ) {
        self.reduce = reduce
        self.factor = factor
        self.warn = warn
        self.halt = halt
    }

    /// What the risk budget is multiplied by at `drawdown`.
    public func factor(at drawdown: Rate) -> Rate { drawdown >= reduce ? factor : .one }
}

/// The highest equity ever seen: what drawdown is measured from. It is stored and survives restarts.
public struct PeakEquity: Hashable, Sendable, Codable {
    /// Nil until equity was seen.
    public private(set) var value: Money?

    public init(_ value: Money? = nil) { self.value = value }

    public mutating func observe(_ equity: Money) {
        if let value, value >= equity { return }
        value = equity
    }

    /// The fall from the peak to `equity` as a fraction of the peak, rounded up; 0 at or above it, at least 1 when the
    /// peak was not positive.
    public func drawdown(at equity: Money) -> Rate {
        guard let value, equity < value else { return .zero }
        return (value - equity).ratio(to: value, .up).map { $0.isNegative ? .one : $0 } ?? .one
    }

    /// Keeps the drawdown what it was when `amount` comes in (positive) or goes out at equity `before`.
    mutating func rescale(from before: Money, to after: Money) {
        value = value?.rescaled(from: before, to: after) ?? after
    }
}

extension Money {
    /// This amount in the proportion in which equity changed; nil when that has no meaning.
    func rescaled(from before: Money, to after: Money) -> Money? {
        guard before.isPositive, after.isPositive else { return nil }
        return Rounding.up.divideIfFits(Int128(raw) * Int128(after.raw), Int128(before.raw)).map(Money.init(raw:))
    }
}
