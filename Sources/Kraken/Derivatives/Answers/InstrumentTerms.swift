public import Market
public import Venue

extension Derivatives {
    /// Why a listed contract is none that we can trade.
    public enum Untradeable: Error, Hashable, Sendable {
        case notLinear(Open<InstrumentType>)
        /// It expires then.
        case dated(Timestamp)
        case expired
        /// Closed for trading by the exchange.
        case closed
        /// Quoted in another currency than the dollar.
        case quotedIn(String)
        /// The exchange does not say.
        case missing(String)
        /// It says something that has no meaning for us.
        case unusable(String, why: String)
    }
}

extension Derivatives.InstrumentEntry {
    /// The terms of this contract for the core, with the fees of the account. `levels` are margin levels to take instead
    /// of the entry's own, for an account of another class or entity.
    public func terms(
        fees: FeeSchedule, levels: [MarginLevel]? = nil
    ) throws(Derivatives.Untradeable) -> Instrument {
        guard type == .known(.linear) else { throw .notLinear(type) }
        if let lastTradingTime { throw .dated(lastTradingTime) }
        if isExpired { throw .expired }
        guard isTradeable else { throw .closed }
        guard contractSize.map({ $0 == Quantity(1) }) ?? true else {
            throw .unusable("contractSize", why: "a linear contract is one coin")
        }
        guard let tick else { throw .missing("tickSize") }
        guard tick.isPositive else { throw .unusable("tickSize", why: "not above zero") }
        let lot = try lot()
        guard let maximumPosition else { throw .missing("maxPositionSize") }
        guard maximumPosition >= lot else { throw .unusable("maxPositionSize", why: "less than one lot") }
        guard let fundingCap else { throw .missing("maxRelativeFundingRate") }
        guard fundingCap.isPositive else { throw .unusable("maxRelativeFundingRate", why: "not above zero") }
        return Instrument(
            id: symbol, pair: try spotPair(), tick: tick, lot: lot, minimum: lot, maximumPosition: maximumPosition,
            margin: try schedule(levels ?? marginLevels), fees: fees, fundingCap: fundingCap)
    }

    /// The spot market with the same coin and currency, in the common names.
    private func spotPair() throws(Derivatives.Untradeable) -> SpotPair {
        let sides = pair?.split(separator: ":").map(String.init) ?? []
        guard let base = base ?? sides.first else { throw .missing("base") }
        guard let quote = quote ?? (sides.count == 2 ? sides.last : nil) else { throw .missing("quote") }
        guard quote == "USD" else { throw .quotedIn(quote) }
        guard let pair = SpotPair(base: Self.commonNames[base] ?? base, quote: quote) else {
            throw .unusable("base", why: "not the name of a coin")
        }
        return pair
    }

    /// Coins that the exchange names otherwise than everybody else.
    private static let commonNames = ["XBT": "BTC", "XDG": "DOGE"]

    private func lot() throws(Derivatives.Untradeable) -> Quantity {
        guard let sizePrecision else { throw .missing("contractValueTradePrecision") }
        // Quantities have six decimals and reach to 10¹².
        guard (-12...Int64(Quantity.decimals)).contains(sizePrecision) else {
            throw .unusable("contractValueTradePrecision", why: "\(sizePrecision) is finer or coarser than a quantity")
        }
        var raw: Int64 = 1
        for _ in 0..<(Int64(Quantity.decimals) - sizePrecision) { raw *= 10 }
        return Quantity(raw: raw)
    }

    private func schedule(_ levels: [MarginLevel]) throws(Derivatives.Untradeable) -> MarginSchedule {
        guard !levels.isEmpty else { throw .missing("marginLevels") }
        var brackets: [MarginSchedule.Level] = []
        for level in levels {
            guard let notional = level.notional else { throw .missing("marginLevels.numNonContractUnits") }
            brackets.append(.init(notional: notional, initial: level.initial, maintenance: level.maintenance))
        }
        guard let schedule = MarginSchedule(levels: brackets) else {
            throw .unusable(
                "marginLevels", why: "they do not start at zero and rise with 0 < maintenance <= initial <= 1")
        }
        return schedule
    }
}

extension Derivatives.Untradeable: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notLinear(let type): "not a linear contract but \(type)"
        case .dated(let end): "not a perpetual: it ends \(end)"
        case .expired: "expired"
        case .closed: "closed for trading"
        case .quotedIn(let currency): "quoted in \(currency), not in US dollars"
        case .missing(let field): "the exchange's entry has no '\(field)'"
        case .unusable(let field, let why): "'\(field)' of the exchange's entry: \(why)"
        }
    }
}
