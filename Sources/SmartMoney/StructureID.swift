/// The identity of a structure: what it is, which way, on which layer and the bar it is about. It does not depend on
/// what else was detected, so the same structure in the same data has the same identity for ever.
@frozen public struct StructureID: Hashable, Comparable, Sendable {
    /// The bar, family, layer and direction in one number.
    public let value: UInt64

    /// What kind of structure an identity names.
    public enum Family: UInt8, Hashable, Sendable, CaseIterable {
        case swing
        case structureBreak
        case orderBlock
        case gap
        case dealingRange
        case swingPool
        case equalPool
        case dayPool
        case weekPool
        case monthPool
        case asiaPool
        case londonPool
        case newYorkPool
    }

    public init(_ family: Family, _ index: Int, _ direction: Direction, _ layer: Layer = .external) {
        let kind = UInt64(family.rawValue) << 2 | UInt64(layer.rawValue) << 1 | UInt64(direction.rawValue)
        value = UInt64(index) << 8 | kind
    }

    /// The bar that the structure is named by.
    public var index: Int { Int(value >> 8) }
    public var direction: Direction { value & 1 == 0 ? .bullish : .bearish }
    public var layer: Layer { value & 2 == 0 ? .external : .internal }
    /// Nil only for a number that did not come from an identity.
    public var family: Family? { Family(rawValue: UInt8(value >> 2 & 63)) }

    @inlinable public static func < (a: StructureID, b: StructureID) -> Bool { a.value < b.value }
}

extension StructureID: CustomStringConvertible {
    /// `order_block.internal.bullish.1234`; structures that have no layer leave it out.
    public var description: String {
        guard let family else { return "unknown.\(value)" }
        return family.isLayered ? "\(family).\(layer).\(direction).\(index)" : "\(family).\(direction).\(index)"
    }
}

extension StructureID.Family: CustomStringConvertible {
    var isLayered: Bool {
        switch self {
        case .swing, .structureBreak, .orderBlock, .dealingRange: true
        case .gap, .swingPool, .equalPool, .dayPool, .weekPool, .monthPool, .asiaPool, .londonPool, .newYorkPool: false
        }
    }

    public var description: String {
        switch self {
        case .swing: "swing"
        case .structureBreak: "break"
        case .orderBlock: "order_block"
        case .gap: "fvg"
        case .dealingRange: "dealing_range"
        case .swingPool: "pool.swing"
        case .equalPool: "pool.equal"
        case .dayPool: "pool.day"
        case .weekPool: "pool.week"
        case .monthPool: "pool.month"
        case .asiaPool: "pool.asia"
        case .londonPool: "pool.london"
        case .newYorkPool: "pool.new_york"
        }
    }
}
