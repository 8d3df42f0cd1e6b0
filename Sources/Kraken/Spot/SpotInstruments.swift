public import Market
import Wire

/// The coins and markets of the exchange, from the `instrument` channel.
public struct SpotInstruments: Hashable, Sendable {
    public var assets: [SpotStreamAsset]
    public var pairs: [SpotStreamPair]

    public init(assets: [SpotStreamAsset], pairs: [SpotStreamPair]) {
        self.assets = assets
        self.pairs = pairs
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var assets: [SpotStreamAsset] = []
        var pairs: [SpotStreamPair] = []
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "assets": assets = try reader.list { reader throws(WireError) in try SpotStreamAsset(&reader) }
            case "pairs": pairs = try reader.list { reader throws(WireError) in try SpotStreamPair(&reader) }
            default: try reader.skip()
            }
        }
        self.init(assets: assets, pairs: pairs)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("assets")
            writer.array { writer in for asset in assets { asset.write(to: &writer) } }
            writer.name("pairs")
            writer.array { writer in for pair in pairs { pair.write(to: &writer) } }
        }
    }
}

public struct SpotStreamAsset: Hashable, Sendable {
    /// `BTC`
    public var id: String
    public var status: String
    public var precision: Int64

    public init(id: String, status: String, precision: Int64) {
        self.id = id
        self.status = status
        self.precision = precision
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var id: String?
        var status: String?
        var precision: Int64?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "id": id = try reader.text()
            case "status": status = try reader.text()
            case "precision": precision = try reader.integer()
            default: try reader.skip()
            }
        }
        self.init(
            id: try required(id, "id"), status: try required(status, "status"),
            precision: try required(precision, "precision"))
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("id")
            writer.string(id)
            writer.name("status")
            writer.string(status)
            writer.name("precision")
            writer.integer(precision)
        }
    }
}

public struct SpotStreamPair: Hashable, Sendable {
    /// `BTC/USD`
    public var symbol: String
    public var base: String
    public var quote: String
    public var status: Open<SpotPairStatus>
    public var priceDecimals: Int
    public var quantityDecimals: Int
    public var priceIncrement: Price
    public var quantityIncrement: SpotQuantity
    public var minimumQuantity: SpotQuantity
    /// In quote currency; nil when not sent.
    public var minimumCost: Money?

    public init(
        symbol: String, base: String, quote: String, status: Open<SpotPairStatus>, priceDecimals: Int,
        quantityDecimals: Int, priceIncrement: Price, quantityIncrement: SpotQuantity, minimumQuantity: SpotQuantity,
        minimumCost: Money?
    ) {
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.status = status
        self.priceDecimals = priceDecimals
        self.quantityDecimals = quantityDecimals
        self.priceIncrement = priceIncrement
        self.quantityIncrement = quantityIncrement
        self.minimumQuantity = minimumQuantity
        self.minimumCost = minimumCost
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var names: (symbol: String?, base: String?, quote: String?)
        var status: Open<SpotPairStatus>?
        var decimals: (price: Int?, quantity: Int?)
        var priceIncrement: Price?
        var quantities: (increment: SpotQuantity?, minimum: SpotQuantity?)
        var minimumCost: Money?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "symbol": names.symbol = try reader.text()
            case "base": names.base = try reader.text()
            case "quote": names.quote = try reader.text()
            case "status": status = try reader.word()
            case "price_precision": decimals.price = try reader.decimalPlaces(Price.decimals)
            case "qty_precision": decimals.quantity = try reader.decimalPlaces(SpotQuantity.decimals)
            case "price_increment": priceIncrement = try reader.amount()
            case "qty_increment": quantities.increment = try reader.amount()
            case "qty_min": quantities.minimum = try reader.amount()
            case "cost_min": minimumCost = try reader.optional { reader throws(WireError) in try reader.amount() }
            default: try reader.skip()
            }
        }
        self.init(
            symbol: try required(names.symbol, "symbol"), base: try required(names.base, "base"),
            quote: try required(names.quote, "quote"), status: try required(status, "status"),
            priceDecimals: try required(decimals.price, "price_precision"),
            quantityDecimals: try required(decimals.quantity, "qty_precision"),
            priceIncrement: try required(priceIncrement, "price_increment"),
            quantityIncrement: try required(quantities.increment, "qty_increment"),
            minimumQuantity: try required(quantities.minimum, "qty_min"), minimumCost: minimumCost)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (name, text) in [
                ("symbol" as StaticString, symbol), ("base", base), ("quote", quote), ("status", status.text),
            ] {
                writer.name(name)
                writer.string(text)
            }
            writer.name("qty_precision")
            writer.integer(quantityDecimals)
            writer.name("qty_increment")
            writer.number(quantityIncrement)
            writer.name("price_precision")
            writer.integer(priceDecimals)
            writer.name("price_increment")
            writer.number(priceIncrement)
            writer.name("qty_min")
            writer.number(minimumQuantity)
            if let minimumCost {
                writer.name("cost_min")
                writer.number(minimumCost)
            }
        }
    }
}
