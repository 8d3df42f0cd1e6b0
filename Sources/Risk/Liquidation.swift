public import Market

/// When the exchange would liquidate, by its margin schedule, for a cross-margined account with any positions.
public enum Liquidation {
    /// The smallest adverse move of mark prices, as a fraction, that brings equity down to maintenance margin; nil
    /// without exposure. Zero when it is there already.
    public static func distance(equity: Money, exposures: [Exposure]) -> Rate? { nil }

    /// The mark price of `exposures[index]` at which that happens when only it moves; nil when no positive price does.
    public static func price(of index: Int, equity: Money, exposures: [Exposure]) -> Price? { nil }
}
