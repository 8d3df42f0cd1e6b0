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
/// A part below the minimum is added to the next, further target. What remains is the runner when it is large enough,
/// else part of the last slice. When no part is large enough, the whole leaves at the last target.
public struct ExitSlices: Hashable, Sendable {
    public let slices: [ExitSlice]
    public let runner: Quantity

    /// Nil when `quantity` is below `minimum` or not whole lots: it could not be closed exactly.
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
        if let last = targets.last, slices.isEmpty {
            slices.append(ExitSlice(price: last.price, quantity: rest))
            rest = .zero
        } else if let last = slices.last, rest < minimum {
            slices[slices.count - 1] = ExitSlice(price: last.price, quantity: last.quantity + rest)
            rest = .zero
        }
        self.slices = slices
        runner = rest
    }
}
