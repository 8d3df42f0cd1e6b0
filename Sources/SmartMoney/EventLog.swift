import Market

/// The events of one bar as the detectors find them, and the bar itself. It lives as long as the push of that bar: the
/// events are written straight into the memory that `SmartMoneyState` lends it.
struct EventLog {
    private var start: UnsafeMutablePointer<SmartMoneyEvent>
    private var next: UnsafeMutablePointer<SmartMoneyEvent>
    private var limit: UnsafeMutablePointer<SmartMoneyEvent>
    /// The lent memory was too small: the events lie in memory of this log, which must be given back with `release`.
    private(set) var isGrown = false
    let index: Int
    let time: Timestamp
    /// Wilder ATR in raw price units; zero until it is warmed up.
    let atr: Double
    /// The bar being pushed, in raw price units, and seen in both directions.
    let up: OrientedBar
    @inline(__always) var down: OrientedBar { up.turned }

    /// The log of `candle`, the bar `index`.
    @inline(__always)
    init(_ candle: Candle, index: Int, atr: Double, in memory: UnsafeMutableBufferPointer<SmartMoneyEvent>) {
        // There is always room for one event at least.
        start = memory.baseAddress.unsafelyUnwrapped
        next = start
        limit = start + memory.count
        self.index = index
        self.atr = atr
        time = candle.openTime
        up = OrientedBar(candle, .bullish)
    }

    /// The bar being pushed, turned into a direction.
    @inline(__always) func bar(_ direction: Direction) -> OrientedBar { direction == .bullish ? up : down }

    /// A length in ATR; zero before there is one.
    @inline(__always) func inATR(_ length: Int64) -> Double { atr > 0 ? Double(length) / atr : 0 }

    /// Something new about an earlier bar.
    @inline(__always)
    mutating func append(
        _ kind: SmartMoneyEvent.Kind, at index: Int, _ time: Timestamp, _ direction: Direction, _ layer: Layer?,
        _ price: Price, _ price2: Price, _ reference: StructureID, _ detail: SmartMoneyEvent.Detail
    ) {
        let event = SmartMoneyEvent(
            confirmedAt: self.index, index: index, timestamp: time, kind: kind, direction: direction, layer: layer,
            price: price, price2: price2, reference: reference, detail: detail)
        if next == limit { grow() }
        // The event is trivial, and there is room for it.
        next.initialize(to: event)
        next += 1
    }

    /// Something that happened on this bar.
    @inline(__always)
    mutating func append(
        _ kind: SmartMoneyEvent.Kind, _ direction: Direction, _ layer: Layer?, _ price: Price, _ price2: Price,
        _ reference: StructureID, _ detail: SmartMoneyEvent.Detail
    ) {
        append(kind, at: index, time, direction, layer, price, price2, reference, detail)
    }

    @inline(__always) var count: Int { next - start }

    /// The events so far.
    var events: UnsafeBufferPointer<SmartMoneyEvent> { UnsafeBufferPointer(start: start, count: count) }

    @inline(never)
    private mutating func grow() {
        let (count, room) = (count, 2 * (limit - start))
        let larger = UnsafeMutablePointer<SmartMoneyEvent>.allocate(capacity: room)
        larger.initialize(from: start, count: count)
        release()
        start = larger
        next = larger + count
        limit = larger + room
        isGrown = true
    }

    /// Gives grown memory back. The events are gone then.
    func release() {
        if isGrown { start.deallocate() }
    }
}
