import Market

/// What Kraken calls one coin pair and its perpetual, on each surface.
struct Names: Hashable, Sendable {
    /// `PF_XBTUSD`
    let contract: String
    /// `BTC/USD`, as Spot WebSocket v2 says it.
    let symbol: String
    /// `BTC`
    let base: String
    let quote: String
    /// `BTC:USD`, in tickers and instruments of REST.
    let contractPair: String
    /// `XBT:USD`, in tickers of WebSocket v1.
    let legacyPair: String
    /// `in_xbtusd`
    let index: String
    /// `XXBTZUSD`, the key of answers of Spot REST.
    let spotKey: String
    /// `XBTUSD`
    let alternative: String
    /// `XBT/USD`, which WebSocket v2 refuses.
    let legacySymbol: String
    let baseAsset: String
    let quoteAsset: String
    /// Decimals of the spot price.
    let priceDecimals: Int

    init(contract: String, pair: SpotPair, fallbackDecimals: Int) {
        self.contract = contract
        symbol = pair.description
        base = pair.base
        quote = pair.quote
        let old = Self.oldName(pair.base)
        contractPair = "\(base):\(quote)"
        legacyPair = "\(old == "XBT" ? old : base):\(quote)"
        index = "in_\(old == "XBT" ? "xbt" : base.lowercased())\(quote.lowercased())"
        baseAsset = Self.asset(old)
        quoteAsset = quote == "USD" || quote == "EUR" ? "Z" + quote : quote
        alternative = old + quote
        spotKey = baseAsset.count == 4 ? baseAsset + quoteAsset : alternative
        legacySymbol = "\(old)/\(quote)"
        priceDecimals = Self.knownDecimals(pair.description) ?? fallbackDecimals
    }

    /// Whether a Spot REST request that names `text` means this pair.
    func isSpot(_ text: String) -> Bool {
        text == symbol || text == alternative || text == spotKey || text == legacySymbol || text == base + quote
    }

    private static func oldName(_ coin: String) -> String {
        switch coin {
        case "BTC": "XBT"
        case "DOGE": "XDG"
        default: coin
        }
    }

    private static func asset(_ old: String) -> String {
        switch old {
        case "XBT", "ETH", "XRP", "LTC", "XLM", "ETC", "XMR", "ZEC", "REP": "X" + old
        case "XDG": "XXDG"
        default: old
        }
    }

    private static func knownDecimals(_ symbol: String) -> Int? {
        switch symbol {
        case "BTC/USD": 1
        case "ETH/USD", "SOL/USD": 2
        case "DOGE/USD": 7
        default: nil
        }
    }
}
