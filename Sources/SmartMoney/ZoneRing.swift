/// A zone that is followed from its confirmation on.
protocol Zone: Sendable {
    var confirmedAt: Int { get }
    /// False when nothing can happen to it any more.
    var isFollowed: Bool { get set }
    /// How far beyond the near edge price has been, in raw units.
    var depth: Int64 { get set }
    /// The near edge, in the zone's own direction.
    var entry: Int64 { get }
}

/// Zones in order of their confirmation. A zone does not move while it is here: it is found by its place, which counts
/// from the first zone ever.
struct ZoneRing<Element: Zone>: Sendable {
    private(set) var slab = Slab<Element>(capacity: 64)
    /// The place of the oldest zone held, and the one after the newest.
    private(set) var first = 0
    private(set) var end = 0

    mutating func unshare() { slab.unshare() }

    /// A zone from `first` until `end`. The capacity is a power of two.
    @inline(__always)
    subscript(place: Int) -> UnsafeMutablePointer<Element> { slab[place & (slab.capacity &- 1)] }

    /// Answers the place of the zone.
    @inline(__always)
    mutating func append(_ zone: Element) -> Int {
        if end &- first == slab.capacity { makeRoom() }
        let place = end
        self[place].pointee = zone
        end = place &+ 1
        return place
    }

    /// Drops the oldest zones that are not followed, and answers the oldest one that is; nil when there is none.
    @discardableResult
    mutating func dropForgotten() -> Int? {
        while first < end, !self[first].pointee.isFollowed { first &+= 1 }
        return first < end ? first : nil
    }

    @inline(never)
    private mutating func makeRoom() {
        dropForgotten()
        if end - first < slab.capacity { return }
        let larger = Slab<Element>(capacity: 2 * slab.capacity)
        for place in first..<end { larger[place & (larger.capacity - 1)].pointee = self[place].pointee }
        slab = larger
    }
}
