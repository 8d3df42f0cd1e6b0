import Market

/// One side of a book to a fixed depth, the best price last, so that the changes near it move little. A price is found
/// by halving; what is moved is bounded by the depth; nothing is allocated after the start.
struct BookSide: Sendable {
    private(set) var levels: [SpotLevel] = []
    /// +1 where the best price is the highest (bids), -1 where it is the lowest (asks).
    private let direction: Int64
    private let depth: Int

    init(bestIsHighest: Bool, depth: Int) {
        direction = bestIsHighest ? 1 : -1
        self.depth = depth
        levels.reserveCapacity(depth + 1)
    }

    var best: SpotLevel? { levels.last }

    /// From the best on.
    var bestTen: ReversedCollection<ArraySlice<SpotLevel>> { levels.suffix(10).reversed() }

    mutating func removeAll() { levels.removeAll(keepingCapacity: true) }

    /// Sets what rests at a price; quantity zero takes the price out. Levels beyond the depth stay until `truncate`.
    mutating func set(_ level: SpotLevel) {
        let key = level.price.raw &* direction
        var low = 0
        var high = levels.count
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].price.raw &* direction < key { low = middle + 1 } else { high = middle }
        }
        let isThere = low < levels.count && levels[low].price == level.price
        if level.quantity.raw > 0 {
            if isThere { levels[low].quantity = level.quantity } else { levels.insert(level, at: low) }
        } else if isThere {
            levels.remove(at: low)
        }
    }

    /// Drops the worst levels beyond the depth, which the exchange does not announce.
    mutating func truncate() {
        if levels.count > depth { levels.removeFirst(levels.count - depth) }
    }
}
