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
    private(set) var slots: ContiguousArray<Element> = []
    private var mask = -1
    /// The place of the oldest zone held, and the one after the newest.
    private(set) var first = 0
    private(set) var end = 0

    init() {}

    subscript(place: Int) -> Element {
        @inline(__always) _read { yield slots[place & mask] }
        @inline(__always) _modify { yield &slots[place & mask] }
    }

    /// Answers the place of the zone.
    mutating func append(_ zone: Element) -> Int {
        if end &- first == slots.count { makeRoom(zone) }
        let place = end
        slots[place & mask] = zone
        end = place &+ 1
        return place
    }

    /// Drops the oldest zones that are not followed, and answers the oldest one that is; nil when there is none.
    @discardableResult
    mutating func dropForgotten() -> Int? {
        while first < end, !slots[first & mask].isFollowed { first &+= 1 }
        return first < end ? first : nil
    }

    @inline(never)
    private mutating func makeRoom(_ filler: Element) {
        dropForgotten()
        if end - first < slots.count { return }
        let larger = max(64, 2 * slots.count)
        var moved = ContiguousArray(repeating: filler, count: larger)
        for place in first..<end { moved[place & (larger - 1)] = slots[place & mask] }
        slots = moved
        mask = larger - 1
    }
}
