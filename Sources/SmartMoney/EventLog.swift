import Market

/// The events of one bar as the detectors find them, and the bar itself. It lives as long as the push of that bar: the
/// events are written straight into the memory that `SmartMoneyState` lends it.
struct EventLog {
    private var memory: UnsafeMutableBufferPointer<SmartMoneyEvent>
    private(set) var count = 0
    /// The lent memory was too small: `memory` belongs to this log and must be given back with `release`.
    private(set) var isGrown = false
    /// The bar being pushed.
    private(set) var index = -1
    let time: Timestamp
    /// Wilder ATR in raw price units; zero until it is warmed up.
    private(set) var atr = 0.0
    /// The bar being pushed in both directions.
    let up: OrientedBar
    let down: OrientedBar
    /// Where the bar before reached down to in both directions; `.max` on the first bar.
    private(set) var previousUpLow = Int64.max
    private(set) var previousDownLow = Int64.max

    /// The log of `candle`.
    @inline(__always)
    init(_ candle: Candle, in memory: UnsafeMutableBufferPointer<SmartMoneyEvent>) {
        self.memory = memory
        time = candle.openTime
        up = OrientedBar(candle, .bullish)
        down = OrientedBar(candle, .bearish)
    }

    /// What is known of the bar from the bars before it.
    @inline(__always)
    mutating func begin(index: Int, atr: Double, previousUpLow: Int64, previousDownLow: Int64) {
        self.index = index
        self.atr = atr
        self.previousUpLow = previousUpLow
        self.previousDownLow = previousDownLow
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
