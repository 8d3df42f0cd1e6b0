public import Market
import Strategy

/// What happened before the trader was there.
extension Trader {
    /// When something is due that no other event brings about: a `clock` event is wanted then.
    public var nextDeadline: Timestamp { deadline }

    mutating func forgetCandles(of pair: SpotPair) {
        guard let index = market(of: pair) else { return }
        markets[index].forgetCandles()
    }

    /// Shows a candle of the past to the strategy. Nothing is decided from it; levels are kept.
    mutating func remember(_ candle: Candle, _ timeframe: Timeframe, of pair: SpotPair) {
        guard let index = market(of: pair) else { return }
        if timeframe == markets[index].base { correlations?.observe(candle, of: index) }
        markets[index].remember(candle, timeframe, at: now, into: &findings)
        for finding in findings {
            switch finding {
            case .guidance(let guidance): markets[index].observe(guidance)
            case .signal, .declined, .withdrawn, .premiseBroken: break
            }
        }
        findings.removeAll(keepingCapacity: true)
    }
}
