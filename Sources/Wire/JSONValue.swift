public import Market

/// A JSON value as a tree, for messages where clarity matters and speed does not. Numbers keep their digits as text;
/// objects keep their order.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The digits as they travel.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads the whole of `text`.
    public init(_ text: [UInt8]) throws(WireError) {
        self = try JSONReader.read(text) { reader throws(WireError) in try JSONValue(&reader) }
    }

    /// Reads the next value.
    public init(_ reader: inout JSONReader) throws(WireError) {
        guard let kind = reader.next() else { throw WireError(.syntax, offset: reader.offset) }
        switch kind {
        case .object:
            var members: [Member] = []
            try reader.object { name, reader throws(WireError) in
                members.append(Member(name.string, try JSONValue(&reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.array { reader throws(WireError) in elements.append(try JSONValue(&reader)) }
            self = .array(elements)
        case .string: self = .string(try reader.string().string)
        case .number: self = .number(try reader.number().string)
        case .bool: self = .bool(try reader.bool())
        case .null:
            guard reader.null() else { throw WireError(.syntax, offset: reader.offset) }
            self = .null
        }
    }

    /// The member of this name, the last one when there are several; nil when there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The text of a string.
    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The digits of a number, or of a number in a string.
    public var digits: String? {
        switch self {
        case .number(let text), .string(let text): text
        case .null, .bool, .array, .object: nil
        }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    public var array: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    public var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }

    public var integer: Int64? { digits.flatMap { Int64($0) } }

    /// The exact amount of a number or of a number in a string; nil when it is none or does not fit.
    public func amount<Amount: FixedPoint>(_: Amount.Type = Amount.self) -> Amount? {
        guard let digits else { return nil }
        do { return try Amount(digits, rounding: .nearestEven) } catch { return nil }
    }
}
