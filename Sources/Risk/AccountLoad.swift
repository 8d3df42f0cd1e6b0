import Market
import Venue

/// What a set of positions weighs on the account: sums, so that a position can be added without going over the others.
struct AccountLoad {
    /// Notional at mark, all directions counted positive.
    private(set) var gross = Money.zero
    /// Notional at mark, longs positive, shorts negative.
    private(set) var net = Money.zero
    /// The largest single notional at mark.
    private(set) var largest = Money.zero
    private(set) var initialMargin = Money.zero
    private(set) var maintenanceMargin = Money.zero
    private(set) var positions = 0

    /// Margin of what is filled is the greater of ours and the exchange's own figure; entries in flight, which that
    /// figure need not hold, come on top.
    init(_ exposures: [Exposure], initialMargin venueInitial: Money, maintenanceMargin venueMaintenance: Money) {
        for exposure in exposures where !exposure.isInFlight { add(exposure) }
        initialMargin = max(initialMargin, venueInitial)
        maintenanceMargin = max(maintenanceMargin, venueMaintenance)
        for exposure in exposures where exposure.isInFlight { add(exposure) }
    }

    private mutating func add(_ exposure: Exposure) {
        guard exposure.quantity.isPositive else { return }
        add(
            exposure.side, notional: exposure.notional, entryNotional: exposure.entryNotional,
            exposure.instrument.margin)
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
