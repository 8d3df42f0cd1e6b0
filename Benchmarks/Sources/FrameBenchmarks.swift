import Foundation
import Kraken
import Market
import Wire

/// Frames of the exchange as they arrive, against Foundation's decoder into a structure with the same members.
struct FrameBenchmarks {
    let rounds: Int
    /// Frames in one measurement: enough for the clock, few enough for Foundation.
    private let count = 2000

    func run(_ table: inout Table) throws {
        try compare("derivatives ticker", Self.ticker, FoundationTicker.self, most: 1000, &table) { bytes in
            guard case .ticker(let ticker) = try Derivatives.StreamFrame(bytes) else { throw WrongFrame() }
            return ticker.time.nanoseconds
        }
        try compare("derivatives book delta", Self.delta, FoundationDelta.self, &table) { bytes in
            guard case .book(let delta) = try Derivatives.StreamFrame(bytes) else { throw WrongFrame() }
            return delta.sequence
        }
        try compare("derivatives fill", Self.fill, FoundationFills.self, &table) { bytes in
            guard case .fills(let fills, _) = try Derivatives.StreamFrame(bytes), let fill = fills.first else {
                throw WrongFrame()
            }
            return fill.sequence
        }
        try compare("derivatives trade", Self.publicTrade, FoundationPublicTrade.self, &table) { bytes in
            guard case .trade(let trade) = try Derivatives.StreamFrame(bytes) else { throw WrongFrame() }
            return trade.sequence
        }
        try compare("derivatives order", Self.order, FoundationOrder.self, &table) { bytes in
            guard case .order(let change) = try Derivatives.StreamFrame(bytes), let order = change.order else {
                throw WrongFrame()
            }
            return order.time.nanoseconds
        }
        try compareSpot(&table)
        try compareUnified(&table)
    }

    private func compareSpot(_ table: inout Table) throws {
        try compare("spot book", Self.spotBook, FoundationBook.self, &table) { bytes in
            guard case .book(_, let books) = try SpotFrame(bytes), let book = books.first else { throw WrongFrame() }
            return Int64(book.checksum)
        }
        try compare("spot trade", Self.trade, FoundationTrades.self, &table) { bytes in
            guard case .trades(_, let trades) = try SpotFrame(bytes), let trade = trades.first else {
                throw WrongFrame()
            }
            return trade.trade.id
        }
        try compare("spot candle", Self.candle, FoundationCandles.self, &table) { bytes in
            guard case .candles(_, let candles) = try SpotFrame(bytes), let candle = candles.first else {
                throw WrongFrame()
            }
            return candle.bar.trades
        }
    }

    private func compareUnified(_ table: inout Table) throws {
        try compare("unified ticker", Self.unifiedTicker, FoundationUnifiedTicker.self, most: 1000, &table) { bytes in
            guard case .ticker(_, let tickers) = try Unified.Frame(bytes), let bid = tickers.first?.bid else {
                throw WrongFrame()
            }
            return bid.raw
        }
        try compare("unified trade", Self.unifiedTrade, FoundationTrades.self, &table) { bytes in
            guard case .trades(_, let trades) = try Unified.Frame(bytes), let trade = trades.first else {
                throw WrongFrame()
            }
            return trade.id
        }
        try compare("unified candle", Self.unifiedCandle, FoundationUnifiedCandles.self, &table) { bytes in
            guard case .candles(_, let candles) = try Unified.Frame(bytes), let candle = candles.first else {
                throw WrongFrame()
            }
            return candle.interval
        }
        try compare("unified fill", Self.execution, FoundationExecutions.self, &table) { bytes in
            guard case .executions(_, let list, _) = try Unified.Frame(bytes), let price = list.first?.lastPrice else {
                throw WrongFrame()
            }
            return price.raw
        }
    }

    private struct WrongFrame: Error {}

    private func compare<Reference: Decodable>(
        _ name: String, _ text: String, _: Reference.Type, most: Double? = nil, _ table: inout Table,
        _ decode: ([UInt8]) throws -> Int64
    ) throws {
        let bytes = Array(text.utf8)
        let data = Data(bytes)
        let decoder = JSONDecoder()
        _ = try decode(bytes)
        _ = try decoder.decode(Reference.self, from: data)
        let measured = try measure(rounds) {
            try timed {
                var sum: Int64 = 0
                for _ in 0..<count { sum &+= try decode(bytes) }
                keep(sum)
            } / Double(count)
        } against: {
            try timed {
                for _ in 0..<count { keep(try decoder.decode(Reference.self, from: data)) }
            } / Double(count)
        }
        // At least fifteen times as quick.
        table.add(Line("wire: \(name)", "ns", measured, against: "ns Foundation", goal: 1.0 / 15))
        if let most { table.add(Line("wire: \(name), at most", "ns", measured.ours, goal: most)) }
    }
}

