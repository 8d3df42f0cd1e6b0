public import Market
public import Venue

/// A contract as the derivatives side lists it: what the table of symbols needs of it.
public struct ListedContract: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Linear, margined in many currencies (`flexible_futures`).
        case linear
        case inverse
        case other
    }

    public var id: InstrumentID
    /// As listed: `BTC` today, `XBT` at times.
    public var base: String
    public var quote: String
    public var kind: Kind
    /// Nil marks a perpetual.
    public var lastTradingTime: Timestamp?

    public init(id: InstrumentID, base: String, quote: String, kind: Kind, lastTradingTime: Timestamp?) {
        self.id = id
        self.base = base
        self.quote = quote
        self.kind = kind
        self.lastTradingTime = lastTradingTime
    }
}

/// The exchange's own spellings of coins that the rest of the world names otherwise. The only place that knows them.
public enum CoinName {
    private static let spellings: [(exchange: String, common: String)] = [("XBT", "BTC"), ("XDG", "DOGE")]

    /// `BTC` for `XBT`; any other name stays.
    public static func common(_ name: String) -> String {
        spellings.first { $0.exchange == name }?.common ?? name
    }

    /// `XBT` for `BTC`; any other name stays.
    public static func exchange(_ name: String) -> String {
        spellings.first { $0.common == name }?.exchange ?? name
    }
}

/// The linear perpetual on each market, found by what contracts are and not by how they are called.
public struct PerpetualTable: Sendable {
    private var perpetuals: [SpotPair: InstrumentID] = [:]

    public init(_ contracts: [ListedContract]) throws(SymbolFault) {
        for contract in contracts where contract.kind == .linear && contract.lastTradingTime == nil {
            guard
                let pair = SpotPair(base: CoinName.common(contract.base), quote: CoinName.common(contract.quote))
            else { continue }
            if let other = perpetuals[pair] { throw .twoPerpetuals(pair, other, contract.id) }
            perpetuals[pair] = contract.id
        }
    }

    public subscript(pair: SpotPair) -> InstrumentID? { perpetuals[pair] }
}

/// Every name of every market, from the exchange's own lists: spot pairs, their REST and stream names, and the linear
/// perpetual on the same coin. Names are looked up here and nowhere taken apart.
public struct SymbolTable: Sendable {
    public struct Row: Hashable, Sendable {
        /// Common names: `BTC/USD`. The stream's v2 symbol is the same text, and REST requests accept it.
        public let pair: SpotPair
        /// The name in the AssetPairs list: `XXBTZUSD`.
        public let key: String
        /// The name in REST requests and archive files: `XBTUSD`.
        public let altname: String
        /// The name of WebSocket v1: `XBT/USD`.
        public let wsname: String
        public let priceDecimals: Int
        public let quantityDecimals: Int
        public let status: Open<SpotPairStatus>
        /// The linear perpetual; nil where none is listed.
        public let perpetual: InstrumentID?
    }

    /// In order of pair.
    public let rows: [Row]
    private let places: [String: Int]
    private let contractPlaces: [InstrumentID: Int]

    /// Pairs without a stream name, and those whose names are no `SpotPair`, cannot be traded here and are left out.
    public init(pairs: [SpotAssetPair], contracts: [ListedContract]) throws(SymbolFault) {
        let perpetuals = try PerpetualTable(contracts)
        var rows: [Row] = []
        for listed in pairs {
            guard let wsname = listed.wsname, let pair = Self.pair(ofStreamName: wsname) else { continue }
            rows.append(
                Row(
                    pair: pair, key: listed.key, altname: listed.altname, wsname: wsname,
                    priceDecimals: listed.priceDecimals, quantityDecimals: listed.quantityDecimals,
                    status: listed.status, perpetual: perpetuals[pair]))
        }
        rows.sort { ($0.pair, $0.key) < ($1.pair, $1.key) }
        var places: [String: Int] = [:]
        var contractPlaces: [InstrumentID: Int] = [:]
        for (place, row) in rows.enumerated() {
            for name in [row.pair.description, row.key, row.altname, row.wsname] {
                if let other = places[name], other != place { throw .ambiguous(name, rows[other].key, row.key) }
                places[name] = place
            }
            if let perpetual = row.perpetual { contractPlaces[perpetual] = place }
        }
        self.rows = rows
        self.places = places
        self.contractPlaces = contractPlaces
    }

    /// The market of any of its spot names: `BTC/USD`, `XBT/USD`, `XBTUSD`, `XXBTZUSD`.
    public subscript(name: String) -> Row? { places[name].map { rows[$0] } }

    public subscript(pair: SpotPair) -> Row? { self[pair.description] }

    /// The market that gives a perpetual its signals.
    public subscript(perpetual: InstrumentID) -> Row? { contractPlaces[perpetual].map { rows[$0] } }

    private static func pair(ofStreamName name: String) -> SpotPair? {
        let sides = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { return nil }
        return SpotPair(base: CoinName.common(sides[0]), quote: CoinName.common(sides[1]))
    }
}

/// Why the exchange's lists make no table.
public enum SymbolFault: Error, Hashable, Sendable, CustomStringConvertible {
    case twoPerpetuals(SpotPair, InstrumentID, InstrumentID)
    case ambiguous(String, String, String)

    public var description: String {
        switch self {
        case .twoPerpetuals(let pair, let a, let b):
            "the exchange lists two linear perpetuals on \(pair), \(a) and \(b): which one to trade is not known"
        case .ambiguous(let name, let a, let b):
            "the exchange lists two spot markets by the name \(name): \(a) and \(b)"
        }
    }
}

extension ListedContract {
    /// From the derivatives side's own list; nil where it does not say what the contract is on.
    public init?(_ entry: Derivatives.InstrumentEntry) {
        guard let base = entry.base, let quote = entry.quote else { return nil }
        let kind: Kind =
            switch entry.type {
            case .known(.linear): .linear
            case .known(.inverse): .inverse
            case .known(.vanilla), .known(.options), .known(.spotIndex), .unrecognised: .other
            }
        self.init(id: entry.symbol, base: base, quote: quote, kind: kind, lastTradingTime: entry.lastTradingTime)
    }
}
