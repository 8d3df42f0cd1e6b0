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
    @inline(__always) @inlinable
    public static func read<Result>(
        _ text: [UInt8], _ read: (inout JSONReader) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        try text.withUnsafeBufferPointer { bytes throws(WireError) in
            var reader = JSONReader(bytes)
            let value = try read(&reader)
            try reader.end()
            return value
        }
    }

    /// Reads an object: `field` gets each name with the reader before its value, which it must read or `skip`.
    @inline(__always) @inlinable
    public mutating func object(
        _ field: (JSONText, inout JSONReader) throws(WireError) -> Void
    ) throws(WireError) {
        try open(UInt8(ascii: "{"), "an object")
        if try closes(UInt8(ascii: "}")) { return }
        while true {
            try field(try name(), &self)
            if try !another(before: UInt8(ascii: "}")) { return }
        }
    }

    /// Reads an object until `field` returns true; the reader is then of no more use.
    @inline(__always) @inlinable
    public mutating func find(
        _ field: (JSONText, inout JSONReader) throws(WireError) -> Bool
    ) throws(WireError) {
        try open(UInt8(ascii: "{"), "an object")
        if try closes(UInt8(ascii: "}")) { return }
        while true {
            if try field(try name(), &self) { return }
            if try !another(before: UInt8(ascii: "}")) { return }
        }
    }

    /// Reads an array: `element` gets the reader before each value, which it must read or `skip`.
    @inline(__always) @inlinable
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
        let count = bytes.count
        let start = position &+ 1
        guard let base = bytes.baseAddress, start < count, base[position] == UInt8(ascii: "\"") else {
            return try anyString()
        }
        var index = start
        var marks: UInt64 = 0
        while index &+ 8 <= count {
            marks = Self.marks(UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)))
            if marks != 0 { break }
            index &+= 8
        }
        if marks == 0 { marks = Self.marks(bytes.lastWord(at: index)) }
        index &+= marks.trailingZeroBitCount &>> 3
        guard index < count, base[index] == UInt8(ascii: "\"") else { return try anyString() }
        position = index &+ 1
        return text(from: start, until: index)
    }

    /// The highest bit of each byte that is a quote, a backslash or a control character; the lowest mark is exact.
    @inline(__always) @inlinable static func marks(_ word: UInt64) -> UInt64 {
        let lows: UInt64 = 0x0101_0101_0101_0101
        // A byte is zero where subtracting one borrows from it.
        let quotes = word ^ (lows &* 0x22)
        let slashes = word ^ (lows &* 0x5C)
        return ((quotes &- lows) & ~quotes | (slashes &- lows) & ~slashes | (word &- lows &* 0x20) & ~word)
            & 0x8080_8080_8080_8080
    }

    /// Byte by byte: strings with escapes and behind blanks, and all that is none.
    @inline(never) @usableFromInline mutating func anyString() throws(WireError) -> JSONText {
        blanks()
        try expect(UInt8(ascii: "\""), or: .expected("a string"))
        let start = position
        var hasEscapes = false
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

    @inline(__always) @inlinable func text(from start: Int, until end: Int) -> JSONText {
        JSONText(
            UnsafeBufferPointer(start: bytes.baseAddress.map { $0 + start }, count: end &- start), offset: start,
            hasEscapes: false)
    }

    /// A name and the colon behind it.
    @inline(__always) @inlinable mutating func name() throws(WireError) -> JSONText {
        let name = try string()
        blanks()
        try expect(UInt8(ascii: ":"))
        return name
    }

    /// Reads `true` or `false`.
    @inlinable public mutating func bool() throws(WireError) -> Bool {
        blanks()
        if take("true") { return true }
        if take("false") { return false }
        throw failure(.expected("true or false"))
    }

    /// Reads `null` when it comes next.
    @inline(__always) @inlinable public mutating func null() -> Bool {
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
        guard bytes[start] != UInt8(ascii: "."), bytes[start] != UInt8(ascii: "+") else {
            throw failure(.expected("a number"))
        }
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

    /// Whether the text begins so where the reader stands.
    @inline(__always) @inlinable public func begins(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return bytes.count &- position >= count && self.text(from: position, until: position &+ count) == text
    }

    /// Only blanks may be left.
    @inlinable public mutating func end() throws(WireError) {
        blanks()
        guard position == bytes.count else { throw WireError(.syntax, offset: position) }
    }

    // MARK: - Steps

    @inline(__always) @inlinable mutating func blanks() {
        if position < bytes.count, bytes[position] <= 32 { manyBlanks() }
    }

    @inline(never) @usableFromInline mutating func manyBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 32, 9, 10, 13: position += 1
            default: return
            }
        }
    }

    /// `problem` where the reader stands.
    @inline(never) @usableFromInline func failure(_ problem: WireError.Problem) -> WireError {
        WireError(problem, offset: position)
    }

    @inline(__always) @inlinable
    mutating func expect(_ byte: UInt8, or problem: WireError.Problem = .syntax) throws(WireError) {
        guard position < bytes.count, bytes[position] == byte else {
            throw failure(position < bytes.count ? problem : .truncated)
        }
        position &+= 1
    }

    @inline(__always) @inlinable mutating func open(_ byte: UInt8, _ what: String) throws(WireError) {
        blanks()
        try expect(byte, or: .expected(what))
        guard depth < Self.deepest else { throw WireError(.tooDeep, offset: position &- 1) }
        depth &+= 1
    }

    @inline(__always) @inlinable mutating func closes(_ byte: UInt8) throws(WireError) -> Bool {
        blanks()
        guard position < bytes.count else { throw failure(.truncated) }
        guard bytes[position] == byte else { return false }
        position &+= 1
        depth &-= 1
        return true
    }

    @inline(__always) @inlinable mutating func another(before end: UInt8) throws(WireError) -> Bool {
        blanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
            position &+= 1
            blanks()
            return true
        }
        if try closes(end) { return false }
        throw failure(.syntax)
    }

    @inline(__always) @inlinable mutating func take(_ word: StaticString) -> Bool {
        guard begins(with: word) else { return false }
        position &+= word.utf8CodeUnitCount
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
