import Market

/// The events of one bar as the detectors find them, and the bar itself. It lives as long as the push of that bar: the
/// events are written straight into the memory that `SmartMoneyState` lends it.
struct EventLog {
    private var memory: UnsafeMutableBufferPointer<SmartMoneyEvent>
    private(set) var count = 0
    /// The lent memory was too small: `memory` belongs to this log and must be given back with `release`.
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
        self.memory = memory
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
        if count == memory.count { grow() }
        // The event is trivial, and there is room for it.
        (memory.baseAddress.unsafelyUnwrapped + count).initialize(to: event)
        count &+= 1
    }

    /// Something that happened on this bar.
    @inline(__always)
    mutating func append(
        _ kind: SmartMoneyEvent.Kind, _ direction: Direction, _ layer: Layer?, _ price: Price, _ price2: Price,
        _ reference: StructureID, _ detail: SmartMoneyEvent.Detail
    ) {
        append(kind, at: index, time, direction, layer, price, price2, reference, detail)
    }

    /// The events so far.
    var events: Slice<UnsafeMutableBufferPointer<SmartMoneyEvent>> { memory[..<count] }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutableBufferPointer<SmartMoneyEvent>.allocate(capacity: max(64, 2 * memory.count))
        _ = larger.initialize(fromContentsOf: events)
        release()
        memory = larger
        isGrown = true
    }

    /// Gives grown memory back. The events are gone then.
    func release() {
        if isGrown { memory.deallocate() }
    }
}
