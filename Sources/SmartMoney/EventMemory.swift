import Market

/// The memory of one bar's events, used again by every bar. It grows when a bar has more events than any before it.
@usableFromInline
struct EventMemory: Sendable {
    @usableFromInline var storage: ContiguousArray<SmartMoneyEvent> = []
    /// Events of the last bar; what lies behind them is left over.
    @usableFromInline var count = 0

    init() {}

    init(capacity: Int) {
        let none = SmartMoneyEvent(
            confirmedAt: -1, index: -1, timestamp: .distantPast, kind: .swing, direction: .bullish, layer: nil,
            price: .zero, price2: .zero, reference: StructureID(.swing, 0, .bullish), detail: .none)
        storage = ContiguousArray(repeating: none, count: capacity)
    }

    @inlinable var events: ArraySlice<SmartMoneyEvent> { storage[..<count] }

    /// Replaces the events by those that the detectors log for a bar.
    @inline(__always)
    mutating func record(_ candle: Candle, by detectors: inout Detectors) {
        var larger: ContiguousArray<SmartMoneyEvent>?
        count = storage.withUnsafeMutableBufferPointer { memory in
            let log = detectors.push(candle, memory)
            if log.isGrown {
                larger = ContiguousArray(log.events)
                log.release()
            }
            return log.count
        }
        if let larger { storage = larger }
    }
}
