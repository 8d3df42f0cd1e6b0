import Market

/// What the venue says of one contract besides prices.
struct MarketCondition: Hashable, Sendable {
    var isSuspended = false
    var isPostOnly = false
    /// Nothing but cancels and reductions.
    var isCancelOnly = false
    /// Taken off the list: unknown from then on.
    var isDelisted = false
}
