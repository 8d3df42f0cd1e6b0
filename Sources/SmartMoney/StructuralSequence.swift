import Market

/// The alternating sequence of swing highs and lows that structure is read from.
///
/// Every confirmed swing is an event with its label. It counts when it alternates, or when it goes farther than the
/// last swing of the same kind, which it then supersedes; a swing that does neither is on record only.
struct StructuralSequence: Sendable {
    private let layer: Layer
    private let equalTolerance: Double
    private var lastDirection: Direction?
    private var marksAbove = Marks()
    private var marksBelow = Marks()
    private(set) var highs = RecentBuffer<Swing>(capacity: 8)
    private(set) var lows = RecentBuffer<Swing>(capacity: 8)

    /// Of one kind, the swing that counts last, and the price of the one before it, against which a swing is labelled
    /// that takes the place of the last.
    private struct Marks {
        var id: StructureID?
        /// Oriented.
        var current: Int64 = 0
        var previous: Int64?
    }

    init(layer: Layer, equalTolerance: Double) {
        self.layer = layer
        self.equalTolerance = equalTolerance
    }

    /// When one bar is both a swing high and a swing low, the one that alternates comes first.
    var nextDirection: Direction { lastDirection == .bullish ? .bearish : .bullish }

    /// Takes a swing as it is confirmed, answers it and whether it counts. It is the newest of its kind afterwards.
    @inline(__always)
    mutating func append(
        _ direction: Direction, index: Int, time: Timestamp, price: Price, _ log: inout EventLog
    ) -> (swing: Swing, counts: Bool) {
        let marks = direction == .bullish ? marksAbove : marksBelow
        let reach = price.oriented(direction)
        let isRepeated = lastDirection == direction
        let counts = !isRepeated || reach > marks.current
        // A swing that supersedes takes the place of the old one, so it is measured against the one before that.
        let replaces = isRepeated && counts
        let reference = replaces ? marks.previous : marks.id.map { _ in marks.current }
        let label =
            reference.map { SwingLabel(direction, rise: reach - $0, tolerance: equalTolerance * log.atr) } ?? .first
        let swing = Swing(
            id: StructureID(.swing, index, direction, layer), direction: direction, index: index,
            confirmedAt: log.index, time: time, price: price, label: label)
        log.append(.swing, at: index, time, direction, layer, price, price, swing.id, .swing(label, counts: counts))
        if replaces, let old = marks.id {
            let oldPrice = Price(oriented: marks.current, direction)
            log.append(.swingSuperseded, direction, layer, oldPrice, oldPrice, old, .none)
        }
        if direction == .bullish { highs.push(swing) } else { lows.push(swing) }
        if counts {
            lastDirection = direction
            let renewed = Marks(id: swing.id, current: reach, previous: reference)
            if direction == .bullish { marksAbove = renewed } else { marksBelow = renewed }
        }
        return (swing, counts)
    }
}
