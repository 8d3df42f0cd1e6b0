import Foundation
import Kraken
import Market

/// Frames of the exchange, as they come over the wire.
struct WireBenchmarks {
    let rounds: Int
    private let repeats = 20_000

    private static let ticker = Array(
        (#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":83744.2,"bid_qty":0.56251979,"#
            + #""ask":83744.3,"ask_qty":0.00044780,"last":83744.3,"volume":3156.84782110,"vwap":84174.6,"#
            + #""low":83163.6,"high":85247.4,"change":-429.3,"change_pct":-0.51,"trades":135262,"#
            + #""timestamp":"2026-09-25T17:48:26.844359Z"}]}"#).utf8)

    func run(_ table: inout Table) throws {
        let data = Data(Self.ticker)
        let decoder = JSONDecoder()
        let decoding = try measure(rounds) {
            try timed { for _ in 0..<repeats { keep(try SpotFrame(Self.ticker)) } } / Double(repeats)
        } against: {
            try timed {
                for _ in 0..<repeats / 10 { keep(try decoder.decode(PlainFrame.self, from: data)) }
            } / Double(repeats / 10)
        }
        table.add(Line("wire: ticker frame", "ns", decoding, against: "ns Foundation", goal: 1.0 / 15))
        try book(&table)
    }

    /// Applying an update of two levels with its checksum, against the checksum's own bytes copied once.
    private func book(_ table: inout Table) throws {
        guard let symbol = Symbol("BTC/USD") else { return }
        func level(_ price: Int64, _ quantity: Int64) -> SpotLevel {
            SpotLevel(price: Price(raw: price * 1_000_000_000), quantity: SpotQuantity(raw: quantity))
        }
        var book = SpotBook(symbol: symbol, depth: 10, priceDecimals: 1, quantityDecimals: 8)
        let bids = (0..<10).map { level(837_442 - $0 * 3, 56_251_979 + $0) }
        let asks = (0..<10).map { level(837_443 + $0 * 3, 6_223_911 + $0) }
        try? book.apply(SpotBookUpdate(symbol: symbol, bids: bids, asks: asks, checksum: 0, time: nil), .snapshot)
        try book.apply(
            SpotBookUpdate(symbol: symbol, bids: bids, asks: asks, checksum: book.checksum, time: nil), .snapshot)
        func changed(_ quantity: Int64) throws -> SpotBookUpdate {
            var trial = book
            var update = SpotBookUpdate(
                symbol: symbol, bids: [level(837_439, quantity)], asks: [level(837_446, quantity)], checksum: 0,
                time: nil)
            try? trial.apply(update, .update)
            update.checksum = trial.checksum
            return update
        }
        let updates = try [changed(85_713_986), changed(17_911_426)]
        let applying = try measure(rounds) {
            try timed {
                for index in 0..<repeats { try book.apply(updates[index & 1], .update) }
            } / Double(repeats)
        } against: {
            try timed { for _ in 0..<repeats { keep(try SpotFrame(Self.ticker)) } } / Double(repeats)
        }
        table.add(Line("wire: book update with checksum", "ns", applying, against: "ns a ticker frame"))
    }

    /// The same fields for Foundation's decoder.
    private struct PlainFrame: Decodable {
        let channel: String
        let type: String
        let data: [Ticker]

        struct Ticker: Decodable {
            let symbol: String
            let bid: Double
            let bid_qty: Double
            let ask: Double
            let ask_qty: Double
            let last: Double
            let volume: Double
            let vwap: Double
            let low: Double
            let high: Double
            let change: Double
            let change_pct: Double
            let trades: Int
            let timestamp: String
        }
    }
}
