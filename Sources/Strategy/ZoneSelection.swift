import Market
import SmartMoney

/// The zone that a setup would use, and how good it is.
struct ZoneSelection {
    let zone: EntryZone
    /// The limit entry in the zone, oriented.
    let entry: Int64
    /// Where the entry lies in the leg, 0 at its origin.
    let position: Double
    let isDiscount: Bool

    /// The first fresh zone at a discount, by preference of kind and then as price would reach them. Failing that the
    /// first fresh one, then the first of any: it tells what was missing. Nil when the leg has no zone.
    static func best(_ finder: ZoneFinder, in state: borrowing SmartMoneyState) -> ZoneSelection? {
        let parameters = finder.parameters
        let farEnd = finder.trigger.farEnd(in: state, layer: parameters.layer)
        var best: ZoneSelection?
        for kind in parameters.setups {
            for zone in finder.zones(kind, in: state) {
                let entry = zone.entry(parameters.entryPoint)
                let position = finder.trigger.position(of: entry, farEnd: farEnd)
                let selection = ZoneSelection(
                    zone: zone, entry: entry, position: position, isDiscount: position < parameters.discount)
                if selection.rank == 2 { return selection }
                if selection.rank > best?.rank ?? -1 { best = selection }
            }
        }
        return best
    }

    private var rank: Int { zone.isFresh ? (isDiscount ? 2 : 1) : 0 }
}
