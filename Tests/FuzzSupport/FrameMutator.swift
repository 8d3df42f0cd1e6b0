import TestSupport

/// Turns messages into broken ones, the same for the same seed.
public struct FrameMutator {
    public let seeds: [[UInt8]]
    /// Seeds small enough that millions of them pass in a minute.
    private let small: [Int]
    private var generator: SeededGenerator

    /// The largest frame that is made.
    public static let longest = 200_000

    /// `seeds` must not be empty.
    public init(_ seeds: [[UInt8]], seed: UInt64) {
        precondition(!seeds.isEmpty, "mutations start from something")
        self.seeds = seeds
        let small = seeds.indices.filter { seeds[$0].count <= 1024 }
        self.small = small.isEmpty ? Array(seeds.indices) : small
        generator = SeededGenerator(seed: seed)
    }

    /// A broken frame and the number of the seed it was made from. One in 2000 comes from any seed, however large.
    public mutating func next() -> (bytes: [UInt8], seed: Int) {
        let index =
            number(2000) == 0 ? number(seeds.count) : small[number(small.count)]
        var bytes = seeds[index]
        for _ in 0...number(3) { mutate(&bytes) }
        if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
        return (bytes, index)
    }

    private mutating func number(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

    private mutating func place(_ bytes: [UInt8]) -> Int { number(bytes.count + 1) }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = seeds[number(seeds.count)].prefix(64).map { $0 }
            return
        }
        switch number(12) {
        case 0: bytes[number(bytes.count)] ^= 1 << UInt8(number(8))
        case 1: bytes[number(bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeLast(number(bytes.count))
        case 3:
            let from = number(bytes.count)
            bytes.removeSubrange(from..<min(bytes.count, from + 1 + number(40)))
        case 4:
            let from = number(bytes.count)
            let piece = bytes[from..<min(bytes.count, from + 1 + number(60))]
            bytes.insert(contentsOf: Array(piece), at: place(bytes))
        case 5: splice(&bytes)
        case 6: nest(&bytes)
        case 7, 8: replaceNumber(&bytes)
        case 9: replaceValue(&bytes)
        case 10: bytes.insert(contentsOf: Self.oddities[number(Self.oddities.count)], at: place(bytes))
        default: swapWords(&bytes)
        }
    }

    /// The head of one message with the tail of another.
    private mutating func splice(_ bytes: inout [UInt8]) {
        let other = seeds[small[number(small.count)]]
        bytes.removeLast(number(bytes.count))
        bytes.append(contentsOf: other.dropFirst(number(other.count + 1)))
    }

    private mutating func nest(_ bytes: inout [UInt8]) {
        let opening: [UInt8] = number(2) == 0 ? Array("[".utf8) : Array("{\"a\":".utf8)
        let depth = 1 + number(number(20) == 0 ? 3000 : 40)
        let isClosed = number(2) == 0
        let closing = UInt8(ascii: opening.count == 1 ? "]" : "}")
        var piece: [UInt8] = []
        for _ in 0..<depth { piece.append(contentsOf: opening) }
        piece.append(UInt8(ascii: "1"))
        if isClosed { piece.append(contentsOf: repeatElement(closing, count: depth)) }
        let from = valuePlace(bytes)
        bytes.insert(contentsOf: piece, at: from)
    }

    /// Puts an awkward number in the place of one.
    private mutating func replaceNumber(_ bytes: inout [UInt8]) {
        let start = number(bytes.count)
        guard let from = bytes[start...].firstIndex(where: { (48...57).contains($0) }) else { return }
        let to = bytes[from...].firstIndex { !(48...57).contains($0) && $0 != 46 } ?? bytes.count
        var text = Self.numbers[number(Self.numbers.count)]
        if text.isEmpty { text = [UInt8](repeating: UInt8(ascii: "9"), count: 1 + number(600)) }
        bytes.replaceSubrange(from..<to, with: text)
    }

    /// Puts a value of another kind behind a colon.
    private mutating func replaceValue(_ bytes: inout [UInt8]) {
        let from = valuePlace(bytes)
        let to = bytes[from...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? bytes.count
        bytes.replaceSubrange(from..<to, with: Self.values[number(Self.values.count)])
    }

    /// Behind a colon or a bracket where there is one.
    private mutating func valuePlace(_ bytes: [UInt8]) -> Int {
        let start = place(bytes)
        let place = bytes[start...].firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") }
        return place.map { $0 + 1 } ?? start
    }

    /// Lets a name or a text of one message stand in another.
    private mutating func swapWords(_ bytes: inout [UInt8]) {
        let other = seeds[small[number(small.count)]]
        guard let taken = word(other), let place = word(bytes) else { return }
        bytes.replaceSubrange(place, with: other[taken])
    }

    private mutating func word(_ bytes: [UInt8]) -> Range<Int>? {
        let quote = UInt8(ascii: "\"")
        guard let from = bytes[number(bytes.count + 1)...].firstIndex(of: quote),
            let to = bytes[(from + 1)...].firstIndex(of: quote)
        else { return nil }
        return from..<(to + 1)
    }

    private static let numbers: [[UInt8]] = [
        "", "0", "-0", "-0.0", "00", "1e999999999", "1e-999999999", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "922337203.6854775807", "-922337203.6854775808",
        "170141183460469231731687303715884105728", "1e18", "1e19", "1e30", "1e308", "1e309", "-1e400",
        "0.00000000000000000000000000000000001", "1.", ".5", "1e", "1e+", "--1", "+1", "1.2.3", "0x10", "NaN",
        "Infinity",
        "9007199254740993", "253402300799999", "-62135596800000", "9000000000000", "8999999999999", "-8999999999999",
        "12345678901234567890123456789012345678", "\"12\"", "\"1e-7\"", "\"\"", "\" 1\"",
    ].map { Array($0.utf8) }

    private static let values: [[UInt8]] = [
        "null", "true", "false", "[]", "{}", "\"\"", "[null]", "{\"a\":null}", "[[]]", "\"x\"", "-1", "\"null\"",
        "\"2026-02-31T00:00:00Z\"", "\"2250-01-01T00:00:00Z\"", "\"1699-12-31T23:59:60.999999999Z\"",
        "\"2026-01-01T00:00:60Z\"", "\"PF_XBTUSD_AND_A_VERY_LONG_NAME\"", "\"pf_xbtusd\"", "\"in_xbtusd\"",
    ].map { Array($0.utf8) }

    private static let oddities: [[UInt8]] = [
        [0], [0xff, 0xfe], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], Array("\\".utf8), Array("\\u".utf8),
        Array("\\ud800".utf8), Array("\\u0000".utf8), Array("\\udc00\\ud800".utf8), Array("\"".utf8), Array(":".utf8),
        Array(",".utf8), Array(",,".utf8), Array("}".utf8), Array("]".utf8), Array("//x\n".utf8),
        Array("\u{feff}".utf8),
        [UInt8](repeating: 32, count: 300), [UInt8](repeating: 34, count: 300),
    ]
}
