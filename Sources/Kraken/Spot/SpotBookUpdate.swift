public import Market
import Wire

/// What rests at one price. In an update, quantity zero takes the price out of the book.
@frozen public struct SpotLevel: Hashable, Sendable {
    public var price: Price
    public var quantity: SpotQuantity

    @inlinable public init(price: Price, quantity: SpotQuantity) {
        self.price = price
        self.quantity = quantity
    }
}

/// A book or its changes, from the `book` channel.
public struct SpotBookUpdate: Hashable, Sendable {
    public var symbol: Symbol
    /// Highest first in a snapshot.
    public var bids: [SpotLevel]
    /// Lowest first in a snapshot.
    public var asks: [SpotLevel]
    /// Of the best ten levels of each side after all of this is applied.
    public var checksum: UInt32
    public var time: Timestamp?

    public init(symbol: Symbol, bids: [SpotLevel], asks: [SpotLevel], checksum: UInt32, time: Timestamp?) {
        self.symbol = symbol
        self.bids = bids
        self.asks = asks
        self.checksum = checksum
        self.time = time
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var symbol: Symbol?
        var bids: [SpotLevel] = []
        var asks: [SpotLevel] = []
        var checksum: UInt32?
        var time: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "symbol": symbol = try reader.symbol()
            case "bids": bids = try reader.list { reader throws(WireError) in try SpotLevel(&reader) }
            case "asks": asks = try reader.list { reader throws(WireError) in try SpotLevel(&reader) }
            case "checksum":
                let place = reader.offset
                guard let value = UInt32(exactly: try reader.integer()) else {
                    throw WireError(.expected("a checksum of 32 bits"), offset: place)
                }
                checksum = value
            case "timestamp": time = try reader.optional { reader throws(WireError) in try reader.instant() }
            default: try reader.skip()
            }
        }
        self.init(
            symbol: try required(symbol, "symbol"), bids: bids, asks: asks,
            checksum: try required(checksum, "checksum"), time: time)
    }

    func write(to writer: inout JSONWriter) {
        func side(_ name: StaticString, _ levels: [SpotLevel], _ writer: inout JSONWriter) {
            writer.name(name)
            writer.array { writer in
                for level in levels {
                    writer.object { writer in
                        writer.name("price")
                        writer.number(level.price)
                        writer.name("qty")
                        writer.number(level.quantity.formatted(SpotQuantity.decimals))
                    }
                }
            }
        }
        writer.object { writer in
            writer.name("symbol")
            writer.string(symbol.description)
            side("bids", bids, &writer)
            side("asks", asks, &writer)
            writer.name("checksum")
            writer.integer(checksum)
            if let time {
                writer.name("timestamp")
                writer.string(time.rfc3339(digits: 6))
            }
        }
    }
}

extension SpotLevel {
    init(_ reader: inout JSONReader) throws(WireError) {
        var price: Price?
        var quantity: SpotQuantity?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "price": price = try reader.amount()
            case "qty": quantity = try reader.amount()
            default: try reader.skip()
            }
        }
        self.init(price: try required(price, "price"), quantity: try required(quantity, "qty"))
    }
}
