/// What decides whether a bar is news to a zone, in the zone's own direction. The zone itself is only looked at when
/// there is news.
struct ZoneWatch: Shelved, Sendable {
    /// A bar trades into the zone when its low is below this.
    var key: Int64
    /// A close below this goes through the zone.
    let end: Int64
    /// A low from here down is news of its own; `.min` when it was reported, or never will be.
    var deep: Int64
    /// The lowest low since the confirmation.
    var lowest = Int64.max
    let confirmedAt: Int
    /// The bar that the zone is made of.
    let bar: Int
    /// Where the zone is.
    let place: Int
}

/// What a bar that trades into a zone does.
struct ZoneTouch {
    /// The bar before was not in the zone.
    let isVisit: Bool
    /// No bar has been as deep.
    let isDeeper: Bool
    /// The depth that is watched for was reached.
    let isDeep: Bool
    /// The close went through the zone.
    let isBroken: Bool
}

/// The living zones of one direction: which of them a bar touches, and how they grow old.
struct ZoneBook<Element: Zone>: Sendable {
    private(set) var zones = ZoneRing<Element>()
    /// Zones in the role they were made with; the next that price reaches is last.
    private(set) var live = ZoneShelf<ZoneWatch>()
    /// Zones in their opposite role.
    private(set) var turned = ZoneShelf<ZoneWatch>()
    private let expiry: Int
    /// No zone expires before this bar.
    private(set) var nextExpiry = Int.max
    /// Only a bar whose low is below this is news to the book: it trades into a living zone, or a zone expires.
    private(set) var trigger = Int64.min

    init(expiry: Int) { self.expiry = expiry }

    /// At the bar `index` a zone may expire: any bar is news.
    mutating func wake(at index: Int) {
        if index >= nextExpiry { trigger = .max }
    }

    /// Whether the bar trades into a living zone; `touch` follows if it does.
    @inline(__always)
    func isTouched(by bar: OrientedBar) -> Bool { live.top > bar.low }

    /// The bar is over for the zones that met it.
    @inline(__always)
    mutating func rest() { trigger = live.top }

    /// Tells `body` what the bar `index` does to each zone for which that is news, nearest first. Zones that it closes
    /// through are turned: they get the key that `turnedKey` makes of theirs.
    @inline(__always)
    mutating func touch(
        _ bar: OrientedBar, index: Int, previousLow: Int64, turnedKey: (Int64) -> Int64,
        _ body: (inout Element, ZoneTouch) -> Void
    ) {
        var position = live.count
        while true {
            position = Self.touch(bar, index, previousLow, &live, below: position, &zones, body)
            if position < 0 { return }
            var watch = live.remove(at: position)
            watch.key = turnedKey(watch.key)
            turned.insert(watch)
        }
    }

    // Static, so that shelf and ring can change at the same time. Answers the position of a zone to be turned, else -1.
    @inline(__always)
    private static func touch(
        _ bar: OrientedBar, _ index: Int, _ previousLow: Int64, _ live: inout ZoneShelf<ZoneWatch>,
        below position: Int, _ zones: inout ZoneRing<Element>, _ body: (inout Element, ZoneTouch) -> Void
    ) -> Int {
        live.scan(below: position, downTo: bar.low) { watch in
            let lowest = watch.lowest
            let touch = ZoneTouch(
                isVisit: watch.key <= previousLow || watch.confirmedAt == index &- 1, isDeeper: bar.low < lowest,
                isDeep: bar.low <= watch.deep, isBroken: bar.close < watch.end)
            watch.lowest = min(lowest, bar.low)
            guard touch.isVisit || touch.isDeep || touch.isBroken else { return false }
            if touch.isDeep { watch.deep = .min }
            Self.change(&zones[watch.place], watch, touch, body)
            return touch.isBroken
        }
    }

    @inline(__always)
    private static func change(
        _ zone: inout Element, _ watch: ZoneWatch, _ touch: ZoneTouch, _ body: (inout Element, ZoneTouch) -> Void
    ) {
        zone.follow(watch)
        body(&zone, touch)
    }

    /// A zone that meets the next bar.
    mutating func insert(_ zone: Element, key: Int64, end: Int64, deep: Int64, bar: Int) {
        let place = zones.append(zone)
        live.insert(
            ZoneWatch(key: key, end: end, deep: deep, confirmedAt: zone.confirmedAt, bar: bar, place: place))
        trigger = live.top
        // Zones grow old in the order in which they come.
        nextExpiry = min(nextExpiry, zone.confirmedAt + expiry + 1)
    }

    /// Ends the first of the turned zones and answers its place.
    mutating func endTurned() -> Int { end(turned.removeLast()) }

    /// Ends the living zone at `position` and answers its place.
    mutating func endLive(at position: Int) -> Int {
        let ended = end(live.remove(at: position))
        trigger = live.top
        return ended
    }

    private mutating func end(_ watch: ZoneWatch) -> Int {
        zones[watch.place].isFollowed = false
        return watch.place
    }

    /// Ends a zone that is too old at the bar `index` and answers its place; nil when there is none (left).
    mutating func expire(at index: Int) -> Int? {
        guard let oldest = zones.dropForgotten() else {
            nextExpiry = .max
            return nil
        }
        nextExpiry = zones[oldest].confirmedAt + expiry + 1
        guard nextExpiry <= index else { return nil }
        if let position = live.elements.firstIndex(where: { $0.place == oldest }) { return endLive(at: position) }
        return turned.elements.firstIndex { $0.place == oldest }.map { end(turned.remove(at: $0)) }
    }
}

extension Zone {
    /// Takes over what was watched.
    @inline(__always)
    fileprivate mutating func follow(_ watch: ZoneWatch) { depth = max(0, entry &- watch.lowest) }
}

extension ZoneBook {
    /// Zones in the role they were made with, as they are by now, the next that price reaches first.
    var living: ContiguousArray<Element> { zones(live) }
    /// Zones in their opposite role.
    var opposing: ContiguousArray<Element> { zones(turned) }

    private func zones(_ shelf: ZoneShelf<ZoneWatch>) -> ContiguousArray<Element> {
        ContiguousArray(
            shelf.elements.reversed().map { watch in
                var zone = zones[watch.place]
                if watch.lowest != .max { zone.follow(watch) }
                return zone
            })
    }
}
