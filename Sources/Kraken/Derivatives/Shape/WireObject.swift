import Market
import Venue
public import Wire

/// A message, or a part of one, that is a JSON object: both ends of the conversation share this description of it.
public protocol WireObject: Hashable, Sendable {
    /// Reads the object. Unknown members are ignored; a missing required one is an error that names it.
    init(_ value: JSONValue) throws(WireError)

    /// Writes the members of the object, without its braces.
    func members(into writer: inout JSONWriter)
}

extension WireObject {
    /// Reads a whole text.
    public init(bytes: [UInt8]) throws(WireError) { try self.init(try JSONValue(bytes)) }

    public func write(into writer: inout JSONWriter) {
        writer.object { members(into: &$0) }
    }

    /// The object as a whole text.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        write(into: &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    mutating func put(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        string(text)
    }

    mutating func put(_ name: StaticString, _ amount: (some FixedPoint)?) {
        guard let amount else { return }
        self.name(name)
        number(amount)
    }

    mutating func put(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        self.name(name)
        integer(value)
    }

    mutating func put(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        self.name(name)
        number(String(value))
    }

    mutating func put(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        bool(value)
    }

    mutating func put(_ name: StaticString, _ word: Open<some WireWord>?) { put(name, word?.text) }

    mutating func put(_ name: StaticString, _ instrument: InstrumentID?) { put(name, instrument?.description) }

    /// Whole milliseconds since 1970.
    mutating func put(_ name: StaticString, milliseconds time: Timestamp?) { put(name, time?.milliseconds) }

    /// RFC 3339 with as many digits as the time needs, three at least.
    mutating func put(_ name: StaticString, instant time: Timestamp?) { put(name, time?.wireText) }

    mutating func put(_ name: StaticString, _ object: (some WireObject)?) {
        guard let object else { return }
        self.name(name)
        object.write(into: &self)
    }

    mutating func put(_ name: StaticString, _ objects: [some WireObject]) {
        self.name(name)
        array { writer in for object in objects { object.write(into: &writer) } }
    }

    mutating func put(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        array { writer in for text in texts { writer.string(text) } }
    }

    mutating func putTextOrNull(_ name: StaticString, _ text: String?) {
        if text == nil { putNull(name) } else { put(name, text) }
    }

    mutating func putAmountOrNull(_ name: StaticString, _ amount: (some FixedPoint)?) {
        if amount == nil { putNull(name) } else { put(name, amount) }
    }

    mutating func putNull(_ name: StaticString) {
        self.name(name)
        null()
    }
}

extension Timestamp {
    /// RFC 3339 in UTC with three fractional digits, or six or nine where the time needs them.
    var wireText: String {
        let beyond = nanoseconds % 1_000_000
        return rfc3339(digits: beyond == 0 ? 3 : beyond % 1000 == 0 ? 6 : 9)
    }
}
