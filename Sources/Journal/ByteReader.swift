import Market

/// Why bytes are no record.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// Reads what a `ByteWriter` wrote. Never traps on any bytes, and never allocates more than they hold.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    var isAtEnd: Bool { place == bytes.endIndex }

    mutating func byte() throws(RecordError) -> UInt8 {
        guard place < bytes.endIndex else { throw RecordError("the record ends too early") }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func unsigned() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw RecordError("a number is too large") }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw RecordError("a number is not in its shortest form") }
                return value
            }
        }
        throw RecordError("a number is too long")
    }

    mutating func signed() throws(RecordError) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func flag() throws(RecordError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw RecordError("a flag is neither yes nor no")
        }
    }

    mutating func fixed() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(try byte()) << shift }
        return value
    }

    mutating func double() throws(RecordError) -> Double { Double(bitPattern: try fixed()) }

    mutating func text() throws(RecordError) -> String {
        let count = try unsigned()
        guard count <= UInt64(bytes.endIndex - place) else { throw RecordError("a text is longer than its record") }
        let end = place + Int(count)
        defer { place = end }
        guard let text = String(validating: bytes[place..<end], as: UTF8.self) else {
            throw RecordError("a text is not UTF-8")
        }
        return text
    }

    mutating func time() throws(RecordError) -> Timestamp { Timestamp(nanoseconds: try signed()) }
    mutating func price() throws(RecordError) -> Price { Price(raw: try signed()) }
    mutating func quantity() throws(RecordError) -> Quantity { Quantity(raw: try signed()) }
    mutating func money() throws(RecordError) -> Money { Money(raw: try signed()) }
    mutating func rate() throws(RecordError) -> Rate { Rate(raw: try signed()) }

    mutating func optional<Value>(
        _ body: (inout ByteReader) throws(RecordError) -> Value
    ) throws(RecordError) -> Value? {
        try flag() ? try body(&self) : nil
    }

    mutating func list<Value>(
        _ body: (inout ByteReader) throws(RecordError) -> Value
    ) throws(RecordError) -> [Value] {
        let count = try unsigned()
        guard count <= UInt64(bytes.endIndex - place) else { throw RecordError("a list is longer than its record") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    /// One of a closed set, by its number.
    mutating func word<Word: RawRepresentable<UInt8>>(_ type: Word.Type) throws(RecordError) -> Word {
        let raw = try byte()
        guard let word = Word(rawValue: raw) else { throw RecordError("\(raw) is no \(type)") }
        return word
    }
}
