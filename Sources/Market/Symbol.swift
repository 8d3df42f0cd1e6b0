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
        guard !bytes.isEmpty, bytes.count <= 24 else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for index in 0..<bytes.count {
            let byte = bytes[index]
            guard byte > 32, byte < 127 else { return nil }
            let shifted = UInt64(byte) << UInt64(56 - 8 * (index & 7))
            if index < 8 {
                words.0 |= shifted
            } else if index < 16 {
                words.1 |= shifted
            } else {
                words.2 |= shifted
            }
        }
        (first, second, third) = words
    }

    @inlinable public static func < (a: Symbol, b: Symbol) -> Bool {
        (a.first, a.second, a.third) < (b.first, b.second, b.third)
    }
}

extension Symbol: CustomStringConvertible {
    public var description: String {
        var bytes: [UInt8] = []
        for word in [first, second, third] {
            for place in 0..<8 {
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * place))
                if byte != 0 { bytes.append(byte) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
