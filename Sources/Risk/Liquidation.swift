public import Market

/// When the exchange would liquidate, by its margin schedule, for a cross-margined account with any positions.
///
/// Liquidation comes when equity falls below maintenance margin, which the bracket of each position charges on its
/// whole notional at entry price. With equity E, maintenance M and a position worth N at mark, a move of (E - M) / N
/// against it does that; for one position this is Kraken's
/// `mark = entry + (rate x quantity x entry - collateral - funding) / quantity`.
/// An estimate for decisions only: the exchange's own figure decides.
public enum Liquidation {
    /// The smallest adverse move of mark prices, as a fraction, that leaves equity at maintenance margin: of any one
    /// instrument alone, or of all together up or down. Nil without exposure, zero when it is there already.
    public static func distance(equity: Money, exposures: [Exposure]) -> Rate? {
        distance(
            equity: equity, AccountLoad(exposures, initialMargin: .zero, maintenanceMargin: .zero))
    }

    static func distance(equity: Money, _ load: AccountLoad) -> Rate? {
        let moved = max(load.largest, load.net.magnitude)
        guard moved.isPositive else { return nil }
        let buffer = equity - load.maintenanceMargin
        guard buffer.isPositive else { return .zero }
        // A ratio that does not fit is further away than any limit.
        return buffer.ratio(to: moved, .down) ?? .greatest
    }

    /// The mark price of `exposures[index]` at which that happens when only it moves, rounded toward the market; nil
    /// when no positive price does it.
    public static func price(of index: Int, equity: Money, exposures: [Exposure]) -> Price? {
        let exposure = exposures[index]
        let load = AccountLoad(exposures, initialMargin: .zero, maintenanceMargin: .zero)
        return price(
            mark: exposure.mark, side: exposure.side, quantity: exposure.quantity,
            buffer: equity - load.maintenanceMargin)
    }

    static func price(mark: Price, side: Side, quantity: Quantity, buffer: Money) -> Price? {
        guard let room = max(buffer, .zero).price(of: quantity, .down) else { return nil }
        switch side {
        case .long: return room < mark ? mark - room : nil
        case .short:
            let (sum, overflow) = mark.raw.addingReportingOverflow(room.raw)
            return overflow ? nil : Price(raw: sum)
        }
    }
}
