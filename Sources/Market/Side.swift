/// The direction of an order, a fill or a position.
@frozen public enum Side: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case long
    case short

    @inlinable public var opposite: Side { self == .long ? .short : .long }
    /// +1 for long, -1 for short.
    @inlinable public var sign: Int64 { self == .long ? 1 : -1 }
}

extension Side: CustomStringConvertible {
    public var description: String { self == .long ? "long" : "short" }
}
