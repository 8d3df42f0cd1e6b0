public import Market

/// A JSON value that keeps the order of its members. Exact amounts become strings, statistics numbers, and what does
/// not exist null.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Not finite becomes null.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    public static func exact(_ value: some FixedPoint) -> JSON { .string(value.description) }
    public static func exact(_ value: (some FixedPoint)?) -> JSON { value.map { .string($0.description) } ?? .null }
    /// A fraction or another exact ratio as a number.
    public static func ratio(_ value: Rate?) -> JSON { value.map { .number($0.double) } ?? .null }
    public static func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
    public static func time(_ value: Timestamp?) -> JSON { value.map { .string($0.description) } ?? .null }

    /// On one line.
    public var compact: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// With two spaces a level and a newline at the end.
    public var pretty: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: 0)
        bytes.append(UInt8(ascii: "\n"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value): bytes += Self.text(of: value).utf8
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let items):
            Self.write(items.count, "[", "]", to: &bytes, indent: indent) { index, bytes, inner in
                items[index].write(to: &bytes, indent: inner)
            }
        case .object(let members):
            Self.write(members.count, "{", "}", to: &bytes, indent: indent) { index, bytes, inner in
                Self.write(members[index].0, to: &bytes)
                bytes += (indent == nil ? ":" : ": ").utf8
                members[index].1.write(to: &bytes, indent: inner)
            }
        }
    }

    private static func write(
        _ count: Int, _ open: String, _ close: String, to bytes: inout [UInt8], indent: Int?,
        item: (Int, inout [UInt8], Int?) -> Void
    ) {
        bytes += open.utf8
        let inner = indent.map { $0 + 1 }
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newline(inner, to: &bytes)
            item(index, &bytes, inner)
        }
        if count > 0 { newline(indent, to: &bytes) }
        bytes += close.utf8
    }

    private static func newline(_ indent: Int?, to bytes: inout [UInt8]) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<(2 * indent) { bytes.append(UInt8(ascii: " ")) }
    }

    private static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            // Keeps a text from ending the script element that it is embedded in.
            case UInt8(ascii: "<"): bytes += "\\u003c".utf8
            case 0..<32:
                let digits = String(byte, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
