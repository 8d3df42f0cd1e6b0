public import Market

/// A confirmed turning point of price.
public struct Swing: Hashable, Sendable {
    public let id: StructureID
    /// `bullish` for a swing high, `bearish` for a swing low.
    public let direction: Direction
    /// The bar of the extreme.
    public let index: Int
    /// The bar at whose close it was confirmed.
    public let confirmedAt: Int
    /// Open time of the bar `index`.
    public let time: Timestamp
    public let price: Price
    public let label: SwingLabel

    public var isHigh: Bool { direction == .bullish }
}

/// A swing against the one of its kind before it in the structural sequence.
public enum SwingLabel: String, Hashable, Sendable, CaseIterable {
    case first
    case higherHigh = "HH"
    case lowerHigh = "LH"
    case equalHigh = "EH"
    case higherLow = "HL"
    case lowerLow = "LL"
    case equalLow = "EL"

    /// `rise` is how far the new swing lies beyond the previous one in `direction`, `tolerance` what counts as equal.
    init(_ direction: Direction, rise: Int64, tolerance: Double) {
        let isEqual = Double(rise.magnitude) <= tolerance
        switch direction {
        case .bullish: self = isEqual ? .equalHigh : rise > 0 ? .higherHigh : .lowerHigh
        case .bearish: self = isEqual ? .equalLow : rise > 0 ? .lowerLow : .higherLow
        }
    }
}
