public import Market
public import Venue

/// What a set of positions weighs on the account: sums, so that a position can be added without going over the others.
public struct AccountLoad: Sendable {
    /// Notional at mark, all directions counted positive.
    private(set) var gross = Money.zero
    /// Notional at mark, longs positive, shorts negative.
    private(set) var net = Money.zero
    /// The largest single notional at mark.
    private(set) var largest = Money.zero
    private(set) var initialMargin = Money.zero
    private(set) var maintenanceMargin = Money.zero
    private(set) var positions = 0

    /// Nothing yet. Add what is filled, tell the exchange's figures with `cover`, then add entries in flight.
    public init() {}

    /// Margin of what is filled is the greater of ours and the exchange's own figure; entries in flight, which that
    /// figure need not hold, come on top.
    init(_ exposures: [Exposure], initialMargin venueInitial: Money, maintenanceMargin venueMaintenance: Money) {
        for exposure in exposures where !exposure.isInFlight { add(exposure) }
        cover(initialMargin: venueInitial, maintenanceMargin: venueMaintenance)
        for exposure in exposures where exposure.isInFlight { add(exposure) }
    }

    private mutating func add(_ exposure: Exposure) {
        add(
            exposure.side, exposure.quantity, entryPrice: exposure.entryPrice, mark: exposure.mark,
            exposure.instrument.margin)
    }

    /// A position, or an entry in flight at its entry price.
    public mutating func add(
        _ side: Side, _ quantity: Quantity, entryPrice: Price, mark: Price, _ schedule: MarginSchedule
    ) {
        guard quantity.isPositive else { return }
        add(
            side, notional: mark.notional(of: quantity, .up), entryNotional: entryPrice.notional(of: quantity, .up),
            schedule)
    }

    /// Margin of all that was added is no less than the exchange's own figures.
    public mutating func cover(initialMargin venueInitial: Money, maintenanceMargin venueMaintenance: Money) {
        initialMargin = max(initialMargin, venueInitial)
        maintenanceMargin = max(maintenanceMargin, venueMaintenance)
    }

    mutating func add(_ side: Side, notional: Money, entryNotional: Money, _ schedule: MarginSchedule) {
        let level = schedule.level(for: entryNotional)
        gross += notional
        net += side == .long ? notional : -notional
        largest = max(largest, notional)
        initialMargin += entryNotional.times(level.initial, .up)
        maintenanceMargin += entryNotional.times(level.maintenance, .up)
        positions += 1
    }
}
