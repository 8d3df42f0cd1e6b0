import Market

/// The living order blocks of one direction and layer, and what happens to them.
struct OrderBlockBook: Sendable {
    let direction: Direction
    let layer: Layer
    private let mitigation: Double
    /// Fresh, tested and mitigated blocks, and breakers.
    private(set) var blocks: ZoneBook<OrderBlock>

    init(_ direction: Direction, layer: Layer, parameters: SmartMoneyParameters) {
        self.direction = direction
        self.layer = layer
        mitigation = parameters.blockMitigation
        blocks = ZoneBook(expiry: parameters.blockExpiry)
    }

    /// A second break of the same leg does not make a second zone of the same bar.
    mutating func insert(_ block: OrderBlock, _ log: inout EventLog) {
        for watch in blocks.live.elements where watch.bar == block.index { return }
        // To trade at the near edge is to trade into the block.
        blocks.insert(
            block, key: block.entry + 1, end: block.far.oriented(direction),
            deep: block.depth(from: mitigation).map { block.entry - $0 } ?? .min, bar: block.index)
        log.append(
            .orderBlock, at: block.index, block.time, direction, layer, block.near, block.far, block.id,
            .orderBlock(
                size: block.size, volume: block.volume, displacementVolume: block.displacementVolume,
                overlapsGap: block.overlapsGap, swept: block.sweptLiquidity))
    }

    mutating func wake(at index: Int) { blocks.wake(at: index) }

    /// Takes the next bar, turned into this book's direction; most cost two comparisons.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, closed: Int64, _ log: inout EventLog) {
        if bar.low < blocks.trigger || closed < blocks.turned.top { meet(&log) }
    }

    @inline(never)
    private mutating func meet(_ log: inout EventLog) {
        let bar = log.bar(direction)
        if log.index >= blocks.nextExpiry { expire(&log) }
        if blocks.turned.top > 0 &- bar.close { endBreakers(bar, &log) }
        if blocks.isTouched(by: bar) { visit(bar, &log) }
        blocks.rest()
    }

    private mutating func visit(_ bar: OrientedBar, _ log: inout EventLog) {
        // A close back above the near edge ends a breaker: the lowest such edge comes first.
        blocks.touch(bar, index: log.index, previousLow: log.previousLow(direction), turnedKey: { 1 - $0 }) {
            block, touch in
            if touch.isVisit { block.touches &+= 1 }
            let fill = SmartMoneyEvent.Detail.fill(block.fill, touches: block.touches)
            if touch.isVisit { block.report(.orderBlockTested, fill, &log) }
            if touch.isDeep { block.report(.orderBlockMitigated, fill, &log) }
            if touch.isBroken {
                block.report(.orderBlockBroken, fill, &log)
                block.report(.orderBlockBreaker, fill, &log)
            }
            block.phase =
                touch.isBroken ? .breaker : touch.isDeep || block.phase == .mitigated ? .mitigated : .tested
        }
    }

    private mutating func endBreakers(_ bar: OrientedBar, _ log: inout EventLog) {
        while blocks.turned.top > 0 &- bar.close {
            let ended = blocks.endTurned()
            blocks.zones[ended].report(.orderBlockExpired, .ended(.closedThrough), &log)
        }
    }

    private mutating func expire(_ log: inout EventLog) {
        while let gone = blocks.expire(at: log.index) {
            blocks.zones[gone].report(.orderBlockExpired, .ended(.age), &log)
        }
    }
}

extension OrderBlock {
    @inline(__always)
    fileprivate func report(
        _ kind: SmartMoneyEvent.Kind, _ detail: SmartMoneyEvent.Detail, _ log: inout EventLog
    ) {
        log.append(kind, direction, layer, near, far, id, detail)
    }
}
