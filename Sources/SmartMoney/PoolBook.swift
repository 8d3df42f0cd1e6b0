import Market

/// The resting liquidity of one side.
struct PoolBook: Sendable {
    let direction: Direction
    private let capacity: Int
    /// The nearest pool is last.
    private(set) var resting = ZoneShelf<LiquidityPool>()
    /// The last bar that swept a pool of this side, -1 when none did.
    private(set) var lastSweep = -1

    init(_ direction: Direction, capacity: Int) {
        precondition(capacity > 0, "liquidity needs room")
        self.direction = direction
        self.capacity = capacity
    }

    mutating func unshare() { resting.unshare() }

    mutating func insert(_ pool: LiquidityPool, _ log: inout EventLog) {
        if resting.count >= capacity { expireOldest(&log) }
        resting.insert(pool)
        log.append(
            .liquidity, at: pool.index, pool.time, direction, nil, pool.level, pool.inner, pool.id,
            .pool(pool.kind, touches: pool.touches))
    }

    @inline(never)
    private mutating func expireOldest(_ log: inout EventLog) {
        var oldest = 0
        for position in 0..<resting.count
        where resting[position].pointee.confirmedAt < resting[oldest].pointee.confirmedAt {
            oldest = position
        }
        end(oldest, .liquidityExpired, .ended(.capacity), &log)
    }

    /// A newer pool takes the place of `id`, if it still rests.
    mutating func supersede(_ id: StructureID, _ log: inout EventLog) {
        guard let position = resting.lastIndex(where: { $0.pointee.id == id }) else { return }
        end(position, .liquiditySuperseded, nil, &log)
    }

    /// Takes the next bar, turned into this book's direction.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, _ log: inout EventLog) {
        if resting.top > 0 &- bar.high { reach(bar.high, bar.close, &log) }
    }

    @inline(never)
    private mutating func reach(_ high: Int64, _ close: Int64, _ log: inout EventLog) {
        while resting.top > 0 &- high {
            let isTaken = close > 0 &- resting.top
            if !isTaken { lastSweep = log.index }
            end(resting.count &- 1, isTaken ? .liquidityTaken : .liquiditySwept, nil, &log)
        }
    }

    /// Takes out the pool at `position` and says why, by default with its kind and touches.
    @inline(__always)
    private mutating func end(
        _ position: Int, _ kind: SmartMoneyEvent.Kind, _ detail: SmartMoneyEvent.Detail?, _ log: inout EventLog
    ) {
        let pool = resting[position]
        log.append(
            kind, direction, nil, pool.pointee.level, pool.pointee.inner, pool.pointee.id,
            detail ?? .pool(pool.pointee.kind, touches: pool.pointee.touches))
        resting.remove(at: position)
    }
}
