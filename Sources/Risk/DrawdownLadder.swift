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
}
