public import Market

/// What a data file's name says: `<pair><venue?>_<kind>_<timeframe>*.csv[.gz]`, as in
/// `btcusdt_binance_perp_mark_1h_2019-2023.csv.gz`.
public struct DataFileName: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case spot
        case perpetual = "perp"
        case mark = "perp_mark"
        case funding
    }

    /// With dollar stablecoins read as dollars.
    public let pair: SpotPair
    /// The quote as written: `USD`, `USDT`, `USDC`.
    public let quote: String
    public let venue: String?
    public let kind: Kind
    /// Nil when the name has none.
    public let timeframe: Timeframe?

    /// Nil when the name says nothing that is known.
    public init?(path: String) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let lower = file.lowercased()
        guard let stem = [".csv.gz", ".csv"].first(where: lower.hasSuffix).map({ String(lower.dropLast($0.count)) })
        else { return nil }
        let words = stem.split(separator: "_").map(String.init)
        guard let first = words.first, let quote = ["usdt", "usdc", "usd"].first(where: first.hasSuffix),
            let kindAt = words.dropFirst().firstIndex(where: { $0 == "spot" || $0 == "perp" || $0 == "funding" })
        else { return nil }
        var base = String(first.dropLast(quote.count)).uppercased()
        if base == "XBT" { base = "BTC" }
        guard let pair = SpotPair(base: base, quote: "USD") else { return nil }
        var rest = words[(kindAt + 1)...]
        switch words[kindAt] {
        case "spot": kind = .spot
        case "funding": kind = .funding
        case _ where rest.first == "mark":
            kind = .mark
            rest = rest.dropFirst()
        default: kind = .perpetual
        }
        self.pair = pair
        self.quote = quote.uppercased()
        venue = kindAt > 1 ? words[1..<kindAt].joined(separator: "_") : nil
        timeframe = rest.first.flatMap { Timeframe(name: $0) }
    }
}
