extension UnsafeBufferPointer<UInt8> {
    /// The eight bytes from `index` on, the first one lowest; zeros stand beyond the end.
    @inline(__always) @inlinable public func word(at index: Int) -> UInt64 {
        guard let baseAddress, index &+ 8 <= count else { return lastWord(at: index) }
        return UInt64(littleEndian: UnsafeRawPointer(baseAddress + index).loadUnaligned(as: UInt64.self))
    }

    @inline(never) @usableFromInline func lastWord(at index: Int) -> UInt64 {
        guard let baseAddress, index < count else { return 0 }
        // The last eight bytes without those before `index`.
        if count >= 8 { return word(at: count &- 8) &>> UInt64(8 &* (index &+ 8 &- count)) }
        let start = UnsafeRawPointer(baseAddress + index)
        let left = count &- index
        func part<Part: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ place: Int, _: Part.Type) -> UInt64 {
            let value = start.loadUnaligned(fromByteOffset: place, as: Part.self)
            return UInt64(Part(littleEndian: value)) &<< UInt64(8 &* place)
        }
        // Two parts that may overlap.
        if left >= 4 { return part(0, UInt32.self) | part(left &- 4, UInt32.self) }
        if left >= 2 { return part(0, UInt16.self) | part(left &- 2, UInt16.self) }
        return part(0, UInt8.self)
    }
}

/// The digits at the start of eight bytes of text, the first byte lowest.
@usableFromInline struct LeadingDigits {
    @usableFromInline let value: Int64
    /// Of digits, from 0 to 8.
    @usableFromInline let count: Int

    @inline(__always) @inlinable init(_ word: UInt64) {
        // A digit stays below 0x80 after adding 0x46 and does not borrow when 0x30 is taken off; the lowest mark is exact.
        let values = word &- 0x3030_3030_3030_3030
        let marks = (word &+ 0x4646_4646_4646_4646 | values) & 0x8080_8080_8080_8080
        count = marks.trailingZeroBitCount &>> 3
        // Digits move to the end of the number, zeros stand before them; then pairs, fours and all are joined.
        let digits = count == 0 ? 0 : values &<< UInt64(64 &- 8 &* count)
        let pairs = digits &* 10 &+ digits &>> 8
        let low: UInt64 = 0x0000_00FF_0000_00FF
        let fours = (pairs & low) &* 0x000F_4240_0000_0064 &+ (pairs &>> 16 & low) &* 0x0000_2710_0000_0001
        value = Int64(truncatingIfNeeded: fours &>> 32)
    }
}
