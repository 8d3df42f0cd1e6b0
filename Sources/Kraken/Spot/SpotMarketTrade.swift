public import Market
import Wire

/// One trade from the `trade` channel.
public struct SpotMarketTrade: Hashable, Sendable {
    public var symbol: Symbol
    public var trade: SpotTrade

    public init(symbol: Symbol, trade: SpotTrade) {
        self.symbol = symbol
        self.trade = trade
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var symbol: Symbol?
        var taker: SpotTaker?
        var price: Price?
        var quantity: SpotQuantity?
        var kind: SpotTradeKind?
        var id: Int64?
        var time: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "symbol": symbol = try reader.symbol()
            case "side":
                let word = try reader.string()
                taker = word == "buy" ? .buyer : word == "sell" ? .seller : .unrecognised(word.string)
            case "price": price = try reader.amount()
            case "qty": quantity = try reader.amount()
            case "ord_type":
                let word = try reader.string()
                kind = word == "limit" ? .limit : word == "market" ? .market : .unrecognised(word.string)
            case "trade_id": id = try reader.integer()
            case "timestamp": time = try reader.instant()
            default: try reader.skip()
            }
        }
        self.symbol = try required(symbol, "symbol")
        trade = SpotTrade(
            id: try required(id, "trade_id"), time: try required(time, "timestamp"),
            price: try required(price, "price"), quantity: try required(quantity, "qty"),
            taker: try required(taker, "side"), kind: try required(kind, "ord_type"))
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("symbol")
            writer.string(symbol.description)
            writer.name("side")
            switch trade.taker {
            case .buyer: writer.string("buy")
            case .seller: writer.string("sell")
            case .unrecognised(let text): writer.string(text)
            }
            writer.name("price")
            writer.number(trade.price)
            writer.name("qty")
            writer.number(trade.quantity.formatted(SpotQuantity.decimals))
            writer.name("ord_type")
            switch trade.kind {
            case .limit: writer.string("limit")
            case .market: writer.string("market")
            case .unrecognised(let text): writer.string(text)
            }
            writer.name("trade_id")
            writer.integer(trade.id)
            writer.name("timestamp")
            writer.string(trade.time.rfc3339(digits: 6))
        }
    }
}
