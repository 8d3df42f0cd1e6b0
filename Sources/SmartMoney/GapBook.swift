import Market

/// The living fair value gaps of one direction: how they are found, filled, turned and forgotten.
struct GapBook: Sendable {
    let direction: Direction
    private let minimumFraction: Double
    private let minimumATR: Double
    private let joins: Bool
    private let expiry: Int
    /// No gap expires before this bar.
    private var nextExpiry = 0
    /// Open, partly filled and filled gaps; the next that price reaches is last.
    private(set) var live = ZoneShelf<FairValueGap>()
    /// Gaps in their opposite role.
    private(set) var inverted = ZoneShelf<FairValueGap>()
    /// The last bar that left a gap in this direction, -1 when none did.
    private(set) var lastGap = -1

    init(_ direction: Direction, parameters: SmartMoneyParameters) {
        self.direction = direction
        minimumFraction = parameters.gapMinimumFraction
        minimumATR = parameters.gapMinimumATR
        joins = parameters.joinsGaps
        expiry = parameters.gapExpiry
    }

    /// An open or partly filled gap overlaps the zone.
    func hasOpenGap(overlapping low: Price, _ high: Price) -> Bool {
        live.elements.contains { $0.isUnfilled && $0.overlaps(low, high) }
    }

    /// The newest gap, in whatever phase, that overlaps the zone.
    func newest(overlapping low: Price, _ high: Price) -> FairValueGap? {
        let resting = live.newest { $0.overlaps(low, high) }
        let turned = inverted.newest { $0.overlaps(low, high) }
        guard let turned else { return resting.map { live[$0] } }
        guard let resting, live[resting].index > inverted[turned].index else { return inverted[turned] }
        return live[resting]
    }

    /// Takes the next bar, turned into this book's direction: what it does to the gaps that are there.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, _ log: inout EventLog) {
        if log.index >= nextExpiry { expire(&log) }
        if live.top > bar.low { fill(bar, &log) }
    }

    private mutating func fill(_ bar: OrientedBar, _ log: inout EventLog) {
        var position = live.count
        while true {
            position = live.scan(below: position, downTo: bar.low + 1) { gap in
                if let kind = gap.touch(bar, at: log.index) { Self.report(kind, gap, &log) }
                return bar.close < gap.end
            }
            if position < 0 { return }
            var gap = live.remove(at: position)
            gap.phase = .inverted
            Self.report(.gapInverted, gap, &log)
            inverted.insert(gap)
        }
    }

    /// The newest bar leaves a gap from `far` to `near` (oriented). `opposite` are the gaps of the other direction.
    mutating func create(
        near: Int64, far: Int64, _ bars: inout BarHistory, opposite: inout GapBook, _ log: inout EventLog
    ) {
        let height = Double(near - far)
        let middle = Double(bars[log.index - 1].close.raw)
        // Before there is an ATR the fraction of the price decides alone.
        guard height >= minimumFraction * middle, height >= minimumATR * log.atr else {
            return
        }
        let before = joins && lastGap == log.index - 1 ? unfilled(index: lastGap) : nil
        let edge = max(near, before?.key ?? near)
        let end = min(far, before?.far.oriented(direction) ?? far)
        let nearPrice = Price(oriented: edge, direction)
        let farPrice = Price(oriented: end, direction)
        let id = StructureID(.gap, log.index, direction)
        let gap = FairValueGap(
            id: id, direction: direction, index: log.index, time: log.time, top: max(nearPrice, farPrice),
            bottom: min(nearPrice, farPrice), size: log.inATR(edge - end), joined: (before?.joined ?? 0) + 1, key: edge,
            end: end)
        if let before, live.remove(before.id) != nil {
            log.append(.gapJoined, direction, nil, before.near, before.far, before.id, .none)
        }
        live.insert(gap)
        lastGap = log.index
        log.append(.gap, direction, nil, gap.near, gap.far, id, .gap(size: gap.size, joined: gap.joined))
        balance(gap, &opposite, &log)
    }

    /// The range that is balanced with the newest opposite gap.
    private func balance(_ gap: FairValueGap, _ opposite: inout GapBook, _ log: inout EventLog) {
        guard let other = opposite.newest(overlapping: gap.bottom, gap.top) else { return }
        let top = min(gap.top, other.top)
        let bottom = max(gap.bottom, other.bottom)
        let isBullish = direction == .bullish
        log.append(
            .gapBalanced, direction, nil, isBullish ? top : bottom, isBullish ? bottom : top, gap.id,
            .balanced(other.id))
    }

    private func unfilled(index: Int) -> FairValueGap? {
        live.elements.last { $0.index == index && $0.isUnfilled }
    }

    private mutating func expire(_ log: inout EventLog) {
        let oldest = log.index - expiry
        while let gone = live.removeOne(confirmedBefore: oldest) {
            Self.end(gone, &log)
        }
        while let gone = inverted.removeOne(confirmedBefore: oldest) {
            Self.end(gone, &log)
        }
        // What is confirmed from this bar on cannot expire earlier either.
        nextExpiry = min(log.index, live.earliest, inverted.earliest) + expiry + 1
    }

    // Static, so that nothing holds on to the shelves while they change: that would copy them.
    private static func end(_ gap: FairValueGap, _ log: inout EventLog) {
        log.append(.gapExpired, gap.direction, nil, gap.near, gap.far, gap.id, .ended(.age))
    }

    private static func report(_ kind: SmartMoneyEvent.Kind, _ gap: FairValueGap, _ log: inout EventLog) {
        log.append(kind, gap.direction, nil, gap.near, gap.far, gap.id, .fill(gap.deepestFill, touches: gap.touches))
    }
}
