/// A running FNV-1a hash of 64 bits: names structures and compares runs. Not for secrets or against forgery.
@frozen public struct Fingerprint: Hashable, Sendable {
    public var value: UInt64

    @inlinable public init() { value = 0xcbf2_9ce4_8422_2325 }

    @inlinable public mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    @inlinable public mutating func add(_ word: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }

    @inlinable public mutating func add(_ word: Int64) { add(UInt64(bitPattern: word)) }

    @inlinable public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            for byte in bytes { add(byte: byte) }
        }
        add(byte: 0xff)
    }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
