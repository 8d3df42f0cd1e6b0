/// The path and the query of a request line, after everything in it that could mean something else to another reader was
/// refused.
struct RequestTarget: Equatable {
    let path: String
    /// As it came, without the question mark.
    let query: String

    /// Nil unless it is a plain path: absolute, of printable ASCII, without `.` and `..` as segments, without backslashes
    /// and without escapes for anything that separates or ends names.
    init?(_ text: String) {
        let sides = text.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = sides.first, first.first == UInt8(ascii: "/"), let path = Self.plain(first)
        else { return nil }
        let query = sides.count > 1 ? sides[1] : Substring().utf8
        guard query.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else { return nil }
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        guard !segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else { return nil }
        self.path = String(decoding: path, as: UTF8.self)
        self.query = String(Substring(query))
    }

    private static func plain(_ text: Substring.UTF8View) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard isPlain(byte) else { return nil }
                result.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(Substring(digits)), radix: 16), isPlain(value), value != UInt8(ascii: "/"),
                value != UInt8(ascii: "."), value != UInt8(ascii: "?"), value != UInt8(ascii: "%")
            else { return nil }
            result.append(value)
            rest = rest.dropFirst(2)
        }
        return result
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "#")
    }
}
