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

    mutating func insert(_ pool: LiquidityPool, _ log: inout EventLog) {
        if resting.count >= capacity, let oldest = resting.removeOldest() {
            report(.liquidityExpired, oldest, .ended(.capacity), &log)
        }
        resting.insert(pool)
        log.append(
            .liquidity, at: pool.index, pool.time, direction, nil, pool.level, pool.inner, pool.id,
            .pool(pool.kind, touches: pool.touches))
    }

    /// A newer pool takes the place of `id`, if it still rests.
    mutating func supersede(_ id: StructureID, _ log: inout EventLog) {
        guard let pool = resting.remove(id) else { return }
        report(.liquiditySuperseded, pool, .pool(pool.kind, touches: pool.touches), &log)
    }

    /// Takes the next bar, turned into this book's direction.
    @inline(__always)
    mutating func push(_ bar: OrientedBar, _ log: inout EventLog) {
        if resting.top > 0 &- bar.high { reach(bar, &log) }
    }

    @inline(never)
    private mutating func reach(_ bar: OrientedBar, _ log: inout EventLog) {
        while resting.top > 0 &- bar.high {
            let pool = resting.remove(at: resting.count - 1)
            let isTaken = bar.close > -pool.key
            if !isTaken { lastSweep = log.index }
            report(
                isTaken ? .liquidityTaken : .liquiditySwept, pool, .pool(pool.kind, touches: pool.touches), &log)
        }
    }

    private func report(
        _ kind: SmartMoneyEvent.Kind, _ pool: LiquidityPool, _ detail: SmartMoneyEvent.Detail, _ log: inout EventLog
    ) {
        log.append(kind, direction, nil, pool.level, pool.inner, pool.id, detail)
    }
}

extension ZoneShelf<LiquidityPool> {
    /// Takes the pool out; nil when it is not here.
    fileprivate mutating func remove(_ id: StructureID) -> LiquidityPool? {
        var position = count &- 1
        let found = withElements { pools in
            while position >= 0, pools[position].id != id { position &-= 1 }
            return position >= 0
        }
        return found == true ? remove(at: position) : nil
    }

    fileprivate mutating func removeOldest() -> LiquidityPool? {
        elements.indices.min { elements[$0].confirmedAt < elements[$1].confirmedAt }.map { remove(at: $0) }
    }
}
