public import Market
import Wire

/// The state of one candle after a trade, from the `ohlc` channel. Nothing says that a candle is closed.
public struct SpotCandleUpdate: Hashable, Sendable {
    public var symbol: Symbol
    /// In minutes.
    public var interval: Int64
    public var bar: SpotBar

    public init(symbol: Symbol, interval: Int64, bar: SpotBar) {
        self.symbol = symbol
        self.interval = interval
        self.bar = bar
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var symbol: Symbol?
        var prices: (open: Price?, high: Price?, low: Price?, close: Price?, vwap: Price?)
        var volume: Double?
        var trades: Int64?
        var interval: Int64?
        var openTime: Timestamp?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "symbol": symbol = try reader.symbol()
            case "open": prices.open = try reader.amount()
            case "high": prices.high = try reader.amount()
            case "low": prices.low = try reader.amount()
            case "close": prices.close = try reader.amount()
            case "vwap": prices.vwap = try reader.amount()
            case "volume": volume = try reader.double()
            case "trades": trades = try reader.integer()
            case "interval": interval = try reader.integer()
            case "interval_begin": openTime = try reader.instant()
            default: try reader.skip()
            }
        }
        self.symbol = try required(symbol, "symbol")
        self.interval = try required(interval, "interval")
        bar = SpotBar(
            openTime: try required(openTime, "interval_begin"), open: try required(prices.open, "open"),
            high: try required(prices.high, "high"), low: try required(prices.low, "low"),
            close: try required(prices.close, "close"), vwap: try required(prices.vwap, "vwap"),
            volume: try required(volume, "volume"), trades: try required(trades, "trades"))
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("symbol")
            writer.string(symbol.description)
            let prices: [(StaticString, Price)] = [
                ("open", bar.open), ("high", bar.high), ("low", bar.low), ("close", bar.close),
            ]
            for (name, price) in prices {
                writer.name(name)
                writer.number(price)
            }
            writer.name("trades")
            writer.integer(bar.trades)
            writer.name("volume")
            writer.number(volumeText(bar.volume))
            writer.name("vwap")
            writer.number(bar.vwap)
            writer.name("interval_begin")
            writer.string(bar.openTime.rfc3339(digits: 9))
            writer.name("interval")
            writer.integer(interval)
            writer.name("timestamp")
            writer.string((bar.openTime + .minutes(max(0, min(interval, 1_000_000)))).rfc3339(digits: 6))
        }
    }
}
