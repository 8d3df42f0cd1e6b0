/// Something that waits at a price until a bar reaches it.
protocol Shelved {
    /// The price that triggers it, turned so that the next to be reached has the greatest key.
    var key: Int64 { get }
}

/// Waiting elements in order of their keys, the next to be reached last. What a quiet bar asks is kept beside them, so
/// that it costs a comparison and no memory is visited.
struct ZoneShelf<Element: Shelved & Sendable>: Sendable {
    /// What lies behind the first `count` is left over.
    private(set) var storage: ContiguousArray<Element> = []
    private(set) var count = 0
    /// The key of the next to be reached; `.min` when there is none.
    private(set) var top = Int64.min

    var elements: ContiguousArray<Element>.SubSequence { storage[..<count] }

    /// Lends the elements for reading. `body` stays below `count`.
    @inline(__always)
    func withElements<Result>(_ body: (UnsafePointer<Element>) -> Result) -> Result? {
        storage.withUnsafeBufferPointer { $0.baseAddress.map(body) }
    }

    /// Lends the elements and their count, which may shrink. `body` leaves them in order.
    @inline(__always)
    mutating func change(_ body: (UnsafeMutablePointer<Element>, inout Int) -> Void) {
        var left = count
        top = storage.withUnsafeMutableBufferPointer { elements in
            guard let elements = elements.baseAddress else { return .min }
            body(elements, &left)
            return left == 0 ? .min : elements[left &- 1].key
        }
        count = left
    }

    /// Whether an element with a key above `edge` is as asked.
    @inline(__always)
    func contains(downTo edge: Int64, where isAsked: (UnsafePointer<Element>) -> Bool) -> Bool {
        if top <= edge { return false }
        return withElements { elements in
            var position = count &- 1
            while position >= 0, elements[position].key > edge {
                if isAsked(elements + position) { return true }
                position &-= 1
            }
            return false
        } ?? false
    }

    /// Nothing moves unless nearer elements wait; few ever do.
    @inline(__always)
    mutating func insert(_ element: Element) {
        if count == storage.count { grow(element) }
        storage.withUnsafeMutableBufferPointer { storage in
            // There is room.
            let elements = storage.baseAddress.unsafelyUnwrapped
            var position = count
            while position > 0, elements[position &- 1].key > element.key {
                elements[position] = elements[position &- 1]
                position &-= 1
            }
            elements[position] = element
        }
        count &+= 1
        top = max(top, element.key)
    }

    @inline(never)
    private mutating func grow(_ filler: Element) {
        var larger = ContiguousArray(repeating: filler, count: max(64, 2 * count))
        larger.replaceSubrange(..<count, with: elements)
        storage = larger
    }

    /// Takes out the element at `position`, which is below `count`.
    @inline(__always)
    mutating func remove(at position: Int) -> Element {
        precondition(position >= 0 && position < count, "an element that is here")
        let element = storage[position]
        change { elements, count in Self.remove(position, &count, elements) }
        return element
    }

    /// Closes the place of an element of `elements`.
    @inline(__always)
    static func remove(_ position: Int, _ count: inout Int, _ elements: UnsafeMutablePointer<Element>) {
        count &-= 1
        var place = position
        while place < count {
            elements[place] = elements[place &+ 1]
            place &+= 1
        }
    }
}
