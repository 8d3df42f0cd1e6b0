public import Market

/// Why a live trade made another amount than the same trade in the re-run.
public enum Cause: String, Hashable, Sendable, CaseIterable {
    /// The market moved between the decision and the order's effect.
    case latency
    /// An order paid more than the market showed when it took effect, or than its own limit or trigger.
    case slippage
    case fee
    case funding
    /// Ordered in both, filled in one only, or filled to another part.
    case missedFill = "missed_fill"
    /// Other prices were seen: other levels, another size, another order of what happened inside a bar, a gap.
    case data
    /// An operator, the kill switch, or an exit made for protection alone.
    case intervention
    case unexplained
}

/// A difference by causes. The parts are exact: they add up to the difference to the last unit.
public struct Split: Hashable, Sendable {
    /// In the order of `Cause.allCases`.
    private var amounts = Array(repeating: Money.zero, count: Cause.allCases.count)

    public init() {}

    public init(_ amount: Money, _ cause: Cause) { self[cause] = amount }

    public subscript(_ cause: Cause) -> Money {
        get { amounts[Self.place(of: cause)] }
        set { amounts[Self.place(of: cause)] = newValue }
    }

    /// The whole difference: live minus re-run.
    public var sum: Money { amounts.reduce(.zero, +) }

    public static func += (a: inout Split, b: Split) {
        for place in a.amounts.indices { a.amounts[place] += b.amounts[place] }
    }

    private static func place(of cause: Cause) -> Int {
        switch cause {
        case .latency: 0
        case .slippage: 1
        case .fee: 2
        case .funding: 3
        case .missedFill: 4
        case .data: 5
        case .intervention: 6
        case .unexplained: 7
        }
    }
}
