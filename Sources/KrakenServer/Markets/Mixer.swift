/// Draws by name instead of by turn (SplitMix64's mixing): the same inputs give the same draw, whoever asks and when.
enum Mixer {
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var z = a &* 0x9E37_79B9_7F4A_7C15 &+ b &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The form of a random UUID (version 4), made from two words.
    static func uuid(_ a: UInt64, _ b: UInt64) -> String {
        let high = mix(a, b) & 0xffff_ffff_ffff_0fff | 0x4000
        let low = mix(b, a &+ 1) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for word in [high, low] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if place == 8 || place == 13 || place == 18 || place == 23 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = digits[Int(truncatingIfNeeded: word >> UInt64(shift)) & 15]
                    place += 1
                }
            }
            return place
        }
    }
}
