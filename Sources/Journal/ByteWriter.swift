import Market

/// Bytes of a record, in the one form that a value has: numbers as variable-length integers, texts with their length.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func put(_ byte: UInt8) { bytes.append(byte) }

    /// Seven bits a byte, lowest first; the high bit says that more follow.
    mutating func put(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small magnitudes of either sign are short.
    mutating func put(signed value: Int64) {
        put(unsigned: UInt64(bitPattern: value) << 1 ^ UInt64(bitPattern: value >> 63))
    }

    mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }
    mutating func put(_ number: Double) { put(fixed: number.bitPattern) }

    mutating func put(fixed value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func put(_ text: String) {
        put(unsigned: UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put(_ time: Timestamp) { put(signed: time.nanoseconds) }
    mutating func put(_ amount: some FixedPoint) { put(signed: amount.raw) }

    mutating func put<Value>(_ value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
        put(value != nil)
        if let value { body(&self, value) }
    }

    mutating func put<Value>(_ list: [Value], _ body: (inout ByteWriter, Value) -> Void) {
        put(unsigned: UInt64(list.count))
        for value in list { body(&self, value) }
    }
}
