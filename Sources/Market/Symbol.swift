/// A market name of 1 to 24 printable ASCII characters, stored in place: compared and hashed as three machine words,
/// ordered as text, never allocated.
@frozen public struct Symbol: Hashable, Comparable, Sendable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64
    @usableFromInline let third: UInt64

    public static let longest = 24

    /// Nil when the text is empty, too long or not printable ASCII.
    public init?(_ text: some StringProtocol) {
        self.init(ascii: text.utf8)
    }

    /// Nil when there are no bytes, too many, or one that is not printable ASCII.
    @inlinable public init?(ascii bytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var count = 0
        for byte in bytes {
            guard byte > 32, byte < 127, count < Self.longest else { return nil }
            let shifted = UInt64(byte) << UInt64(56 - 8 * (count % 8))
            switch count / 8 {
            case 0: words.0 |= shifted
            case 1: words.1 |= shifted
            default: words.2 |= shifted
            }
            count += 1
        }
        guard count > 0 else { return nil }
        (first, second, third) = words
    }

    /// The same from bytes where they lie, without a string between.
    @inlinable public init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= 24, let first = Self.word(bytes, 0), let second = Self.word(bytes, 8),
            let third = Self.word(bytes, 16)
        else { return nil }
        (self.first, self.second, self.third) = (first, second, third)
    }

    /// Up to eight bytes from `start` on, the first one highest; nil when one is not printable ASCII.
    @inline(__always) @inlinable static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt64? {
        guard let base = bytes.baseAddress, start < bytes.count else { return 0 }
        let count = bytes.count &- start
        var word: UInt64 = 0
        var filled: UInt64 = 0
        if count >= 8 {
            word = UInt64(bigEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
            filled = word
        } else {
            for place in 0..<count { word |= UInt64(base[start &+ place]) &<< UInt64(56 &- 8 &* place) }
            filled = word | 0x2121_2121_2121_2121 &>> UInt64(8 &* count)
        }
        // Below 33 a byte borrows, from 127 on it has or gets its highest bit; which one it was does not matter.
        let below = (filled &- 0x2121_2121_2121_2121) & ~filled
        let above = (filled &+ 0x0101_0101_0101_0101) | filled
        return (below | above) & 0x8080_8080_8080_8080 == 0 ? word : nil
    }

    @inlinable public static func < (a: Symbol, b: Symbol) -> Bool {
        (a.first, a.second, a.third) < (b.first, b.second, b.third)
    }
}

extension Symbol: CustomStringConvertible {
    public var description: String {
        // The first character is the highest byte; what is behind the last one is zero.
        let (last, end) = third != 0 ? (third, 24) : second != 0 ? (second, 16) : (first, 8)
        let count = end - last.trailingZeroBitCount / 8
        return withUnsafeBytes(of: (first.bigEndian, second.bigEndian, third.bigEndian)) { bytes in
            String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }
}
