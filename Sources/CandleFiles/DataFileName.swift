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

    /// Why a name says nothing, and what would.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notATable
        case noKind
        case kindFirst
        case noDollarPair(String)
        case timeframe(String)

        public var description: String {
            switch self {
            case .notATable: "not a .csv or .csv.gz file"
            case .noKind: "the name has no part spot, perp, perp_mark or funding, as in btcusd_spot_15m.csv"
            case .kindFirst: "the name does not begin with a pair, as in btcusd_spot_15m.csv"
            case .noDollarPair(let word): "'\(word)' is no pair in USD, USDT or USDC, such as btcusd"
            case .timeframe(let word):
                "'\(word)' is no timeframe; known are " + Timeframe.allCases.map(\.name).joined(separator: ", ")
            }
        }
    }

    /// Nil when the name says nothing that is known.
    public init?(path: String) {
        do {
            try self.init(recognising: path)
        } catch {
            return nil
        }
    }

    public init(recognising path: String) throws(Problem) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let lower = file.lowercased()
        guard let stem = [".csv.gz", ".csv"].first(where: lower.hasSuffix).map({ String(lower.dropLast($0.count)) })
        else { throw .notATable }
        let words = stem.split(separator: "_").map(String.init)
        guard let kindAt = words.firstIndex(where: { $0 == "spot" || $0 == "perp" || $0 == "funding" }) else {
            throw .noKind
        }
        guard let first = words.first, kindAt > 0 else { throw .kindFirst }
        guard let quote = ["usdt", "usdc", "usd"].first(where: first.hasSuffix) else { throw .noDollarPair(first) }
        var base = String(first.dropLast(quote.count)).uppercased()
        if base == "XBT" { base = "BTC" }
        guard let pair = SpotPair(base: base, quote: "USD") else { throw .noDollarPair(first) }
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
        let word = rest.first
        timeframe = word.flatMap { Timeframe(name: $0) }
        // A word that looks like a timeframe and is none must not be read as one that the rows then contradict.
        if timeframe == nil, kind != .funding, let word, word.wholeMatch(of: /[0-9]+(m|min|h|d|w)/) != nil {
            throw .timeframe(word)
        }
    }
}
