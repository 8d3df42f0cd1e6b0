public import Market
public import Venue
public import Wire

extension Derivatives {
    /// A public trade. `uid` is its identity; `sequence` rises per product.
    public struct StreamTrade: Hashable, Sendable {
        public let instrument: InstrumentID
        public let uid: String
        /// Of the taker.
        public let side: Side
        public let type: Open<TradeType>
        public let sequence: Int64
        public let time: Timestamp
        public let quantity: Quantity
        public let price: Price

        public init(
            instrument: InstrumentID, uid: String, side: Side, type: TradeType, sequence: Int64, time: Timestamp,
            quantity: Quantity, price: Price
        ) {
            self.instrument = instrument
            self.uid = uid
            self.side = side
            self.type = .known(type)
            self.sequence = sequence
            self.time = time
            self.quantity = quantity
            self.price = price
        }
    }

    /// The new total at one price; zero removes it.
    @frozen public struct BookDelta: Hashable, Sendable {
        public let instrument: InstrumentID
        /// `long` is the bids.
        public let side: Side
        public let sequence: Int64
        public let level: BookLevel
        public let time: Timestamp

        public init(instrument: InstrumentID, side: Side, sequence: Int64, level: BookLevel, time: Timestamp) {
            self.instrument = instrument
            self.side = side
            self.sequence = sequence
            self.level = level
            self.time = time
        }
    }

    /// The whole book, best first.
    public struct BookSnapshot: Hashable, Sendable {
        public let instrument: InstrumentID
        public let sequence: Int64
        public let time: Timestamp
        public let bids: [BookLevel]
        public let asks: [BookLevel]

        public init(
            instrument: InstrumentID, sequence: Int64, time: Timestamp, bids: [BookLevel], asks: [BookLevel]
        ) {
            self.instrument = instrument
            self.sequence = sequence
            self.time = time
            self.bids = bids
            self.asks = asks
        }
    }
}

extension Derivatives.StreamTrade {
    init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var uid: String?
        var side: Side?
        var type: Open<Derivatives.TradeType>?
        var sequence: Int64?
        var time: Timestamp?
        var quantity: Quantity?
        var price: Price?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "product_id": instrument = try reader.instrument()
            case "uid": uid = try reader.text()
            case "side": side = try reader.tradeSide()
            case "type": type = try reader.word()
            case "seq": sequence = try reader.integer()
            case "time": time = try reader.milliseconds()
            case "qty": quantity = try reader.amount()
            case "price": price = try reader.amount()
            default: try reader.skip()
            }
        }
        self.instrument = try required(instrument, "product_id")
        self.uid = try required(uid, "uid")
        self.side = try required(side, "side")
        self.type = type ?? .known(.fill)
        self.sequence = try required(sequence, "seq")
        self.time = try required(time, "time")
        self.quantity = try required(quantity, "qty")
        self.price = try required(price, "price")
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("feed", "trade")
            writer.put("product_id", instrument)
            writer.put("uid", uid)
            writer.put("side", side.order)
            writer.put("type", type)
            writer.put("seq", sequence)
            writer.put("time", milliseconds: time)
            writer.put("qty", quantity)
            writer.put("price", price)
        }
    }
}

extension Derivatives.BookDelta {
    init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var side: Side?
        var sequence: Int64?
        var time: Timestamp?
        var quantity: Quantity?
        var price: Price?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "product_id": instrument = try reader.instrument()
            case "side": side = try reader.tradeSide()
            case "seq": sequence = try reader.integer()
            case "price": price = try reader.amount()
            case "qty": quantity = try reader.amount()
            case "timestamp": time = try reader.milliseconds()
            default: try reader.skip()
            }
        }
        self.instrument = try required(instrument, "product_id")
        self.side = try required(side, "side")
        self.sequence = try required(sequence, "seq")
        self.time = try required(time, "timestamp")
        level = .init(price: try required(price, "price"), quantity: try required(quantity, "qty"))
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.put("feed", "book")
            writer.put("product_id", instrument)
            writer.put("side", side.order)
            writer.put("seq", sequence)
            writer.put("price", level.price)
            writer.put("qty", level.quantity)
            writer.put("timestamp", milliseconds: time)
        }
    }
}

extension Derivatives.BookSnapshot {
    init(_ reader: inout JSONReader) throws(WireError) {
        var instrument: InstrumentID?
        var sequence: Int64?
        var time: Timestamp?
        var bids: [Derivatives.BookLevel]?
        var asks: [Derivatives.BookLevel]?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "product_id": instrument = try reader.instrument()
            case "seq": sequence = try reader.integer()
            case "timestamp": time = try reader.milliseconds()
            case "bids": bids = try Self.levels(&reader)
            case "asks": asks = try Self.levels(&reader)
            default: try reader.skip()
            }
        }
        self.instrument = try required(instrument, "product_id")
        self.sequence = try required(sequence, "seq")
        self.time = try required(time, "timestamp")
        self.bids = try required(bids, "bids")
        self.asks = try required(asks, "asks")
    }

    private static func levels(_ reader: inout JSONReader) throws(WireError) -> [Derivatives.BookLevel] {
        var levels: [Derivatives.BookLevel] = []
        try reader.array { reader throws(WireError) in
            var price: Price?
            var quantity: Quantity?
            try reader.namedFields { name, reader throws(WireError) in
                switch name {
                case "price": price = try reader.amount()
                case "qty": quantity = try reader.amount()
                default: try reader.skip()
                }
            }
            levels.append(.init(price: try required(price, "price"), quantity: try required(quantity, "qty")))
        }
        return levels
    }

    public func write(into writer: inout JSONWriter) {
        func put(_ name: StaticString, _ levels: [Derivatives.BookLevel], _ writer: inout JSONWriter) {
            writer.name(name)
            writer.array { writer in
                for level in levels {
                    writer.object { writer in
                        writer.put("price", level.price)
                        writer.put("qty", level.quantity)
                    }
                }
            }
        }
        writer.object { writer in
            writer.put("feed", "book_snapshot")
            writer.put("product_id", instrument)
            writer.put("timestamp", milliseconds: time)
            writer.put("seq", sequence)
            writer.putNull("tickSize")
            put("bids", bids, &writer)
            put("asks", asks, &writer)
        }
    }
}
