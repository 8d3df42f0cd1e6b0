public import Market

/// The order book of one market, kept from a snapshot and its updates and proved by the exchange's checksum.
public struct SpotBook: Sendable {
    public let symbol: Symbol
    /// Levels of each side, as subscribed.
    public let depth: Int
    /// Decimals of prices and quantities, which the checksum is made with.
    public let decimals: (price: Int, quantity: Int)
    private var bidSide: BookSide
    private var askSide: BookSide
    /// Whether the book is the exchange's: false before a snapshot and from a fault until the next snapshot.
    public private(set) var isSound = false

    /// - Parameter priceDecimals, quantityDecimals: as AssetPairs or the `instrument` channel give them.
    public init(symbol: Symbol, depth: Int, priceDecimals: Int, quantityDecimals: Int) {
        precondition(depth > 0 && (0...Price.decimals).contains(priceDecimals))
        precondition((0...SpotQuantity.decimals).contains(quantityDecimals))
        self.symbol = symbol
        self.depth = depth
        decimals = (priceDecimals, quantityDecimals)
        bidSide = BookSide(bestIsHighest: true, depth: depth)
        askSide = BookSide(bestIsHighest: false, depth: depth)
    }

    /// Highest first.
    public var bids: ReversedCollection<[SpotLevel]> { bidSide.levels.reversed() }
    /// Lowest first.
    public var asks: ReversedCollection<[SpotLevel]> { askSide.levels.reversed() }
    public var bestBid: SpotLevel? { bidSide.best }
    public var bestAsk: SpotLevel? { askSide.best }

    /// Takes a whole frame: its levels, then the cut to the depth, then the proof. After a fault the book refuses
    /// updates: subscribe again.
    public mutating func apply(_ update: SpotBookUpdate, _ delivery: SpotDelivery) throws(SpotBookFault) {
        switch delivery {
        case .snapshot:
            bidSide.removeAll()
            askSide.removeAll()
        case .update:
            guard isSound else { throw .unsound }
        case .unrecognised(let text):
            isSound = false
            throw .unrecognised(text)
        }
        isSound = false
        for level in update.bids { bidSide.set(level) }
        for level in update.asks { askSide.set(level) }
        bidSide.truncate()
        askSide.truncate()
        let computed = checksum
        guard computed == update.checksum else { throw .checksum(sent: update.checksum, computed: computed) }
        isSound = true
    }

    /// Of the best ten levels of each side, asks first: every price and quantity with its decimals, without point and
    /// leading zeros, which are the digits of the whole number of smallest steps.
    public var checksum: UInt32 {
        let priceUnit = powerOfTen(Price.decimals - decimals.price)
        let quantityUnit = powerOfTen(SpotQuantity.decimals - decimals.quantity)
        // Ten levels of two sides with two numbers of at most 19 digits.
        return withUnsafeTemporaryAllocation(byteCount: 10 * 2 * 2 * 19, alignment: 8) { buffer in
            var count = 0
            for level in askSide.bestTen {
                appendDigits(of: level.price.raw / priceUnit, to: buffer, &count)
                appendDigits(of: level.quantity.raw / quantityUnit, to: buffer, &count)
            }
            for level in bidSide.bestTen {
                appendDigits(of: level.price.raw / priceUnit, to: buffer, &count)
                appendDigits(of: level.quantity.raw / quantityUnit, to: buffer, &count)
            }
            return CRC32.checksum(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

/// Why a book can no longer be trusted.
public enum SpotBookFault: Error, Hashable, Sendable {
    case checksum(sent: UInt32, computed: UInt32)
    /// An update without a snapshot before it, or after another fault.
    case unsound
    /// Neither snapshot nor update.
    case unrecognised(String)
}

private func powerOfTen(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
}

/// Nothing for zero: all its digits are leading zeros.
@inline(__always)
private func appendDigits(of number: Int64, to buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) {
    var rest = number.magnitude
    var digits = 0
    var power = rest
    while power > 0 {
        power /= 10
        digits += 1
    }
    var place = count + digits
    count = place
    while rest > 0 {
        place -= 1
        buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
    }
}
