import Market
import Strategy
import Trading

/// Cuts out the candles around each trade, in the decision timeframe.
struct TradeCharts {
    /// Trades with charts; of more, the last ones have them.
    static let limit = 1_000

    private let margin: Int64
    private let longest: Int

    init(_ configuration: BacktestConfiguration) {
        margin = Int64(configuration.chartMargin)
        longest = configuration.chartLimit
    }

    func charts(_ trades: [Trade], _ markets: [MarketHistory], _ strategies: [any Strategy]) -> [TradeChart] {
        trades.suffix(Self.limit).compactMap { trade in
            guard let place = markets.firstIndex(where: { $0.pair == trade.pair }) else { return nil }
            return chart(trade, markets[place].spot.candles, strategies[place].decisionTimeframe)
        }
    }

    /// From the margin before the decision, or the structures that it was made from if they are older (at most four
    /// margins), to the margin after the close.
    private func chart(_ trade: Trade, _ candles: CandleSeries, _ timeframe: Timeframe) -> TradeChart {
        let usual = trade.decidedAt - timeframe.interval * margin
        let earliest = trade.decidedAt - timeframe.interval * (4 * margin)
        var from = usual
        for drawing in trade.drawings { from = min(from, drawing.from - timeframe.interval * 5) }
        let until = timeframe.start(of: trade.closedAt) + timeframe.interval * (margin + 1)
        let part = candles.slice(from: timeframe.start(of: max(from, earliest)), until: until)
        return TradeChart(trade: trade.id, candles: part.resampled(to: timeframe).prefix(longest))
    }
}

extension Drawing {
    var from: Timestamp {
        switch self {
        case .zone(_, let from, _, _): from
        case .level(_, let from, _): from
        }
    }
}
