import Market
public import Research
import Strategy
import Trading

extension BacktestResult {
    /// The content of `summary.json`.
    public var summary: JSON {
        .object(
            head + performance + [
                ("signals", .integer(signals)), ("rejections", .counts(rejections)), ("abandoned", .counts(abandoned)),
                ("gates", .array(GateShare.all(in: decisions).map(\.json))),
                ("safety", .array(safety.map(\.json))),
                ("by_symbol", .breakdown(metrics.bySymbol)), ("by_setup", .breakdown(metrics.bySetup)),
                ("by_side", .breakdown(metrics.bySide)), ("by_month", .array(metrics.byMonth.map(\.json))),
                ("baselines", .object(baselines.map { ($0.kind.rawValue, $0.json) })),
                (
                    "confidence",
                    .object([
                        ("level", .number(0.95)), ("expectancy_r", .interval(confidence.expectancyR)),
                        ("sharpe", .interval(confidence.sharpe)),
                    ])
                ), ("journal_hash", .string(journalHash)),
            ])
    }

    private var head: [(String, JSON)] {
        [
            ("schema", .string("trident.backtest/1")), ("config_hash", .string(configHash)),
            ("strategy", .string(strategy)), ("path_model", .string(pathModel)), ("synthetic", .bool(isSynthetic)),
            ("data", .array(data.map(\.json))),
            ("span", .object([("start", .time(start)), ("end", .time(end)), ("bars", .integer(bars))])),
            ("initial_equity", .exact(initialEquity)), ("final_equity", .exact(finalEquity)),
            ("net_profit", .exact(netProfit)), ("fees", .exact(fees)), ("funding", .exact(funding)),
            ("slippage", .exact(slippage)),
        ]
    }

    private var performance: [(String, JSON)] {
        [
            ("trades", .integer(metrics.trades)), ("wins", .integer(metrics.wins)),
            ("losses", .integer(metrics.losses)), ("win_rate", .number(metrics.winRate)),
            ("profit_factor", .number(metrics.profitFactor)), ("expectancy_r", .number(metrics.expectancyR)),
            ("sharpe", .number(metrics.sharpe)), ("sortino", .number(metrics.sortino)),
            ("calmar", .number(metrics.calmar)), ("max_drawdown", .number(metrics.maxDrawdown)),
            ("max_drawdown_days", .number(metrics.maxDrawdownDays)), ("cagr", .number(metrics.cagr)),
            ("exposure", .number(metrics.exposure)), ("average_hold_hours", .number(metrics.averageHoldHours)),
            ("longest_loss_streak", .integer(metrics.longestLossStreak)), ("liquidations", .integer(liquidations)),
            ("min_liquidation_distance", .ratio(minLiquidationDistance)),
            ("max_effective_leverage", .ratio(maxEffectiveLeverage)),
        ]
    }
}

extension JSON {
    static func counts(_ counts: [CountedReason]) -> JSON {
        .object(counts.map { ($0.reason, .integer($0.count)) })
    }

    static func breakdown(_ parts: [Breakdown]) -> JSON {
        .object(
            parts.map { part in
                (
                    part.name,
                    .object([
                        ("trades", .integer(part.trades)), ("wins", .integer(part.wins)), ("net", .exact(part.net)),
                        ("expectancy_r", .number(part.expectancyR)), ("profit_factor", .number(part.profitFactor)),
                    ])
                )
            })
    }

    static func interval(_ interval: ClosedRange<Double>?) -> JSON {
        interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }
}

extension GateShare {
    var json: JSON {
        .object([
            ("stage", .string(stage.rawValue)), ("name", .string(name)), ("reached", .integer(reached)),
            ("removed", .integer(removed)), ("share", .number(share)),
            ("flag", flag.map { .string($0.rawValue) } ?? .null),
        ])
    }
}

extension SafetyChange {
    var json: JSON {
        .object([("time", .time(time)), ("state", .string(state.name)), ("detail", .string(detail))])
    }
}

extension MonthlyResult {
    /// `2024-01`.
    var name: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    var json: JSON {
        .object([
            ("month", .string(name)), ("return", .number(change)), ("net", .exact(net)), ("trades", .integer(trades)),
        ])
    }
}

extension DataSource {
    var json: JSON {
        .object([
            ("symbol", .string(pair.description)), ("kind", .string(kind.rawValue)), ("source", .string(source)),
            ("timeframe", timeframe.map { .string($0.name) } ?? .null), ("first", .time(first)), ("last", .time(last)),
            ("rows", .integer(rows)), ("gaps", .integer(gaps)), ("synthetic", .bool(isSynthetic)),
            ("modelled", .bool(isModelled)), ("note", .string(note)),
        ])
    }
}

extension Baseline {
    var json: JSON {
        .object([
            ("return", .number(totalReturn)), ("max_drawdown", .number(maxDrawdown)), ("sharpe", .number(sharpe)),
            ("expectancy_r", .number(expectancyR)), ("share_at_least_as_good", .number(shareAtLeastAsGood)),
            ("runs", .integer(runs)),
        ])
    }
}
