import Market
public import Venue

/// The exchange's own name for an order: UUID text, compared without case.
public struct VenueOrderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ text: String) { description = text.lowercased() }

    public static func < (a: VenueOrderID, b: VenueOrderID) -> Bool { a.description < b.description }
}

extension OrderID {
    /// Reads back the UUID text that `description` wrote; nil for a client id that is not of that form.
    public init?(clientID text: some StringProtocol) {
        var digits: [UInt64] = []
        for (place, byte) in text.utf8.enumerated() {
            if place == 8 || place == 13 || place == 18 || place == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(UInt64(byte - UInt8(ascii: "0")))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(UInt64(byte - UInt8(ascii: "a")) + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(UInt64(byte - UInt8(ascii: "A")) + 10)
            default: return nil
            }
        }
        guard digits.count == 32 else { return nil }
        self.init(
            high: digits[..<16].reduce(0) { $0 << 4 | $1 }, low: digits[16...].reduce(0) { $0 << 4 | $1 })
    }
}

extension Fill {
    /// A 64-bit name for an execution out of the exchange's UUID: both halves folded into one. Two of a million fills
    /// share it with a chance of one in ten million.
    public static func id(ofExecution text: String) -> UInt64 {
        if let uuid = OrderID(clientID: text) { return uuid.high ^ (uuid.low << 1 | uuid.low >> 63) }
        var fingerprint = Fingerprint()
        fingerprint.add(text)
        return fingerprint.value
    }
}
