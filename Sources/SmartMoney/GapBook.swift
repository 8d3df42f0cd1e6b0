import Market

/// The living fair value gaps of one direction: how they are found, filled, turned and forgotten.
struct GapBook: Sendable {
    let direction: Direction
    private let minimumFraction: Double
    private let minimumATR: Double
    private let joins: Bool
    /// Open, partly filled and filled gaps, and those in their opposite role.
    private(set) var gaps: ZoneBook<FairValueGap>
    /// The last bar that left a gap in this direction, -1 when none did.
    private(set) var lastGap = -1

    init(_ direction: Direction, parameters: SmartMoneyParameters) {
        self.direction = direction
        minimumFraction = parameters.gapMinimumFraction
        minimumATR = parameters.gapMinimumATR
        joins = parameters.joinsGaps
        gaps = ZoneBook(expiry: parameters.gapExpiry)
    }

    /// An open or partly filled gap overlaps the zone.
    func hasOpenGap(overlapping low: Price, _ high: Price) -> Bool {
        hasOpenGap(direction, overlapping: low, high)
    }

    /// The same for a caller that knows the book's direction.
    @inline(__always)
    func hasOpenGap(_ direction: Direction, overlapping low: Price, _ high: Price) -> Bool {
        let isBullish = direction == .bullish
        let lower = isBullish ? low.raw : -high.raw
        let upper = isBullish ? high.raw : -low.raw
        // What is not filled is still watched for that. A gap with a key up to `lower` lies beyond.
        return gaps.live.contains(downTo: lower) { $0.pointee.end < upper && $0.pointee.deep != .min }
    }

    /// The newest gap, in whatever phase, that overlaps the zone.
    func newest(overlapping low: Price, _ high: Price) -> FairValueGap? {
        var place = gaps.zones.end
        while place > gaps.zones.first {
            place -= 1
            if gaps.zones[place].isFollowed && gaps.zones[place].overlaps(low, high) { return gaps.zones[place] }
        }
        return nil
    }

    var nextExpiry: Int { gaps.nextExpiry }
    mutating func wake(at index: Int) { gaps.wake(at: index) }

    /// Whether the next bar, turned into this book's direction, may do something to the gaps that are there; `meet`
    /// follows if so.
    @inline(__always)
    func concerns(_ bar: OrientedBar) -> Bool { bar.low < gaps.trigger }

    @inline(__always)
    mutating func meet(_ bar: OrientedBar, _ previousLow: Int64, _ log: inout EventLog) {
        meet(bar.low, bar.close, previousLow, &log)
    }

    // Nothing is called for a bar that is no news, so that nothing is saved.
    @inline(never)
    private mutating func meet(_ low: Int64, _ close: Int64, _ previousLow: Int64, _ log: inout EventLog) {
        let bar = ZoneBar(low: low, close: close, previousLow: previousLow, index: log.index)
        if bar.index >= gaps.nextExpiry {
            expireAndFill(bar, &log)
        } else if gaps.hasNews(bar) {
            fill(bar, &log)
        }
    }

    @inline(never)
    private mutating func expireAndFill(_ bar: ZoneBar, _ log: inout EventLog) {
        while let gone = gaps.expire(at: bar.index) {
            let gap = gaps.zones[gone]
            log.append(.gapExpired, direction, nil, gap.near, gap.far, gap.id, .ended(.age))
        }
        if gaps.hasNews(bar) { fill(bar, &log) }
    }

    @inline(never)
    private mutating func fill(_ bar: ZoneBar, _ log: inout EventLog) {
        let direction = direction
        gaps.touch(bar, turnedKey: { $0 }) { gap, touch in
            let news = gap.take(touch)
            let fill = SmartMoneyEvent.Detail.fill(gap.deepestFill, touches: gap.touches)
            let id = gap.id
            let (top, bottom) = (gap.top, gap.bottom)
            let (near, far) = direction == .bullish ? (top, bottom) : (bottom, top)
            if let news { log.append(news, direction, nil, near, far, id, fill) }
            if touch.isBroken {
                gap.phase = .inverted
                log.append(.gapInverted, direction, nil, near, far, id, fill)
            }
        }
    }

    /// Whether a bar leaves a gap of this height, in raw units, over a middle bar that closed at `middle`. Before there is
    /// an ATR the fraction of the price decides alone.
    @inline(__always)
    func isWide(_ height: Int64, middle: Int64, atr: Double) -> Bool {
        let (isInPrice, isInRange) = (
            Double(height) >= minimumFraction * Double(middle), Double(height) >= minimumATR * atr
        )
        return (isInPrice ? 1 : 0) & (isInRange ? 1 : 0) != 0 && height > 0
    }

    /// The newest bar leaves a gap from `far` to `near` (oriented). `opposite` are the gaps of the other direction.
    @inline(never)
    mutating func create(near: Int64, far: Int64, opposite: inout GapBook, _ log: inout EventLog) {
        let before = joins && lastGap == log.index - 1 ? unfilled(index: lastGap) : nil
        let edge = max(near, before?.entry ?? near)
        let end = min(far, before?.far.oriented(direction) ?? far)
        let nearPrice = Price(oriented: edge, direction)
        let farPrice = Price(oriented: end, direction)
        let id = StructureID(.gap, log.index, direction)
        let gap = FairValueGap(
            id: id, direction: direction, index: log.index, time: log.time, top: max(nearPrice, farPrice),
            bottom: min(nearPrice, farPrice), size: log.inATR(edge - end), joined: (before?.joined ?? 0) + 1)
        if let before, let position = gaps.live.elements.lastIndex(where: { $0.bar == before.index }) {
            _ = gaps.endLive(at: position)
            log.append(.gapJoined, direction, nil, before.near, before.far, before.id, .none)
        }
        gaps.insert(gap, confirmedAt: log.index, key: edge, end: end, deep: end, bar: log.index)
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
        gaps.living.last { $0.index == index && $0.isUnfilled }
    }
}
