import Market
import Research
import Strategy
import Trading
import Venue

extension BacktestResult {
    /// What the page's script draws from.
    var chartData: JSON {
        let charts = Dictionary(charts.map { ($0.trade, $0.candles) }, uniquingKeysWith: { first, _ in first })
        return .object([
            ("equity", equityData), ("trades", .array(trades.map { $0.chartData(candles: charts[$0.id]) })),
        ])
    }

    private var equityData: JSON {
        let kept = thinned(equity.count, to: 1600)
        let points = kept.map { equity[$0] }
        let hold = baselines.first { $0.kind == .buyAndHold && $0.curve.count == equity.count }
        return .object([
            ("initial", .number(initialEquity.double)), ("t", .array(points.map { .integer(Int($0.time.seconds)) })),
            ("equity", .array(points.map { .number(cents($0.equity.double)) })),
            ("drawdown", .array(points.map { .number(($0.drawdown.double * 1e5).rounded() / 1e5) })),
            ("hold", .array(hold.map { baseline in kept.map { .number(cents(baseline.curve[$0])) } } ?? [])),
        ])
    }

    /// Indices that keep the lowest and highest equity of each stretch, so that thinning hides no drawdown.
    private func thinned(_ count: Int, to wanted: Int) -> [Int] {
        guard count > wanted else { return Array(0..<count) }
        let stretches = wanted / 2
        var kept: [Int] = [0]
        for stretch in 0..<stretches {
            let range = (stretch * count / stretches)..<((stretch + 1) * count / stretches)
            let low = range.min { equity[$0].equity < equity[$1].equity } ?? range.lowerBound
            let high = range.max { equity[$0].equity < equity[$1].equity } ?? range.lowerBound
            for index in [min(low, high), max(low, high)] where index > (kept.last ?? -1) { kept.append(index) }
        }
        if kept.last != count - 1 { kept.append(count - 1) }
        return kept
    }
}

private func cents(_ value: Double) -> Double { (value * 100).rounded() / 100 }

extension Trade {
    fileprivate func chartData(candles: CandleSeries?) -> JSON {
        var zones: [JSON] = []
        var levels: [JSON] = []
        for drawing in drawings {
            switch drawing {
            case .zone(let label, let from, let low, let high):
                zones.append(.array([.string(label), .seconds(from), .number(low.double), .number(high.double)]))
            case .level(let label, let from, let price):
                levels.append(.array([.string(label), .seconds(from), .number(price.double)]))
            }
        }
        return .object([
            ("id", .integer(id.value)), ("symbol", .string(pair.description)), ("side", .string(side.description)),
            ("setup", .string(setup.rawValue)), ("opened", .seconds(openedAt)), ("closed", .seconds(closedAt)),
            ("quantity", .string(quantity.description)), ("entry", .number(entryPrice.double)),
            ("exit", .number(exitPrice.double)), ("stop", .number(initialStop.double)),
            ("reason", .string(exitReason.rawValue)), ("r", .number(rMultiple)), ("net", .number(net.double)),
            ("fees", .number(fees.double)), ("funding", .number(funding.double)), ("mae", .number(maeR)),
            ("mfe", .number(mfeR)), ("hold", .number(hold.hours)), ("naked", .number(naked.seconds)),
            ("zones", .array(zones)), ("levels", .array(levels)),
            ("targets", .array(targets.map { .number($0.double) })),
            ("stops", .array(stops.map { .array([.seconds($0.from), .number($0.price.double)]) })),
            (
                "legs",
                .array(
                    legs.map {
                        .array([
                            .seconds($0.time), .number($0.price.double), .string("\($0.role)"),
                            .string($0.quantity.description),
                        ])
                    })
            ),
            (
                "candles",
                .array(
                    (candles.map { Array($0) } ?? []).map { candle in
                        .array(
                            [.seconds(candle.openTime)]
                                + [candle.open, candle.high, candle.low, candle.close].map { .number($0.double) })
                    })
            ),
        ])
    }
}

extension JSON {
    fileprivate static func seconds(_ time: Timestamp) -> JSON { .integer(Int(time.seconds)) }
}
