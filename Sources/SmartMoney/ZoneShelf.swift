/// Something that waits at a price until a bar reaches it.
protocol Shelved {
    /// The price that triggers it, turned so that the next to be reached has the greatest key.
    var key: Int64 { get }
    /// The bar at which it was confirmed.
    var confirmedAt: Int { get }
    var id: StructureID { get }
}

/// Waiting elements in order of their keys, the next to be reached last. What a quiet bar asks is kept beside them, so
/// that it costs a comparison and no memory is visited.
struct ZoneShelf<Element: Shelved & Sendable>: Sendable {
    private(set) var elements: ContiguousArray<Element> = []
    /// The key of the next to be reached; `.min` when there is none.
    private(set) var top = Int64.min
    /// No element was confirmed before this bar; `.max` when the shelf is empty.
    private(set) var earliest = Int.max

    init() { elements.reserveCapacity(64) }

    var count: Int { elements.count }

    /// The next to be reached. There must be one.
    var last: Element {
        @inline(__always) _read { yield elements[elements.count - 1] }
    }

    /// Changes an element in place; its key and confirmation stay.
    subscript(position: Int) -> Element {
        @inline(__always) get { elements[position] }
        @inline(__always) _modify { yield &elements[position] }
    }

    /// Goes through the elements with a key of at least `edge` below `position`, nearest first, and lets `body` change them
    /// in place (not their keys and confirmations). Stops at the first for which `body` answers true and returns its
    /// position; -1 when there is none.
    @inline(__always)
    mutating func scan(below position: Int, downTo edge: Int64, _ body: (inout Element) -> Bool) -> Int {
        elements.withUnsafeMutableBufferPointer { elements in
            var position = position &- 1
            while position >= 0, elements[position].key >= edge {
                if body(&elements[position]) { return position }
                position &-= 1
            }
            return -1
        }
    }

    /// Nothing moves unless nearer elements wait.
    mutating func insert(_ element: Element) {
        var position = elements.count
        while position > 0, elements[position - 1].key > element.key { position -= 1 }
        if position == elements.count {
            elements.append(element)
        } else {
            elements.insert(element, at: position)
        }
        earliest = min(earliest, element.confirmedAt)
        refreshTop()
    }

    /// Drops the next to be reached. There must be one.
    mutating func removeLast() {
        elements.removeLast()
        refreshTop()
    }

    mutating func remove(at position: Int) -> Element {
        let element = elements.remove(at: position)
        refreshTop()
        return element
    }

    /// Takes the element out; nil when it is not here.
    mutating func remove(_ id: StructureID) -> Element? {
        elements.lastIndex { $0.id == id }.map { remove(at: $0) }
    }

    /// Takes out an element confirmed before `bar`; nil when there is none (left).
    mutating func removeOne(confirmedBefore bar: Int) -> Element? {
        guard earliest < bar else { return nil }
        var found = -1
        var next = Int.max
        for position in elements.indices {
            let confirmed = elements[position].confirmedAt
            if found < 0, confirmed < bar { found = position } else { next = min(next, confirmed) }
        }
        earliest = next
        return found < 0 ? nil : remove(at: found)
    }

    /// The position of the last confirmed element for which `condition` holds.
    @inline(__always)
    func newest(where condition: (borrowing Element) -> Bool) -> Int? {
        var newest = -1
        var confirmedAt = -1
        for position in elements.indices where elements[position].confirmedAt > confirmedAt {
            guard condition(elements[position]) else { continue }
            newest = position
            confirmedAt = elements[position].confirmedAt
        }
        return newest < 0 ? nil : newest
    }

    mutating func removeOldest() -> Element? {
        elements.indices.min { elements[$0].confirmedAt < elements[$1].confirmedAt }.map { remove(at: $0) }
    }

    @inline(__always)
    private mutating func refreshTop() {
        // Not `last`, which would copy the whole element.
        let last = elements.count - 1
        top = last < 0 ? .min : elements[last].key
    }
}
