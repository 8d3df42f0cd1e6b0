import Market
import SmartMoney

/// Price and momentum parting at the last two turning points against a side: for a long a lower low in price with a
/// higher RSI.
enum Divergence {
    /// How much stronger the RSI is at the newer swing, positive in favour of `side`; nil when price made no new extreme
    /// there or there is nothing to compare.
    static func strength(
        _ side: Side, swings: RecentBuffer<Swing>, filters: borrowing DecisionFilters
    ) -> Double? {
        guard swings.count >= 2 else { return nil }
        let (newer, older) = (swings[0], swings[1])
        guard side.oriented(newer.price) < side.oriented(older.price), let now = filters.strength(at: newer.index),
            let before = filters.strength(at: older.index)
        else { return nil }
        return Double(side.sign) * (now - before)
    }
}
