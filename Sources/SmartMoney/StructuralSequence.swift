import Market

/// The alternating sequence of swing highs and lows that structure is read from.
///
/// Every confirmed swing is an event with its label. It counts when it alternates, or when it goes farther than the
/// last swing of the same kind, which it then supersedes; a swing that does neither is on record only.
struct StructuralSequence: Sendable {
    private let layer: Layer
    private let equalTolerance: Double
    private var last: Swing?
    /// The swing that a new high or low is labelled against while the last one of its kind may still be superseded.
    private var previousHigh: Swing?
    private var previousLow: Swing?
    private(set) var highs = RecentBuffer<Swing>(capacity: 8)
    private(set) var lows = RecentBuffer<Swing>(capacity: 8)
    private var currentHigh: Swing?
    private var currentLow: Swing?

    init(layer: Layer, equalTolerance: Double) {
        self.layer = layer
        self.equalTolerance = equalTolerance
    }

    /// When one bar is both a swing high and a swing low, the one that alternates comes first.
    var nextDirection: Direction { last?.direction == .bullish ? .bearish : .bullish }

    /// Takes a swing as it is confirmed and answers whether it counts.
    mutating func append(
        _ direction: Direction, index: Int, time: Timestamp, price: Price, _ log: inout EventLog
    ) -> (swing: Swing, counts: Bool) {
        let repeated = last.flatMap { $0.direction == direction ? $0 : nil }
        let reach = price.oriented(direction)
        let counts = repeated.map { reach > $0.price.oriented(direction) } ?? true
        // A swing that supersedes takes the place of the old one, so it is measured against the one before that.
        let replaces = repeated != nil && counts
        let reference = replaces ? previous(direction) : current(direction)
        let label =
            reference.map {
                SwingLabel(
                    direction, rise: reach - $0.price.oriented(direction), tolerance: equalTolerance * log.atr)
            } ?? .first
        let swing = Swing(
            id: StructureID(.swing, index, direction, layer), direction: direction, index: index,
            confirmedAt: log.index, time: time, price: price, label: label)
        log.append(.swing, at: index, time, direction, layer, price, price, swing.id, .swing(label, counts: counts))
        if let repeated, counts {
            log.append(.swingSuperseded, direction, layer, repeated.price, repeated.price, repeated.id, .none)
        }
        record(swing, counts: counts, replaces: replaces)
        return (swing, counts)
    }

    private mutating func record(_ swing: Swing, counts: Bool, replaces: Bool) {
        if swing.isHigh { highs.push(swing) } else { lows.push(swing) }
        guard counts else { return }
        last = swing
        if swing.isHigh {
            if !replaces { previousHigh = currentHigh }
            currentHigh = swing
        } else {
            if !replaces { previousLow = currentLow }
            currentLow = swing
        }
    }

    private func current(_ direction: Direction) -> Swing? { direction == .bullish ? currentHigh : currentLow }
    private func previous(_ direction: Direction) -> Swing? { direction == .bullish ? previousHigh : previousLow }
}