// MARK: - Recorded frames, and what Foundation reads them into

extension FrameBenchmarks {
    private static let ticker = """
        {"time":1790359997224,"product_id":"PF_XBTUSD","funding_rate":0.912482213835,\
        "funding_rate_prediction":1.3232500286425,"relative_funding_rate":0.00001089345,\
        "relative_funding_rate_prediction":0.00001575425,"next_funding_rate_time":1790362800000,"leverage":"100x",\
        "premium":0.0,"feed":"ticker","bid":84001.0,"ask":84002.0,"bid_size":0.0273,"ask_size":0.006,\
        "volume":4237.2723,"dtm":0,"index":83995.76,"last":83997.0,"change":-0.22,"suspended":false,\
        "tag":"perpetual","pair":"XBT:USD","openInterest":2189.7813,"markPrice":84004.11362574516,"maturityTime":0,\
        "post_only":false,"volumeQuote":356641614.007}
        """

    private struct FoundationTicker: Decodable {
        let time: Int64
        let product_id: String
        let funding_rate: Double?
        let funding_rate_prediction: Double?
        let relative_funding_rate: Double?
        let relative_funding_rate_prediction: Double?
        let next_funding_rate_time: Int64?
        let leverage: String?
        let premium: Double?
        let feed: String
        let bid: Double?
        let ask: Double?
        let bid_size: Double?
        let ask_size: Double?
        let volume: Double?
        let index: Double?
        let last: Double?
        let change: Double?
        let suspended: Bool
        let tag: String?
        let pair: String?
        let openInterest: Double?
        let markPrice: Double?
        let maturityTime: Int64?
        let post_only: Bool
        let volumeQuote: Double?
    }

    private static let delta = """
        {"feed":"book","product_id":"PF_XBTUSD","side":"sell","seq":115358039,"price":83999.0,"qty":0.0,\
        "timestamp":1790359997729}
        """

    private struct FoundationDelta: Decodable {
        let feed: String
        let product_id: String
        let side: String
        let seq: Int64
        let price: Double
        let qty: Double
        let timestamp: Int64
    }

    private static let fill = """
        {"feed":"fills","username":"6a70e882-4405-4dc5-9c49-010ddf2a6746","fills":[{"instrument":"PF_ETHUSD",\
        "time":1765185437003,"price":3162.0,"seq":1,"buy":true,"qty":0.001,"remaining_order_qty":0.0,\
        "order_id":"a08aed17-f1a6-4db6-876c-2de5df84951c","cli_ord_id":"b661bad0-7037-4b73-9e07-a65b515e4ef7",\
        "fill_id":"6a22a3fb-e18e-4e76-b841-8689735c9158","fill_type":"taker","fee_paid":0.001581,\
        "fee_currency":"USD","taker_order_type":"market","order_type":"market"}]}
        """

    private struct FoundationFills: Decodable {
        struct Fill: Decodable {
            let instrument: String
            let time: Int64
            let price: Double
            let seq: Int64
            let buy: Bool
            let qty: Double
            let remaining_order_qty: Double?
            let order_id: String
            let cli_ord_id: String?
            let fill_id: String
            let fill_type: String
            let fee_paid: Double?
            let fee_currency: String?
            let taker_order_type: String?
            let order_type: String?
        }
        let feed: String
        let fills: [Fill]
    }

    private static let trade = """
        {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":84021.1,"qty":0.0117,\
        "ord_type":"market","trade_id":62887576,"timestamp":"2026-09-25T17:48:31.123456Z"}]}
        """

    private struct FoundationTrades: Decodable {
        struct Trade: Decodable {
            let symbol: String
            let side: String
            let price: Double
            let qty: Double
            let ord_type: String
            let trade_id: Int64
            let timestamp: String
        }
        let channel: String
        let type: String
        let data: [Trade]
    }

    private static let candle = """
        {"channel":"ohlc","type":"update","timestamp":"2026-09-25T17:48:31.524394914Z","data":[{"symbol":"BTC/USD",\
        "open":84020.1,"high":84028.0,"low":84012.4,"close":84021.1,"trades":12,"volume":3.68066226,"vwap":84019.6,\
        "interval_begin":"2026-09-25T17:48:00.000000000Z","interval":1,"timestamp":"2026-09-25T17:49:00.000000Z"}]}
        """

    private struct FoundationCandles: Decodable {
        struct Candle: Decodable {
            let symbol: String
            let open: Double
            let high: Double
            let low: Double
            let close: Double
            let trades: Int64
            let volume: Double
            let vwap: Double
            let interval_begin: String
            let interval: Int64
            let timestamp: String
        }
        let channel: String
        let type: String
        let timestamp: String
        let data: [Candle]
    }
}
