public import Market

/// One take-profit order.
@frozen public struct ExitSlice: Hashable, Sendable {
    public let price: Price
    public let quantity: Quantity

    public init(price: Price, quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }
}

/// A position's quantity divided over its targets so that every part can be traded.
///
/// A part below the minimum is added to the next, further target; what then remains goes to the last slice, or stays
/// as the runner when the shares leave one that is itself large enough.
public struct ExitSlices: Hashable, Sendable {
    public let slices: [ExitSlice]
    public let runner: Quantity

    /// Nil when `quantity` is below `minimum` or not whole lots: nothing could be closed exactly.
    public init?(of quantity: Quantity, over targets: [ProposedTarget], lot: Quantity, minimum: Quantity) {
        guard lot.isPositive, quantity.isPositive, quantity >= minimum, quantity.isMultiple(of: lot) else { return nil }
        var slices: [ExitSlice] = []
        slices.reserveCapacity(targets.count)
        var share = Rate.zero
        var placed = Quantity.zero
        for target in targets {
            share += target.share
            let due = quantity.times(min(share, .one), .towardZero).rounded(to: lot, .towardZero) - placed
            guard due >= minimum, due.isPositive else { continue }
            slices.append(ExitSlice(price: target.price, quantity: due))
            placed += due
        }
        var rest = quantity - placed
        let leavesRunner = share < .one && rest >= minimum && !slices.isEmpty
        if !leavesRunner, let last = targets.last, rest.isPositive {
            let carried = slices.last?.price == last.price || rest < minimum ? slices.popLast()?.quantity : nil
            slices.append(ExitSlice(price: last.price, quantity: rest + (carried ?? .zero)))
            rest = .zero
        }
        self.slices = slices
        runner = rest
    }
}
