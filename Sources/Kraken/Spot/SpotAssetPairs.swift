public import Market
public import Wire

/// The markets of the exchange with their names, steps and decimals.
public struct SpotAssetPairsRequest: SpotRequest, Hashable {
    public static let path = "/0/public/AssetPairs"
    /// Any spelling but `XBT/USD`; empty asks for all.
    public var pairs: [String]

    public init(pairs: [String] = []) { self.pairs = pairs }

    public init(query: FormText) { pairs = query["pair"].map(commaSeparated) ?? [] }

    public var http: HTTPRequest {
        let query = FormText(pairs.isEmpty ? [] : [FormText.Pair("pair", pairs.joined(separator: ","))])
        return HTTPRequest(.get, Self.path, query: query.encoded)
    }

    public struct Answer: SpotResult {
        public var pairs: [SpotAssetPair]
        public init(_ pairs: [SpotAssetPair]) { self.pairs = pairs }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var pairs: [SpotAssetPair] = []
            try reader.namedFields { name, reader throws(WireError) in
                pairs.append(try SpotAssetPair(key: name.string, &reader))
            }
            self.pairs = pairs
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for pair in pairs {
                    writer.name(pair.key)
                    pair.write(to: &writer)
                }
            }
        }
    }
}

/// What can be done in one market at present.
public enum SpotPairStatus: String, WireWord {
    case online
    case cancelOnly = "cancel_only"
    case postOnly = "post_only"
    case limitOnly = "limit_only"
    case reduceOnly = "reduce_only"
    case delisted
    case maintenance
    case workInProgress = "work_in_progress"
}

/// One spot market as AssetPairs describes it.
public struct SpotAssetPair: Hashable, Sendable {
    /// The name in the list: `XXBTZUSD`.
    public var key: String
    /// The name for REST requests and archive files: `XBTUSD`.
    public var altname: String
    /// The name of WebSocket v1, from which the v2 symbol follows: `XBT/USD`. A few markets have none.
    public var wsname: String?
    /// `XXBT`
    public var base: String
    /// `ZUSD`
    public var quote: String
    /// Decimals of a price, with which the book's checksum is computed.
    public var priceDecimals: Int
    /// Decimals of a quantity, likewise.
    public var quantityDecimals: Int
    public var costDecimals: Int
    public var tick: Price?
    public var minimumQuantity: SpotQuantity?
    /// In quote currency.
    public var minimumCost: Money?
    public var status: Open<SpotPairStatus>

    public init(
        key: String, altname: String, wsname: String?, base: String, quote: String, priceDecimals: Int,
        quantityDecimals: Int, costDecimals: Int, tick: Price?, minimumQuantity: SpotQuantity?, minimumCost: Money?,
        status: Open<SpotPairStatus>
    ) {
        self.key = key
        self.altname = altname
        self.wsname = wsname
        self.base = base
        self.quote = quote
        self.priceDecimals = priceDecimals
        self.quantityDecimals = quantityDecimals
        self.costDecimals = costDecimals
        self.tick = tick
        self.minimumQuantity = minimumQuantity
        self.minimumCost = minimumCost
        self.status = status
    }

    init(key: String, _ reader: inout JSONReader) throws(WireError) {
        var names: (alt: String?, ws: String?, base: String?, quote: String?)
        var decimals: (price: Int?, quantity: Int?, cost: Int?)
        var steps: (tick: Price?, quantity: SpotQuantity?, cost: Money?)
        var status: Open<SpotPairStatus>?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "altname": names.alt = try reader.text()
            case "wsname": names.ws = try reader.optional { reader throws(WireError) in try reader.text() }
            case "base": names.base = try reader.text()
            case "quote": names.quote = try reader.text()
            case "pair_decimals": decimals.price = try reader.decimalPlaces(Price.decimals)
            case "lot_decimals": decimals.quantity = try reader.decimalPlaces(SpotQuantity.decimals)
            case "cost_decimals": decimals.cost = try reader.decimalPlaces(18)
            case "tick_size": steps.tick = try reader.optional { reader throws(WireError) in try reader.amount() }
            case "ordermin": steps.quantity = try reader.optional { reader throws(WireError) in try reader.amount() }
            case "costmin": steps.cost = try reader.optional { reader throws(WireError) in try reader.amount() }
            case "status": status = try reader.word()
            default: try reader.skip()
            }
        }
        self.key = key
        altname = try required(names.alt, "altname")
        wsname = names.ws
        base = try required(names.base, "base")
        quote = try required(names.quote, "quote")
        priceDecimals = try required(decimals.price, "pair_decimals")
        quantityDecimals = try required(decimals.quantity, "lot_decimals")
        costDecimals = try required(decimals.cost, "cost_decimals")
        tick = steps.tick
        minimumQuantity = steps.quantity
        minimumCost = steps.cost
        self.status = try required(status, "status")
    }

    func write(to writer: inout JSONWriter) {
        func strings(_ writer: inout JSONWriter, _ pairs: [(StaticString, String?)]) {
            for (name, value) in pairs {
                guard let value else { continue }
                writer.name(name)
                writer.string(value)
            }
        }
        writer.object { writer in
            strings(
                &writer,
                [
                    ("altname", altname), ("wsname", wsname), ("aclass_base", "currency"), ("base", base),
                    ("aclass_quote", "currency"), ("quote", quote), ("lot", "unit"),
                ])
            let counts: [(StaticString, Int)] = [
                ("cost_decimals", costDecimals), ("pair_decimals", priceDecimals), ("lot_decimals", quantityDecimals),
                ("lot_multiplier", 1),
            ]
            for (name, value) in counts {
                writer.name(name)
                writer.integer(value)
            }
            let empty: [StaticString] = ["leverage_buy", "leverage_sell", "fees", "fees_maker"]
            for name in empty {
                writer.name(name)
                writer.array { _ in }
            }
            strings(
                &writer,
                [
                    ("fee_volume_currency", "ZUSD"), ("ordermin", minimumQuantity?.description),
                    ("costmin", minimumCost?.description), ("tick_size", tick?.description), ("status", status.text),
                    ("execution_venue", "international"),
                ])
        }
    }
}

extension JSONReader {
    /// Reads a count of decimal places from zero to `most`.
    mutating func decimalPlaces(_ most: Int) throws(WireError) -> Int {
        let place = offset
        let value = try integer()
        guard (0...Int64(most)).contains(value) else { throw WireError(.outOfRange, offset: place) }
        return Int(value)
    }
}
