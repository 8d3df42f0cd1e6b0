public import Market

/// The identity of a derivatives contract, made at the exchange border from its own instrument list (`PF_XBTUSD`).
/// Nothing inside takes it apart: what a contract is, its `Instrument` says.
@frozen public struct InstrumentID: Hashable, Comparable, Sendable {
    public let symbol: Symbol

    public init?(_ text: some StringProtocol) {
        guard let symbol = Symbol(text) else { return nil }
        self.symbol = symbol
    }

    @inlinable public init(_ symbol: Symbol) { self.symbol = symbol }

    @inlinable public static func < (a: InstrumentID, b: InstrumentID) -> Bool { a.symbol < b.symbol }
}

extension InstrumentID: CustomStringConvertible {
    public var description: String { symbol.description }
}

extension InstrumentID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = InstrumentID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an instrument")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
