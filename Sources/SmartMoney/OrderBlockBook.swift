import Market

/// The living order blocks of one direction and layer, and what happens to them.
struct OrderBlockBook: Sendable {
    let direction: Direction
    let layer: Layer
    private let mitigation: Double
    private let expiry: Int
    /// Fresh, tested and mitigated blocks; the next that price reaches is last.
    private(set) var live = ZoneShelf<OrderBlock>()
    /// Broken blocks in their opposite role; the first that a close would end is last.
    private(set) var breakers = ZoneShelf<OrderBlock>()

    init(_ direction: Direction, layer: Layer, parameters: SmartMoneyParameters) {
        self.direction = direction
        self.layer = layer
        mitigation = parameters.blockMitigation
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
        let oldest = log.index - expiry
        if min(live.earliest, breakers.earliest) < oldest { expire(oldest, &log) }
        if breakers.top > -bar.close { endBreakers(bar, &log) }
        if live.top >= bar.low { visit(bar, &log) }
    }

    private mutating func visit(_ bar: OrientedBar, _ log: inout EventLog) {
        var position = live.count - 1
        while position >= 0, live[position].key >= bar.low {
            touch(position, bar, &log)
            if bar.close < live[position].far.oriented(direction) { shatter(position, &log) }
            position -= 1
        }
    }

    private mutating func touch(_ position: Int, _ bar: OrientedBar, _ log: inout EventLog) {
        let news = live[position].touch(bar, at: log.index, mitigation: mitigation)
        if news.isVisit { report(.orderBlockTested, position, &log) }
        if news.isMitigated { report(.orderBlockMitigated, position, &log) }
    }

    private mutating func shatter(_ position: Int, _ log: inout EventLog) {
        report(.orderBlockBroken, position, &log)
        report(.orderBlockBreaker, position, &log)
        var block = live.remove(at: position)
        block.phase = .breaker
        // A close back above the near edge ends it: the lowest such edge comes first.
        block.key = -block.key
        breakers.insert(block)
    }

    private mutating func endBreakers(_ bar: OrientedBar, _ log: inout EventLog) {
        while breakers.top > -bar.close { end(breakers.remove(at: breakers.count - 1), .closedThrough, &log) }
    }

    private mutating func expire(_ oldest: Int, _ log: inout EventLog) {
        while let gone = live.removeOne(confirmedBefore: oldest) {
            end(gone, .age, &log)
        }
        while let gone = breakers.removeOne(confirmedBefore: oldest) {
            end(gone, .age, &log)
        }
    }

    private func end(_ block: OrderBlock, _ ending: SmartMoneyEvent.Ending, _ log: inout EventLog) {
        log.append(.orderBlockExpired, direction, layer, block.near, block.far, block.id, .ended(ending))
    }

    @inline(__always)
    private func report(_ kind: SmartMoneyEvent.Kind, _ position: Int, _ log: inout EventLog) {
        let detail = SmartMoneyEvent.Detail.fill(live[position].deepestFill, touches: live[position].touches)
        log.append(kind, direction, layer, live[position].near, live[position].far, live[position].id, detail)
    }
}
