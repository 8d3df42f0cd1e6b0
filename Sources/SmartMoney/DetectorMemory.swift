import Market

/// Where the detectors of a `SmartMoneyState` lie. States that are copies of each other share it until one of them takes
/// a bar; it changes only while one state alone holds it.
final class DetectorMemory: @unchecked Sendable {
    let place: UnsafeMutablePointer<Detectors>

    init(_ detectors: Detectors) {
        place = .allocate(capacity: 1)
        place.initialize(to: detectors)
    }

    deinit {
        place.deinitialize(count: 1)
        place.deallocate()
    }

    /// The same detectors in memory of their own.
    @inline(never)
    func copy() -> DetectorMemory {
        var detectors = place.pointee
        detectors.unshare()
        return DetectorMemory(detectors)
    }
}
