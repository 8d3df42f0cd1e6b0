/// Room for a fixed number of trivial elements that a detector changes in place, without asking at every step whether
/// someone else holds it: `SmartMoneyState` asks once a bar, and has every slab copied by `unshare` before the bar when
/// it is not the only one. A slab does not leave the detectors.
struct Slab<Element: Sendable>: @unchecked Sendable {
    private final class Room: ManagedBuffer<Void, Element> {}

    private var room: ManagedBuffer<Void, Element>
    private var base: UnsafeMutablePointer<Element>
    let capacity: Int

    /// Every place holds `element`.
    init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: element, count: count)
    }

    /// Nothing may be read before it was written.
    init(capacity: Int) {
        precondition(_isPOD(Element.self), "elements that need no care")
        self.capacity = capacity
        room = Room.create(minimumCapacity: capacity) { _ in }
        base = room.withUnsafeMutablePointerToElements { $0 }
    }

    /// A larger room with the same elements, `count` of them.
    init(_ other: Slab, count: Int, capacity: Int) {
        self.init(capacity: capacity)
        base.update(from: other.base, count: count)
    }

    /// Makes room of its own, with the same elements.
    mutating func unshare() { self = Slab(self, count: capacity, capacity: capacity) }

    /// `place` is below the capacity.
    @inline(__always)
    subscript(place: Int) -> UnsafeMutablePointer<Element> {
        assert(place >= 0 && place < capacity, "a place in the room")
        return base + place
    }

    /// Where the elements lie.
    var address: UnsafeRawPointer { UnsafeRawPointer(base) }
}
