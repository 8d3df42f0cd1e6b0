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
    @inline(__always)
    mutating func insert(_ block: OrderBlock, _ direction: Direction, _ log: inout EventLog) {
        if blocks.live.contains(downTo: .min, where: { $0.pointee.bar == block.index }) { return }
        let (near, far) = direction == .bullish ? (block.top, block.bottom) : (block.bottom, block.top)
        let entry = near.oriented(direction)
        // To trade at the near edge is to trade into the block.
        blocks.insert(
            block, confirmedAt: block.confirmedAt, key: entry &+ 1, end: far.oriented(direction),
            deep: OrderBlock.depth(from: mitigation, of: block.top.raw &- block.bottom.raw).map { entry &- $0 } ?? .min,
            bar: block.index)
        log.append(
            .orderBlock, at: block.index, block.time, direction, layer, near, far, block.id,
            .orderBlock(
                size: block.size, volume: block.volume, displacementVolume: block.displacementVolume,
                overlapsGap: block.overlapsGap, swept: block.sweptLiquidity))
    }

    mutating func wake(at index: Int) { blocks.wake(at: index) }

    /// Takes the next bar, turned into this book's direction, and its close turned the other way; most cost two
    /// comparisons.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, closed: Int64, previousLow: Int64, _ log: inout EventLog) {
        if bar.low < blocks.trigger || closed < blocks.turned.top { meet(bar.low, bar.close, previousLow, &log) }
    }

    // Most bars that come here are in a zone and no news to it: nothing is called for them, so that nothing is saved.
    @inline(never)
    private mutating func meet(_ low: Int64, _ close: Int64, _ previousLow: Int64, _ log: inout EventLog) {
        let bar = ZoneBar(low: low, close: close, previousLow: previousLow, index: log.index)
        if bar.index >= blocks.nextExpiry || blocks.turned.top > 0 &- close {
            endAndVisit(bar, &log)
        } else if blocks.hasNews(bar) {
            visit(bar, &log)
        }
    }

    @inline(never)
    private mutating func endAndVisit(_ bar: ZoneBar, _ log: inout EventLog) {
        if bar.index >= blocks.nextExpiry { expire(&log) }
        while let gone = blocks.endTurned(above: 0 &- bar.close) { report(gone, .closedThrough, &log) }
        if blocks.hasNews(bar) { visit(bar, &log) }
    }

    @inline(never)
    private mutating func visit(_ bar: ZoneBar, _ log: inout EventLog) {
        let layer = layer
        let direction = direction
        // A close back above the near edge ends a breaker: the lowest such edge comes first.
        blocks.touch(bar, turnedKey: { 1 &- $0 }) { block, touch in
            let id = block.id
            let (near, far) = direction == .bullish ? (block.top, block.bottom) : (block.bottom, block.top)
            let touches = touch.isVisit ? block.touches &+ 1 : block.touches
            let fill = SmartMoneyEvent.Detail.fill(block.fill, touches: touches)
            func report(_ kind: SmartMoneyEvent.Kind) { log.append(kind, direction, layer, near, far, id, fill) }
            if touch.isVisit {
                block.touches = touches
                report(.orderBlockTested)
            }
            if touch.isDeep { report(.orderBlockMitigated) }
            if touch.isBroken {
                report(.orderBlockBroken)
                report(.orderBlockBreaker)
            }
            block.phase =
                touch.isBroken ? .breaker : touch.isDeep || block.phase == .mitigated ? .mitigated : .tested
        }
    }

    @inline(never)
    private mutating func expire(_ log: inout EventLog) {
        while let gone = blocks.expire(at: log.index) { report(gone, .age, &log) }
    }

    private func report(_ place: Int, _ ending: SmartMoneyEvent.Ending, _ log: inout EventLog) {
        let (id, near, far) = (blocks.zones[place].id, blocks.zones[place].near, blocks.zones[place].far)
        log.append(.orderBlockExpired, direction, layer, near, far, id, .ended(ending))
    }
}
