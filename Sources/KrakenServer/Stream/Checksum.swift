import Market

/// CRC-32 (IEEE 802.3, reflected), by which a client proves its book.
struct CRC32: Sendable {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
    private var state: UInt32 = 0xffff_ffff

    mutating func add(_ byte: UInt8) { state = Self.table[Int((state ^ UInt32(byte)) & 255)] ^ state >> 8 }

    var value: UInt32 { state ^ 0xffff_ffff }

    /// Of the ten best levels of each side: asks from the lowest, bids from the highest; of each price and quantity
    /// the digits without the point and without leading zeros.
    static func checksum(_ book: Book, _ form: WireForm) -> UInt32 {
        var sum = CRC32()
        for level in book.asks.prefix(10) + book.bids.prefix(10) {
            for text in [form.price(level.price), form.quantity(level.quantity)] {
                var leads = true
                for byte in text.utf8 where byte != UInt8(ascii: ".") {
                    if leads, byte == UInt8(ascii: "0") { continue }
                    leads = false
                    sum.add(byte)
                }
            }
        }
        return sum.value
    }
}

/// How many decimals a market's prices and quantities are written with.
struct WireForm: Hashable, Sendable {
    let priceDecimals: Int
    /// Up to eight, of which the last two are always zero.
    let quantityDecimals: Int

    func price(_ price: Price) -> String { price.formatted(priceDecimals) }

    func quantity(_ quantity: Quantity) -> String {
        guard quantityDecimals > 6 else { return quantity.formatted(max(0, quantityDecimals)) }
        return quantity.formatted(6) + String(repeating: "0", count: quantityDecimals - 6)
    }
}
