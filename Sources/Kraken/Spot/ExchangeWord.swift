import Wire

/// A word of the exchange from a list that may grow: what this version does not know is kept as it came.
public protocol ExchangeWord: Hashable, Sendable, CustomStringConvertible {
    /// Every word that has a case of its own.
    static var known: [Self] { get }
    /// As it travels.
    var text: String { get }
    static func unrecognised(_ text: String) -> Self
}

extension ExchangeWord {
    public init(_ text: String) { self = Self.known.first { $0.text == text } ?? .unrecognised(text) }

    public var description: String { text }

    /// Reads a word.
    init(_ reader: inout JSONReader) throws(WireError) { self.init(try reader.string().string) }
}
