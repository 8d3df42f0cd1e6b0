/// The last few elements, newest first, in a fixed place.
public struct RecentBuffer<Element: Sendable>: Sendable, RandomAccessCollection {
    public let capacity: Int
    private var ring: ContiguousArray<Element> = []
    private var newest = -1

    init(capacity: Int) {
        precondition(capacity > 0, "a buffer holds something")
        self.capacity = capacity
        ring.reserveCapacity(capacity)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { ring.count }

    /// 0 is the newest.
    public subscript(position: Int) -> Element {
        precondition(indices.contains(position), "not so many elements")
        let place = newest - position
        return ring[place < 0 ? place + ring.count : place]
    }

    /// Nil before the first.
    @inline(__always) var newestElement: Element? { newest < 0 ? nil : ring[newest] }

    @inline(__always)
    mutating func push(_ element: Element) {
        guard ring.count == capacity else { return fill(element) }
        let next = newest &+ 1
        newest = next == capacity ? 0 : next
        // Below the capacity, hence in the ring.
        ring.withUnsafeMutableBufferPointer { [newest] ring in ring[newest] = element }
    }

    @inline(never)
    private mutating func fill(_ element: Element) {
        ring.append(element)
        newest = ring.count - 1
    }
}
