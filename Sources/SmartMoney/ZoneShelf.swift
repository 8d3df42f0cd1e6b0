/// Something that waits at a price until a bar reaches it.
protocol Shelved {
    /// The price that triggers it, turned so that the next to be reached has the greatest key.
    var key: Int64 { get }
    /// The bar at which it was confirmed.
    var confirmedAt: Int { get }
    var id: StructureID { get }
}

/// Waiting elements in order of their keys, the next to be reached last: a bar that reaches none costs one comparison.
struct ZoneShelf<Element: Shelved & Sendable>: Sendable {
    var elements: ContiguousArray<Element> = []
    /// The earliest confirmation on the shelf or earlier; `.max` when it is empty.
    private var earliest = Int.max

    init() { elements.reserveCapacity(64) }

    var count: Int { elements.count }

    /// How the new element lies: nothing moves unless nearer ones wait.
    mutating func insert(_ element: Element) {
        var position = elements.count
        while position > 0, elements[position - 1].key > element.key { position -= 1 }
        elements.insert(element, at: position)
        earliest = min(earliest, element.confirmedAt)
    }

    @discardableResult mutating func remove(at position: Int) -> Element { elements.remove(at: position) }

    /// Takes the element out; nil when it is not here.
    mutating func remove(_ id: StructureID) -> Element? {
        guard let position = elements.lastIndex(where: { $0.id == id }) else { return nil }
        return elements.remove(at: position)
    }

    @inline(__always) func hasAny(confirmedBefore bar: Int) -> Bool { earliest < bar }

    /// Takes out the earliest element if it was confirmed before `bar`; nil when none is left that was.
    mutating func removeEarliest(confirmedBefore bar: Int) -> Element? {
        guard let position = oldest() else {
            earliest = .max
            return nil
        }
        earliest = elements[position].confirmedAt
        return earliest < bar ? elements.remove(at: position) : nil
    }

    mutating func removeOldest() -> Element? { oldest().map { elements.remove(at: $0) } }

    private func oldest() -> Int? {
        var best: Int?
        for position in elements.indices {
            if let found = best, elements[found].confirmedAt <= elements[position].confirmedAt { continue }
            best = position
        }
        return best
    }
}
