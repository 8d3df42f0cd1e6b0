/// A spot market such as BTC/USD, the only kind of market that a strategy sees.
///
/// Coin names are the common ones (`BTC`, never `XBT`); the exchange's spelling is translated at the border.
@frozen public struct SpotPair: Hashable, Comparable, Sendable {
    public let symbol: Symbol

    /// Reads `BTC/USD`; nil unless both sides are upper-case letters or digits and the whole fits a `Symbol`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ Self.isCoin(String($0)) }), let symbol = Symbol(text) else {
            return nil
        }
        self.symbol = symbol
    }

    public init?(base: String, quote: String) { self.init("\(base)/\(quote)") }

    public var base: String { String(description.prefix { $0 != "/" }) }
    public var quote: String { String(description.drop { $0 != "/" }.dropFirst()) }

    public static func < (a: SpotPair, b: SpotPair) -> Bool { a.symbol < b.symbol }

    private static func isCoin(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}

extension SpotPair: CustomStringConvertible {
    public var description: String { symbol.description }
}

extension SpotPair: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let pair = SpotPair(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a spot pair")
        }
        self = pair
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
