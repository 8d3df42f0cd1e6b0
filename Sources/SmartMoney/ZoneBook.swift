/// What decides whether a bar is news to a zone, in the zone's own direction. The zone itself is only looked at when
/// there is news.
struct ZoneWatch: Shelved, Sendable {
    /// A bar trades into the zone when its low is below this.
    var key: Int64
    /// A close below this goes through the zone.
    let end: Int64
    /// A low from here down is news of its own; `.min` when it was reported, or never will be.
    var deep: Int64
    /// The lowest low since the confirmation, but for what the book still holds back.
    var lowest = Int64.max
    let confirmedAt: Int
    /// The bar that the zone is made of.
    let bar: Int
    /// Where the zone is.
    let place: Int
}

/// The bar that meets the zones of a book, turned into their direction.
struct ZoneBar {
    let low: Int64
    let close: Int64
    /// Of the bar before.
    let previousLow: Int64
    let index: Int

    /// What it does to a zone that it trades into.
    @inline(__always)
    func touch(_ watch: UnsafePointer<ZoneWatch>) -> ZoneTouch {
        let watch = watch.pointee
        return ZoneTouch(
            isVisit: watch.key <= previousLow || watch.confirmedAt == index &- 1, isDeeper: low < watch.lowest,
            isDeep: low <= watch.deep, isBroken: close < watch.end)
    }
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

    @inline(__always) var isNews: Bool { isVisit || isDeep || isBroken }
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
    /// The lowest low of the bars that were in zones and no news to them: it is noted once there is news.
    private var heldLow = Int64.max

    init(expiry: Int) { self.expiry = expiry }

    /// At the bar `index` a zone may expire: any bar is news.
    mutating func wake(at index: Int) {
        if index >= nextExpiry { trigger = .max }
    }

    /// Whether the bar does to a living zone what is news. If so `touch` follows, or else there is no more to do.
    @inline(__always)
    mutating func hasNews(_ bar: ZoneBar) -> Bool {
        let news = live.contains(downTo: bar.low) { bar.touch($0).isNews }
        // A zone that the lowest of these bars did not reach was reached by none of them.
        if !news && bar.low < live.top { heldLow = min(heldLow, bar.low) }
        trigger = live.top
        return news
    }

    /// Notes in the zones what was held back.
    @inline(__always)
    private mutating func note() {
        let held = heldLow
        heldLow = .max
        if held >= live.top { return }
        live.change { watches, count in
            var position = count &- 1
            while position >= 0, watches[position].key > held {
                watches[position].lowest = min(watches[position].lowest, held)
                position &-= 1
            }
        }
    }

    /// Tells `body` what the bar does to each zone for which that is news, nearest first. Zones that it closes
    /// through are turned: they get the key that `turnedKey` makes of theirs.
    @inline(__always)
    mutating func touch(_ bar: ZoneBar, turnedKey: (Int64) -> Int64, _ body: (inout Element, ZoneTouch) -> Void) {
        note()
        Self.touch(bar, &live, &turned, &zones, turnedKey, body)
        trigger = live.top
    }

    // Static, so that shelves and ring can change at the same time.
    @inline(__always)
    private static func touch(
        _ bar: ZoneBar, _ live: inout ZoneShelf<ZoneWatch>, _ turned: inout ZoneShelf<ZoneWatch>,
        _ zones: inout ZoneRing<Element>, _ turnedKey: (Int64) -> Int64, _ body: (inout Element, ZoneTouch) -> Void
    ) {
        live.change { watches, count in
            var position = count &- 1
            while position >= 0, watches[position].key > bar.low {
                let watch = watches + position
                let touch = bar.touch(watch)
                watch.pointee.lowest = min(watch.pointee.lowest, bar.low)
                if touch.isNews {
                    if touch.isDeep { watch.pointee.deep = .min }
                    change(&zones[watch.pointee.place], watch.pointee.lowest, touch, body)
                    if touch.isBroken {
                        var gone = watch.pointee
                        gone.key = turnedKey(gone.key)
                        turned.insert(gone)
                        ZoneShelf.remove(position, &count, watches)
                    }
                }
                position &-= 1
            }
        }
    }

    @inline(__always)
    private static func change(
        _ zone: inout Element, _ lowest: Int64, _ touch: ZoneTouch, _ body: (inout Element, ZoneTouch) -> Void
    ) {
        zone.follow(lowest)
        body(&zone, touch)
    }

    /// A zone that meets the next bar.
    @inline(__always)
    mutating func insert(_ zone: Element, confirmedAt: Int, key: Int64, end: Int64, deep: Int64, bar: Int) {
        note()
        let place = zones.append(zone)
        live.insert(ZoneWatch(key: key, end: end, deep: deep, confirmedAt: confirmedAt, bar: bar, place: place))
        trigger = live.top
        // Zones grow old in the order in which they come.
        nextExpiry = min(nextExpiry, confirmedAt + expiry + 1)
    }

    /// Ends the first of the turned zones and answers its place; nil when its key is not above `edge`.
    @inline(__always)
    mutating func endTurned(above edge: Int64) -> Int? {
        turned.top > edge ? end(turned.remove(at: turned.count &- 1)) : nil
    }

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
    /// Takes over how deep price has been.
    @inline(__always)
    fileprivate mutating func follow(_ lowest: Int64) { depth = max(0, entry &- lowest) }
}

extension ZoneBook {
    /// Zones in the role they were made with, as they are by now, the next that price reaches first.
    var living: ContiguousArray<Element> { zones(live, heldLow) }
    /// Zones in their opposite role.
    var opposing: ContiguousArray<Element> { zones(turned, .max) }

    private func zones(_ shelf: ZoneShelf<ZoneWatch>, _ heldLow: Int64) -> ContiguousArray<Element> {
        ContiguousArray(
            shelf.elements.reversed().map { watch in
                var zone = zones[watch.place]
                let lowest = watch.key > heldLow ? min(watch.lowest, heldLow) : watch.lowest
                if lowest != .max { zone.follow(lowest) }
                return zone
            })
    }
}
