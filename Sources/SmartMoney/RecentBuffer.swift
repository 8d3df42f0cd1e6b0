/// The last few elements, newest first.
public struct RecentBuffer<Element: Sendable>: Sendable, RandomAccessCollection {
    private let elements: ContiguousArray<Element>

    init(_ elements: ContiguousArray<Element>) { self.elements = elements }

    public var startIndex: Int { 0 }
    public var endIndex: Int { elements.count }

    /// 0 is the newest.
    public subscript(position: Int) -> Element { elements[position] }
}

/// The last few swings of one kind.
struct SwingRing: Sendable {
    /// A power of two.
    private static let capacity = 8
    private var slab = Slab<Swing>(capacity: capacity)
    private var count = 0

    mutating func unshare() { slab.unshare() }

    @inline(__always)
    mutating func push(_ swing: Swing) {
        slab[count & (Self.capacity - 1)].pointee = swing
        count &+= 1
    }

    /// Nil before the first.
    @inline(__always)
    var newest: Swing? { count == 0 ? nil : slab[(count &- 1) & (Self.capacity - 1)].pointee }

    var buffer: RecentBuffer<Swing> {
        let oldest = max(0, count - Self.capacity)
        return RecentBuffer(
            ContiguousArray((oldest..<count).reversed().map { slab[$0 & (Self.capacity - 1)].pointee }))
    }
}
