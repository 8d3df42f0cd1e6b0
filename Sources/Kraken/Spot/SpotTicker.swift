public import Market
import Wire

/// Best prices and 24-hour statistics of one market, from the `ticker` channel.
public struct SpotTicker: Hashable, Sendable {
    public var symbol: Symbol
    public var bid: Price
    public var bidQuantity: SpotQuantity
    public var ask: Price
    public var askQuantity: SpotQuantity
    public var last: Price
    public var volume: Double
    public var vwap: Price
    public var low: Price
    public var high: Price
    public var change: Price
    public var changePercent: Double
    /// Trades of 24 hours; sent since 2026.
    public var trades: Int64?
    public var time: Timestamp?

    public init(
        symbol: Symbol, bid: Price, bidQuantity: SpotQuantity, ask: Price, askQuantity: SpotQuantity, last: Price,
        volume: Double, vwap: Price, low: Price, high: Price, change: Price, changePercent: Double, trades: Int64?,
        time: Timestamp?
    ) {
        self.symbol = symbol
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
        self.last = last
        self.volume = volume
        self.vwap = vwap
        self.low = low
        self.high = high
        self.change = change
        self.changePercent = changePercent
        self.trades = trades
        self.time = time
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var symbol: Symbol?
        var best: (bid: Price?, bidQuantity: SpotQuantity?, ask: Price?, askQuantity: SpotQuantity?)
        var prices: (last: Price?, vwap: Price?, low: Price?, high: Price?, change: Price?)
        var volume: Double?
        var changePercent: Double?
        var trades: Int64?
        var time: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "symbol": symbol = try reader.symbol()
            case "bid": best.bid = try reader.amount()
            case "bid_qty": best.bidQuantity = try reader.amount()
            case "ask": best.ask = try reader.amount()
            case "ask_qty": best.askQuantity = try reader.amount()
            case "last": prices.last = try reader.amount()
            case "volume": volume = try reader.double()
            case "vwap": prices.vwap = try reader.amount()
            case "low": prices.low = try reader.amount()
            case "high": prices.high = try reader.amount()
            case "change": prices.change = try reader.amount()
            case "change_pct": changePercent = try reader.double()
            case "trades": trades = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "timestamp": time = try reader.optional { reader throws(WireError) in try reader.instant() }
            default: try reader.skip()
            }
        }
        self.symbol = try required(symbol, "symbol")
        bid = try required(best.bid, "bid")
        bidQuantity = try required(best.bidQuantity, "bid_qty")
        ask = try required(best.ask, "ask")
        askQuantity = try required(best.askQuantity, "ask_qty")
        last = try required(prices.last, "last")
        self.volume = try required(volume, "volume")
        vwap = try required(prices.vwap, "vwap")
        low = try required(prices.low, "low")
        high = try required(prices.high, "high")
        change = try required(prices.change, "change")
        self.changePercent = try required(changePercent, "change_pct")
        self.trades = trades
        self.time = time
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("symbol")
            writer.string(symbol.description)
            writer.name("bid")
            writer.number(bid)
            writer.name("bid_qty")
            writer.number(bidQuantity.formatted(SpotQuantity.decimals))
            writer.name("ask")
            writer.number(ask)
            writer.name("ask_qty")
            writer.number(askQuantity.formatted(SpotQuantity.decimals))
            writer.name("last")
            writer.number(last)
            writer.name("volume")
            writer.number(volumeText(volume))
            writer.name("vwap")
            writer.number(vwap)
            writer.name("low")
            writer.number(low)
            writer.name("high")
            writer.number(high)
            writer.name("change")
            writer.number(change)
            writer.name("change_pct")
            writer.number("\(changePercent)")
            if let trades {
                writer.name("trades")
                writer.integer(trades)
            }
            if let time {
                writer.name("timestamp")
                writer.string(time.rfc3339(digits: 6))
            }
        }
    }
}
