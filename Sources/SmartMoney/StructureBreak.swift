public import Market

/// A price level that structure is read from: an unbroken swing, or the protected extreme of the last leg.
public struct StructuralLevel: Hashable, Sendable {
    /// The swing at this level. A protected extreme has it before the swing is confirmed, and even if it never is.
    public let id: StructureID
    public let index: Int
    public let time: Timestamp
    public let price: Price
}

/// A break of structure or a change of character.
public struct StructureBreak: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// With the trend, or out of no trend.
        case breakOfStructure
        /// Against the trend, which it turns.
        case changeOfCharacter
    }

    public let id: StructureID
    public let kind: Kind
    public let direction: Direction
    public let layer: Layer
    /// The bar that broke the level.
    public let index: Int
    /// Open time of that bar.
    public let time: Timestamp
    public let level: StructuralLevel
    /// The extreme from which the leg started: the protected level from now on.
    public let origin: StructuralLevel
    /// The leg was strong: a large body, and a gap left behind or a close well beyond the level.
    public let displaced: Bool
    /// The largest body of the last bars, in ATR; zero before there is an ATR.
    public let strength: Double
}
