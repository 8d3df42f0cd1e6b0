/// Reads JSON in one pass where it lies, without building a tree: each field is taken as it comes or skipped.
///
/// Work is bounded by the length of the text; nesting by `deepest`. Nothing is copied until a value is asked for.
@frozen public struct JSONReader {
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline var position = 0
    @usableFromInline var depth = 0

    /// Arrays and objects within each other, at most.
    public static let deepest = 32

    @inlinable public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Bytes read so far.
    @inlinable public var offset: Int { position }

    /// Reads the whole of `text` with `read`; anything but blanks after it is an error.
    public static func read<Result>(
        _ text: [UInt8], _ read: (inout JSONReader) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        var result: Swift.Result<Result, WireError>?
        text.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes)
            do throws(WireError) {
                let value = try read(&reader)
                try reader.end()
                result = .success(value)
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw WireError(.truncated) }
        return try result.get()
    }

    /// Reads an object: `field` gets each name with the reader before its value, which it must read or `skip`.
    @inlinable
    public mutating func object(
        _ field: (JSONText, inout JSONReader) throws(WireError) -> Void
    ) throws(WireError) {
        try open(UInt8(ascii: "{"), "an object")
        if try closes(UInt8(ascii: "}")) { return }
        while true {
            let name = try string()
            blanks()
            try expect(UInt8(ascii: ":"))
            try field(name, &self)
            if try !another(before: UInt8(ascii: "}")) { return }
        }
    }

    /// Reads an array: `element` gets the reader before each value, which it must read or `skip`.
    @inlinable
    public mutating func array(_ element: (inout JSONReader) throws(WireError) -> Void) throws(WireError) {
        try open(UInt8(ascii: "["), "an array")
        if try closes(UInt8(ascii: "]")) { return }
        while true {
            try element(&self)
            if try !another(before: UInt8(ascii: "]")) { return }
        }
    }

    /// Reads a string; escapes stay as they are.
    @inlinable public mutating func string() throws(WireError) -> JSONText {
        blanks()
        guard position < bytes.count else { throw WireError(.truncated, offset: position) }
        guard bytes[position] == UInt8(ascii: "\"") else {
            throw WireError(.expected("a string"), offset: position)
        }
        position += 1
        let start = position
        var hasEscapes = false
        position = endOfPlainBytes()
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let inside = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                return JSONText(inside, offset: start, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            } else if byte < 32 {
                throw WireError(.syntax, offset: position)
            }
            position += 1
        }
        throw WireError(.truncated, offset: position)
    }

    /// Where the first quote, backslash or control character stands, or less than eight bytes before the end.
    @inline(__always) @inlinable func endOfPlainBytes() -> Int {
        guard let base = bytes.baseAddress else { return position }
        let lows: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let last = bytes.count &- 8
        var index = position
        while index <= last {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
            // A byte is zero where subtracting one borrows from it; the lowest such mark is exact.
            let quotes = word ^ (lows &* 0x22)
            let slashes = word ^ (lows &* 0x5C)
            let marks =
                ((quotes &- lows) & ~quotes | (slashes &- lows) & ~slashes | (word &- lows &* 0x20) & ~word) & highs
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        return index
    }

    /// Reads `true` or `false`.
    @inlinable public mutating func bool() throws(WireError) -> Bool {
        blanks()
        if take("true") { return true }
        if take("false") { return false }
        throw WireError(.expected("true or false"), offset: position)
    }

    /// Reads `null` when it comes next.
    @inlinable public mutating func null() -> Bool {
        blanks()
        return take("null")
    }

    /// What kind of value comes next; nil at the end or where none can start.
    @inlinable public mutating func next() -> Kind? {
        blanks()
        guard position < bytes.count else { return nil }
        return switch bytes[position] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: nil
        }
    }

    @frozen public enum Kind: Hashable, Sendable {
        case object
        case array
        case string
        case number
        case bool
        case null
    }

    /// Reads a number, or the number inside a string: exchanges send one field either way.
    @inlinable public mutating func number() throws(WireError) -> JSONText {
        blanks()
        guard position < bytes.count else { throw WireError(.truncated, offset: position) }
        if bytes[position] == UInt8(ascii: "\"") { return try string() }
        let start = position
        while position < bytes.count, Self.isOfNumber(bytes[position]) { position += 1 }
        guard position > start else { throw WireError(.expected("a number"), offset: position) }
        return JSONText(
            UnsafeBufferPointer(rebasing: bytes[start..<position]), offset: start, hasEscapes: false)
    }

    /// Passes over one value of any kind, checking its shape.
    public mutating func skip() throws(WireError) {
        guard let kind = next() else {
            throw WireError(position < bytes.count ? .syntax : .truncated, offset: position)
        }
        switch kind {
        case .object: try object { _, reader throws(WireError) in try reader.skip() }
        case .array: try array { reader throws(WireError) in try reader.skip() }
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: if !null() { throw WireError(.syntax, offset: position) }
        }
    }

    /// Only blanks may be left.
    public mutating func end() throws(WireError) {
        blanks()
        guard position == bytes.count else { throw WireError(.syntax, offset: position) }
    }

    // MARK: - Steps

    @inlinable mutating func blanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 32, 9, 10, 13: position += 1
            default: return
            }
        }
    }

    @inlinable mutating func expect(_ byte: UInt8) throws(WireError) {
        guard position < bytes.count else { throw WireError(.truncated, offset: position) }
        guard bytes[position] == byte else { throw WireError(.syntax, offset: position) }
        position += 1
    }

    @inlinable mutating func open(_ byte: UInt8, _ what: String) throws(WireError) {
        blanks()
        guard position < bytes.count else { throw WireError(.truncated, offset: position) }
        guard bytes[position] == byte else { throw WireError(.expected(what), offset: position) }
        guard depth < Self.deepest else { throw WireError(.tooDeep, offset: position) }
        position += 1
        depth += 1
    }

    @inlinable mutating func closes(_ byte: UInt8) throws(WireError) -> Bool {
        blanks()
        guard position < bytes.count else { throw WireError(.truncated, offset: position) }
        guard bytes[position] == byte else { return false }
        position += 1
        depth -= 1
        return true
    }

    @inlinable mutating func another(before end: UInt8) throws(WireError) -> Bool {
        if try closes(end) { return false }
        try expect(UInt8(ascii: ","))
        return true
    }

    @inlinable mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    @inlinable static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
