import Market
import Wire

extension JSONWriter {
    mutating func field(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    /// Null when there is none.
    mutating func field(_ name: StaticString, orNull text: String?) {
        self.name(name)
        if let text { string(text) } else { null() }
    }

    mutating func field(_ name: StaticString, _ amount: some FixedPoint) {
        self.name(name)
        number(amount)
    }

    mutating func field(_ name: StaticString, orNull amount: (some FixedPoint)?) {
        self.name(name)
        if let amount { number(amount) } else { null() }
    }

    mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        self.name(name)
        integer(value)
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// Digits as they are to travel.
    mutating func field(_ name: StaticString, digits: String) {
        self.name(name)
        number(digits)
    }

    /// Milliseconds since 1970.
    mutating func field(_ name: StaticString, milliseconds time: Timestamp) { field(name, time.milliseconds) }

    /// RFC 3339 with milliseconds.
    mutating func field(_ name: StaticString, time: Timestamp) { field(name, time.rfc3339(digits: 3)) }

    mutating func object(_ name: StaticString, _ fill: (inout JSONWriter) -> Void) {
        self.name(name)
        object(fill)
    }

    mutating func array(_ name: StaticString, _ fill: (inout JSONWriter) -> Void) {
        self.name(name)
        array(fill)
    }

    static func text(_ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(fill)
        return writer.bytes
    }
}
