public import Market
public import Risk

/// Why a backtest did not run, or must not be believed.
public enum BacktestError: Error, Hashable, Sendable, CustomStringConvertible {
    case noMarkets
    case duplicateMarket(SpotPair)
    /// The risk limits contradict each other.
    case limits(RiskParameterError)
    /// The market's candles are coarser than what the strategy reads.
    case tooCoarse(SpotPair, has: Timeframe, needs: Timeframe)
    /// The base timeframe does not divide what the strategy reads.
    case doesNotDivide(base: Timeframe, into: Timeframe)
    case nothingInSpan(start: Timestamp, end: Timestamp)
    /// Candles hold no spreads: the exchange must be told a share of the price.
    case spreadNotNamed
    /// Orders were sent while only history was being read.
    case tradedInWarmUp(at: Timestamp)
    /// The money does not add up: the run is void.
    case notConserved(what: String, expected: Money, found: Money)
    /// Positions could not be closed at the end of the data.
    case stillOpen(at: Timestamp)

    public var description: String {
        switch self {
        case .noMarkets: "no market to trade"
        case .duplicateMarket(let pair): "\(pair) is there twice"
        case .limits(let error): error.description
        case .tooCoarse(let pair, let has, let needs):
            "\(pair): the strategy reads \(needs) candles and the data has \(has): use finer candles"
        case .doesNotDivide(let base, let timeframe): "\(timeframe) candles cannot be built from \(base) candles"
        case .nothingInSpan(let start, let end): "no candles between \(start) and \(end)"
        case .spreadNotNamed: "the half spread must be given as a share of the price: candles do not hold it"
        case .tradedInWarmUp(let time): "an order was sent at \(time), before the start"
        case .notConserved(let what, let expected, let found):
            "the books do not balance: \(what) should be \(expected) and is \(found); the result is void"
        case .stillOpen(let time): "positions stayed open after the end of the data at \(time)"
        }
    }
}
