public import Market
import Risk
public import Venue

/// What a trader at rest needs not be told one by one.
public struct Rest: Hashable, Sendable {
    /// Prices whose basis, as a fraction of the index, stays within this; nil: all prices.
    public let basis: Rate?
    /// Only before this instant.
    public let until: Timestamp

    public init(basis: Rate?, until: Timestamp) {
        self.basis = basis
        self.until = until
    }
}

/// Being at rest: nothing is held or under way, and the account is the one that was last held against the limits.
///
/// The law: of the ticks of one funding hour within `Rest.basis`, and of reports of that account, only the last leaves a
/// trace, because each replaces the one before and moves neither guard nor ledger. And a strategy sees neither. So of
/// many bars all candles must be shown, with `look`, but ticks and reports of the last bar only: before `decide`.
extension Trader {
    /// Nil when not at rest with `report`, which must be that of an account that holds nothing.
    public func rest(with report: AccountReport) -> Rest? {
        guard assessedFlat == report.equity, findings.isEmpty, !watches.contains(where: \.isBusy) else { return nil }
        for index in markets.indices where !markets[index].truth.isKnown || markets[index].basis.state != .normal {
            return nil
        }
        return Rest(
            basis: planner.parameters.basis?.enter, until: min(deadline, ledger.steadyUntil(report.equity)))
    }

    /// The first half of `candleClosed`: shows the candle to the strategy. True when something was found: then `decide`
    /// must follow before anything else is shown. It does not move the trader's now.
    public mutating func look(_ candle: Candle, of pair: SpotPair, at received: Timestamp) -> Bool {
        guard let index = market(of: pair) else { return false }
        correlations?.observe(candle, of: index)
        markets[index].observe(candle, at: received, into: &findings)
        return !findings.isEmpty
    }

    /// `look` at the candles `range` of `series` in a row, each at its close, up to the first in which something was found:
    /// its place.
    public mutating func look(_ series: CandleSeries, _ range: Range<Int>, of pair: SpotPair) -> Int? {
        guard let index = market(of: pair) else { return nil }
        if correlations == nil { return markets[index].observe(series, range, into: &findings) }
        return range.first { look(series[$0], of: pair, at: series.openTimes[$0] + series.timeframe.interval) }
    }

    /// The second half of `candleClosed`: acts on what was found in the candle that was shown last.
    public mutating func decide(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome
    ) {
        advance(to: received)
        if let index = market(of: pair), !findings.isEmpty { act(on: index, into: &outcome) }
        actIfDue(into: &outcome)
    }
}
