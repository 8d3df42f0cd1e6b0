public import Market
public import Wire

/// The best prices of a market with what stands there, over REST. Has no sequence: it cannot be joined to the stream.
public struct SpotDepthRequest: SpotRequest, Hashable {
    public static let path = "/0/public/Depth"
    public var pair: String
    /// Levels of each side, 1 to 500.
    public var count: Int

    public init(pair: String, count: Int = 100) {
        self.pair = pair
        self.count = count
    }

    /// Nil when an argument is missing or impossible.
    public init?(query: FormText) {
        guard let pair = query["pair"], let count = Int(query["count"] ?? "100"), (1...500).contains(count) else {
            return nil
        }
        self.init(pair: pair, count: count)
    }

    public var http: HTTPRequest {
        HTTPRequest(
            .get, Self.path,
            query: FormText([FormText.Pair("pair", pair), FormText.Pair("count", "\(count)")]).encoded)
    }

    public struct Level: Hashable, Sendable {
        public var price: Price
        public var quantity: SpotQuantity
        /// When it last changed.
        public var time: Timestamp

        public init(price: Price, quantity: SpotQuantity, time: Timestamp) {
            self.price = price
            self.quantity = quantity
            self.time = time
        }

        init(row reader: inout JSONReader) throws(WireError) {
            var column = 0
            var price: Price?
            var quantity: SpotQuantity?
            var time: Int64?
            try reader.array { reader throws(WireError) in
                switch column {
                case 0: price = try reader.amount()
                case 1: quantity = try reader.amount()
                case 2: time = try reader.wholeSeconds()
                default: try reader.skip()
                }
                column += 1
            }
            self.init(
                price: try required(price, "price"), quantity: try required(quantity, "volume"),
                time: Timestamp(seconds: try required(time, "time")))
        }
    }

    public struct Answer: SpotResult {
        public var pair: String
        /// Lowest first.
        public var asks: [Level]
        /// Highest first.
        public var bids: [Level]

        public init(pair: String, asks: [Level], bids: [Level]) {
            self.pair = pair
            self.asks = asks
            self.bids = bids
        }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var pair: String?
            var asks: [Level]?
            var bids: [Level]?
            try reader.namedFields { name, reader throws(WireError) in
                pair = name.string
                try reader.namedFields { name, reader throws(WireError) in
                    switch name {
                    case "asks": asks = try reader.list { reader throws(WireError) in try Level(row: &reader) }
                    case "bids": bids = try reader.list { reader throws(WireError) in try Level(row: &reader) }
                    default: try reader.skip()
                    }
                }
            }
            self.pair = try required(pair, "pair")
            self.asks = try required(asks, "asks")
            self.bids = try required(bids, "bids")
        }

        public func write(to writer: inout JSONWriter) {
            func side(_ name: StaticString, _ levels: [Level], _ writer: inout JSONWriter) {
                writer.name(name)
                writer.array { writer in
                    for level in levels {
                        writer.array { writer in
                            writer.string(level.price.formatted(level.price.decimalsNeeded(atLeast: 5)))
                            writer.string(level.quantity.formatted(SpotQuantity.decimals))
                            writer.integer(level.time.seconds)
                        }
                    }
                }
            }
            writer.object { writer in
                writer.name(pair)
                writer.object { writer in
                    side("asks", asks, &writer)
                    side("bids", bids, &writer)
                }
            }
        }
    }
}
