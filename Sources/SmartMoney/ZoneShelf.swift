/// Something that waits at a price until a bar reaches it.
protocol Shelved {
    /// The price that triggers it, turned so that the next to be reached has the greatest key.
    var key: Int64 { get }
}

/// Waiting elements in order of their keys, the next to be reached last. What a quiet bar asks is kept beside them, so
/// that it costs a comparison and no memory is visited.
struct ZoneShelf<Element: Shelved & Sendable>: Sendable {
    /// What lies behind the first `count` is left over.
    private(set) var slab = Slab<Element>(capacity: 64)
    private(set) var count = 0
    /// The key of the next to be reached; `.min` when there is none.
    private(set) var top = Int64.min

    mutating func unshare() { slab.unshare() }

    /// An element below `count`, which may be changed but for its key.
    @inline(__always)
    subscript(position: Int) -> UnsafeMutablePointer<Element> { slab[position] }

    /// Whether an element with a key above `edge` is as asked.
    @inline(__always)
    func contains(downTo edge: Int64, where isAsked: (UnsafeMutablePointer<Element>) -> Bool) -> Bool {
        var position = count &- 1
        while position >= 0, slab[position].pointee.key > edge {
            if isAsked(slab[position]) { return true }
            position &-= 1
        }
        return false
    }

    /// The position of the nearest element that is as asked; nil when none is.
    @inline(__always)
    func lastIndex(where isAsked: (UnsafeMutablePointer<Element>) -> Bool) -> Int? {
        var position = count &- 1
        while position >= 0 {
            if isAsked(slab[position]) { return position }
            position &-= 1
        }
        return nil
    }

    /// Nothing moves unless nearer elements wait; few ever do.
    @inline(__always)
    mutating func insert(_ element: Element) {
        if count == slab.capacity { slab = Slab(slab, count: count, capacity: 2 * count) }
        var position = count
        while position > 0, slab[position &- 1].pointee.key > element.key {
            slab[position].pointee = slab[position &- 1].pointee
            position &-= 1
        }
        slab[position].pointee = element
        count &+= 1
        top = max(top, element.key)
    }

    /// Takes out the element at `position`, which is below `count`.
    @inline(__always)
    mutating func remove(at position: Int) {
        count &-= 1
        var place = position
        while place < count {
            slab[place].pointee = slab[place &+ 1].pointee
            place &+= 1
        }
        top = count == 0 ? .min : slab[count &- 1].pointee.key
    }

    /// The elements with a key below `limit`, nearest first.
    func elements(below limit: Int64) -> ContiguousArray<Element> {
        var found: ContiguousArray<Element> = []
        for position in (0..<count).reversed() where slab[position].pointee.key < limit {
            found.append(slab[position].pointee)
        }
        return found
    }
}
