/// A piece of a JSON text where it lies: the inside of a string, or a number. Valid as long as the text's memory is.
@frozen public struct JSONText {
    public let bytes: UnsafeBufferPointer<UInt8>
    /// Where it starts in the text.
    public let offset: Int
    /// Whether the string holds backslash escapes.
    public let hasEscapes: Bool

    @inlinable init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int, hasEscapes: Bool) {
        self.bytes = bytes
        self.offset = offset
        self.hasEscapes = hasEscapes
    }

    /// Whether the text is `other`, byte for byte. Names on the wire are plain ASCII without escapes. With a literal, a
    /// few comparisons of machine words with constants.
    @inline(__always) @inlinable public static func == (text: JSONText, other: StaticString) -> Bool {
        let count = other.utf8CodeUnitCount
        guard text.bytes.count == count, let base = text.bytes.baseAddress else { return false }
        let ours = UnsafeRawPointer(base)
        let theirs = UnsafeRawPointer(other.utf8Start)
        func differ<Word: FixedWidthInteger & BitwiseCopyable>(_ place: Int, _: Word.Type) -> Bool {
            ours.loadUnaligned(fromByteOffset: place, as: Word.self)
                != theirs.loadUnaligned(fromByteOffset: place, as: Word.self)
        }
        var index = 0
        while index &+ 8 <= count {
            if differ(index, UInt64.self) { return false }
            index &+= 8
        }
        if count & 4 != 0 {
            if differ(index, UInt32.self) { return false }
            index &+= 4
        }
        if count & 2 != 0 {
            if differ(index, UInt16.self) { return false }
            index &+= 2
        }
        return count & 1 == 0 || !differ(index, UInt8.self)
    }

    @inline(__always) @inlinable public static func ~= (name: StaticString, text: JSONText) -> Bool { text == name }

    /// The text as a string, escapes resolved; bytes that are not UTF-8 become the replacement character.
    public var string: String {
        guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
        return unescaped
    }

    private var unescaped: String {
        var units: [UInt16] = []
        var plain: [UInt8] = []
        var result = ""
        func flush() {
            result += String(decoding: plain, as: UTF8.self)
            plain.removeAll(keepingCapacity: true)
        }
        func flushUnits() {
            result += String(decoding: units, as: UTF16.self)
            units.removeAll(keepingCapacity: true)
        }
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                flushUnits()
                plain.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            if escape == UInt8(ascii: "u"), index + 4 <= bytes.count,
                let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
            {
                flush()
                units.append(unit)
                index += 4
            } else {
                flushUnits()
                plain.append(Self.meaning(of: escape))
            }
        }
        flush()
        flushUnits()
        return result
    }

    private static func meaning(of escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        default: escape
        }
    }
}
