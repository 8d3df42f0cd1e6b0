/// Swings, structure, order blocks and dealing range of one layer, as they are at one bar of its `SmartMoneyState`.
public struct StructureLayer: Sendable {
    public let layer: Layer
    private let memory: DetectorMemory
    private var detectors: LayerDetectors {
        _read { yield layer == .external ? memory.place.pointee.external : memory.place.pointee.internal }
    }

    init(_ layer: Layer, in memory: DetectorMemory) {
        self.layer = layer
        self.memory = memory
    }

    /// The direction of the last break; nil before the first.
    public var trend: Direction? { detectors.structure.trend }
    /// The unbroken structural high (`bullish`) or low (`bearish`), nil when it is broken or there is none yet.
    public func unbroken(_ direction: Direction) -> StructuralLevel? { detectors.structure.level(direction) }
    /// The origin of the last leg: a close beyond it turns the trend. It lies below in a bullish trend.
    public var protected: StructuralLevel? { detectors.structure.protected }
    /// The last displaced leg; nil before the first.
    public var dealingRange: DealingRange? { detectors.leg.range }
    /// The last break of structure or change of character.
    public var lastBreak: StructureBreak? { detectors.structure.lastBreak }
    /// The last bar that swept a structural level of this side (`bullish`: above), -1 when none did.
    public func lastSweep(_ direction: Direction) -> Int { detectors.structure.lastSweep(direction) }
    /// The last confirmed swing highs (`bullish`) or lows (`bearish`), newest first, whether they count or not.
    public func swings(_ direction: Direction) -> RecentBuffer<Swing> {
        (direction == .bullish ? detectors.sequence.highs : detectors.sequence.lows).buffer
    }

    /// The last confirmed swing high (`bullish`) or low (`bearish`), without a copy of the others.
    public func lastSwing(_ direction: Direction) -> Swing? {
        detectors.sequence.lastSwing(direction)
    }

    /// Fresh, tested and mitigated order blocks, the next that price reaches first.
    public func orderBlocks(_ direction: Direction) -> ContiguousArray<OrderBlock> {
        detectors.book(direction).blocks.living
    }

    /// Broken blocks, by the direction they had when they were made; they act the opposite way.
    public func breakers(_ direction: Direction) -> ContiguousArray<OrderBlock> {
        detectors.book(direction).blocks.opposing
    }
}
