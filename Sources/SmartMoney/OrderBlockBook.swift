import Market

/// The living order blocks of one direction and layer, and what happens to them.
struct OrderBlockBook: Sendable {
    let direction: Direction
    let layer: Layer
    private let expiry: Int
    /// No block expires before this bar.
    private var nextExpiry = 0
    /// Fresh, tested and mitigated blocks; the next that price reaches is last.
    private(set) var live = ZoneShelf<OrderBlock>()
    /// Broken blocks in their opposite role; the first that a close would end is last.
    private(set) var breakers = ZoneShelf<OrderBlock>()

    init(_ direction: Direction, layer: Layer, parameters: SmartMoneyParameters) {
        self.direction = direction
        self.layer = layer
        expiry = parameters.blockExpiry
    }

    /// A second break of the same leg does not make a second zone of the same bar.
    mutating func insert(_ block: OrderBlock, _ log: inout EventLog) {
        if live.elements.contains(where: { $0.index == block.index }) { return }
        live.insert(block)
        log.append(
            .orderBlock, at: block.index, block.time, direction, layer, block.near, block.far, block.id,
            .orderBlock(
                size: block.size, volume: block.volume, displacementVolume: block.displacementVolume,
                overlapsGap: block.overlapsGap, swept: block.sweptLiquidity))
    }

    /// Takes the next bar, turned into this book's direction.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, _ log: inout EventLog) {
        if log.index >= nextExpiry { expire(&log) }
        if breakers.top > -bar.close { endBreakers(bar, &log) }
        if live.top >= bar.low { visit(bar, &log) }
    }

    private mutating func visit(_ bar: OrientedBar, _ log: inout EventLog) {
        var position = live.count
        while true {
            position = live.scan(below: position, downTo: bar.low) { block in
                guard block.touch(bar, at: log.index) else { return false }
                let news = block.takeNews(bar, at: log.index)
                if news.isVisit { Self.report(.orderBlockTested, block, &log) }
                if news.isMitigated { Self.report(.orderBlockMitigated, block, &log) }
                return news.isBroken
            }
            if position < 0 { return }
            shatter(live.remove(at: position), &log)
        }
    }

    private mutating func shatter(_ block: consuming OrderBlock, _ log: inout EventLog) {
        Self.report(.orderBlockBroken, block, &log)
        Self.report(.orderBlockBreaker, block, &log)
        block.phase = .breaker
        // A close back above the near edge ends it: the lowest such edge comes first.
        block.key = -block.key
        breakers.insert(block)
    }

    private mutating func endBreakers(_ bar: OrientedBar, _ log: inout EventLog) {
        while breakers.top > -bar.close {
            Self.end(breakers.last, .closedThrough, &log)
            breakers.removeLast()
        }
    }

    private mutating func expire(_ log: inout EventLog) {
        let oldest = log.index - expiry
        while let gone = live.removeOne(confirmedBefore: oldest) {
            Self.end(gone, .age, &log)
        }
        while let gone = breakers.removeOne(confirmedBefore: oldest) {
            Self.end(gone, .age, &log)
        }
        // What is confirmed from this bar on cannot expire earlier either.
        nextExpiry = min(log.index, live.earliest, breakers.earliest) + expiry + 1
    }

    // Static, so that nothing holds on to the shelves while they change: that would copy them.
    private static func end(_ block: OrderBlock, _ ending: SmartMoneyEvent.Ending, _ log: inout EventLog) {
        log.append(
            .orderBlockExpired, block.direction, block.layer, block.near, block.far, block.id, .ended(ending))
    }

    private static func report(_ kind: SmartMoneyEvent.Kind, _ block: OrderBlock, _ log: inout EventLog) {
        log.append(
            kind, block.direction, block.layer, block.near, block.far, block.id,
            .fill(block.deepestFill, touches: block.touches))
    }
}
