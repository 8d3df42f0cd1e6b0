/// Something that waits at a price until a bar reaches it.
protocol Shelved {
    /// The price that triggers it, turned so that the next to be reached has the greatest key.
    var key: Int64 { get }
}

/// Waiting elements in order of their keys, the next to be reached last. What a quiet bar asks is kept beside them, so
/// that it costs a comparison and no memory is visited.
struct ZoneShelf<Element: Shelved & Sendable>: Sendable {
    private(set) var elements: ContiguousArray<Element> = []
    /// The key of the next to be reached; `.min` when there is none.
    private(set) var top = Int64.min

    init() { elements.reserveCapacity(64) }

    var count: Int { elements.count }

    subscript(position: Int) -> Element { elements[position] }

    /// Goes through the elements with a key above `edge` below `position`, nearest first, and lets `body` change them
    /// in place (not their keys). Stops at the first for which `body` answers true and returns its position; -1 when
    /// there is none.
    @inline(__always)
    mutating func scan(below position: Int, downTo edge: Int64, _ body: (inout Element) -> Bool) -> Int {
        elements.withUnsafeMutableBufferPointer { elements in
            var position = position &- 1
            while position >= 0, elements[position].key > edge {
                if body(&elements[position]) { return position }
                position &-= 1
            }
            return -1
        }
    }

    /// Whether an element with a key above `edge` is as asked.
    @inline(__always)
    func contains(downTo edge: Int64, where isAsked: (borrowing Element) -> Bool) -> Bool {
        elements.withUnsafeBufferPointer { elements in
            var position = elements.count &- 1
            while position >= 0, elements[position].key > edge {
                if isAsked(elements[position]) { return true }
                position &-= 1
            }
            return false
        }
    }

    /// Nothing moves unless nearer elements wait; few ever do.
    @inline(__always)
    mutating func insert(_ element: Element) {
        elements.append(element)
        elements.withUnsafeMutableBufferPointer { elements in
            var position = elements.count &- 1
            while position > 0, elements[position &- 1].key > element.key {
                elements[position] = elements[position &- 1]
                position &-= 1
            }
            elements[position] = element
            top = elements[elements.count &- 1].key
        }
    }

    /// Takes out the next to be reached. There must be one.
    mutating func removeLast() -> Element {
        let element = elements.removeLast()
        refreshTop()
        return element
    }

    mutating func remove(at position: Int) -> Element {
        let element = elements.remove(at: position)
        refreshTop()
        return element
    }

    @inline(__always)
    private mutating func refreshTop() {
        // Not `last`, which would copy the whole element.
        let last = elements.count - 1
        top = last < 0 ? .min : elements[last].key
    }
}
