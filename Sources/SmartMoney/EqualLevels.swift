import Market

/// The swings of one side that no close has gone beyond: alone each is a pool, close together they are equal highs
/// (in oriented prices).
struct EqualLevels: Sendable {
    private struct Member {
        let level: Int64
        var pool: StructureID
    }

    private let direction: Direction
    private let tolerance: Double
    private let capacity: Int
    /// Oldest first.
    private var members: ContiguousArray<Member> = []
    private var lowest = Int64.max

    init(_ direction: Direction, parameters: SmartMoneyParameters) {
        precondition((1...64).contains(parameters.equalCandidates), "a swing is compared with 1 to 64 others")
        self.direction = direction
        tolerance = parameters.equalTolerance
        capacity = parameters.equalCandidates
        members.reserveCapacity(capacity)
    }

    /// Forgets the swings that the bar closed beyond.
    @inline(__always)
    mutating func push(_ bar: OrientedBar) {
        if bar.close > lowest { forget(below: bar.close) }
    }

    @inline(never)
    private mutating func forget(below close: Int64) {
        members.removeAll { $0.level < close }
        refreshLowest()
    }

    /// Takes a swing as it is confirmed: it makes a pool of its own, or one with its equals, whose pools it supersedes.
    /// Before there is an ATR only exactly equal prices are equal.
    mutating func append(_ swing: Swing, to pools: inout PoolBook, _ log: inout EventLog) {
        let level = swing.price.oriented(direction)
        let cluster = equals(of: level, tolerance: tolerance * log.atr)
        let pool = LiquidityPool(
            cluster.count > 1 ? .equal : .swing, direction, level: Price(oriented: cluster.highest, direction),
            inner: Price(oriented: cluster.lowest, direction), index: swing.index, time: swing.time,
            confirmedAt: log.index, touches: cluster.count)
        var chosen = cluster.chosen
        while chosen != 0 {
            let index = chosen.trailingZeroBitCount
            pools.supersede(members[index].pool, &log)
            members[index].pool = pool.id
            chosen &= chosen &- 1
        }
        if members.count == capacity, members.remove(at: 0).level == lowest { refreshLowest() }
        members.append(Member(level: level, pool: pool.id))
        lowest = min(lowest, level)
        pools.insert(pool, &log)
    }

    private struct Cluster {
        var count: Int
        var sum: Int64
        var lowest: Int64
        var highest: Int64
        /// The members in it, one bit each.
        var chosen: UInt64 = 0
    }

    /// Newest first, every swing with which all stay within the tolerance of their mean.
    @inline(__always)
    private func equals(of level: Int64, tolerance: Double) -> Cluster {
        // All within the tolerance of their mean are within twice the tolerance of each other.
        let near = members(within: Int64(2 * tolerance) + 1, of: level)
        let alone = Cluster(count: 1, sum: 0, lowest: level, highest: level)
        return near == 0 ? alone : cluster(alone, of: near, level, tolerance: tolerance)
    }

    /// The members not farther than `distance` from `level`, one bit each.
    @inline(__always)
    private func members(within distance: Int64, of level: Int64) -> UInt64 {
        let (lowest, width) = (level &- distance, UInt64(bitPattern: 2 &* distance))
        return members.withUnsafeBufferPointer { members in
            var near: UInt64 = 0
            var position = members.count
            while position > 0 {
                position &-= 1
                let isNear = UInt64(bitPattern: members[position].level &- lowest) <= width
                near = near << 1 | (isNear ? 1 : 0)
            }
            return near
        }
    }

    @inline(never)
    private func cluster(_ alone: Cluster, of near: UInt64, _ level: Int64, tolerance: Double) -> Cluster {
        var cluster = alone
        var left = near
        while left != 0 {
            let index = 63 - left.leadingZeroBitCount
            left ^= 1 << index
            let candidate = members[index].level
            // Sums are taken from `level` on, so that they stay small.
            let sum = cluster.sum + (candidate - level)
            let count = Int64(cluster.count + 1)
            let low = min(cluster.lowest, candidate)
            let high = max(cluster.highest, candidate)
            let limit = tolerance * Double(count)
            guard Double((high - level) * count - sum) <= limit, Double(sum - (low - level) * count) <= limit else {
                continue
            }
            cluster.count += 1
            cluster.sum = sum
            cluster.lowest = low
            cluster.highest = high
            cluster.chosen |= 1 << index
        }
        return cluster
    }

    private mutating func refreshLowest() {
        lowest = .max
        for member in members { lowest = min(lowest, member.level) }
    }
}
