import Kraken
import Market

extension WireForm {
    /// By which a client proves its book: of the ten best levels of each side, asks from the lowest, bids from the
    /// highest; of each price and quantity the digits without the point and without leading zeros.
    func checksum(_ book: Book) -> UInt32 {
        var digits: [UInt8] = []
        for level in book.asks.prefix(10) + book.bids.prefix(10) {
            for text in [price(level.price), quantity(level.quantity)] {
                digits += text.utf8.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }
            }
        }
        return CRC32.checksum(digits)
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
