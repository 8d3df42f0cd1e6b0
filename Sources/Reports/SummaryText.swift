import Market
public import Research
import Strategy
import Trading

extension BacktestResult {
    /// The files of an output folder.
    public var files: [(name: String, content: String)] {
        [
            ("summary.json", summary.pretty), ("trades.csv", tradesCSV), ("equity.csv", equityCSV),
            ("decisions.jsonl", decisionLines), ("report.html", reportPage),
        ]
    }

    /// The result for a terminal.
    public var text: String {
        let marks = isSynthetic ? "   SYNTHETIC DATA: says nothing about what a strategy earns" : ""
        var lines = [
            "", "\(strategy), \(Shown.day(start)) to \(Shown.day(end)), \(bars) bars, path \(pathModel)\(marks)", "",
        ]
        lines += rows(figures)
        lines += safetyLines
        lines += ["", "data"]
        for source in data {
            let kind = source.isSynthetic ? "synthetic" : source.isModelled ? "modelled" : "recorded"
            let bars = source.timeframe.map { " \($0)" } ?? ""
            lines.append(
                "  \(padded(source.pair.description, 9)) \(padded(source.kind.rawValue + bars, 14)) \(padded(kind, 9)) "
                    + "\(source.source)\(source.note.isEmpty ? "" : " (\(source.note))")")
        }
        if !rejections.isEmpty {
            lines += ["", "why \(decisions.count - trades.count) candidates were not traded"]
            lines += rejections.prefix(8).map { "  \(padded(String($0.count), 7)) \($0.reason)" }
        }
        if let shortHistory { lines += ["", shortHistory] }
        lines += gateLines
        for part in [metrics.bySymbol, metrics.bySetup] where part.count > 1 {
            lines.append("")
            lines += part.map { row in
                "  \(padded(row.name, 12)) \(padded("\(row.trades) trades", 12)) "
                    + "\(padded(Shown.number(row.expectancyR, 3, signed: true) + " R", 10)) net \(Shown.money(row.net, signed: true))"
            }
        }
        if let interval = confidence.expectancyR, interval.contains(0) {
            lines += ["", "No edge shown: the 95 % interval of the expectancy holds zero."]
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// That the strategy had not seen enough to judge its first candidates; nil when it had from the start.
    var shortHistory: String? {
        let early = decisions.filter { $0.verdict == .refused(.strategy, reason: SignalRule.warmedUp.rawValue) }
        guard let last = early.map(\.time).max() else { return nil }
        return
            "History was too short for \(early.count) candidates, the last on \(Shown.day(last)): they could not be judged. "
            + "Start later, or give earlier data."
    }

    /// Gates that the run says nothing about, a few names a line.
    private var gateLines: [String] {
        let shares = GateShare.all(in: decisions)
        return GateShare.Flag.allCases.reversed().flatMap { flag -> [String] in
            let names = shares.filter { $0.flag == flag }.map { "\($0.stage.rawValue).\($0.name)" }
            guard !names.isEmpty else { return [] }
            let lines = stride(from: 0, to: names.count, by: 4).map { first in
                "  " + names[first..<min(first + 4, names.count)].joined(separator: ", ")
            }
            return ["", "gates that \(flag.words)"] + lines
        }
    }

    /// Halts in full; of what was only noted, how often.
    private var safetyLines: [String] {
        guard !safety.isEmpty else { return [] }
        let halts = safety.filter { $0.state != .ready }
        var lines = ["", "safety"]
        lines += halts.prefix(8).map { "  \(Shown.minute($0.time))  \($0.state.name)  \($0.detail)" }
        if halts.count > 8 { lines.append("  and \(halts.count - 8) more while halted") }
        if halts.count < safety.count {
            lines.append("  \(safety.count - halts.count) warnings and notes while entries were allowed")
        }
        if let halt {
            lines.append(
                "  HALTED: nothing was opened after \(Shown.minute(halt.time)); a backtest has no operator to release it"
            )
        }
        return lines
    }

    /// Several results in columns.
    public static func sideBySide(_ results: [(name: String, result: BacktestResult)]) -> String {
        var lines = ["", padded("", 22) + results.map { padded($0.name, 26) }.joined()]
        let columns = results.map(\.result.figures)
        for (index, figure) in (columns.first ?? []).enumerated() {
            lines.append(padded(figure.0, 22) + columns.map { padded($0[index].1, 26) }.joined())
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private var figures: [(String, String)] {
        let hold = baselines.first { $0.kind == .buyAndHold }
        let random = baselines.first { $0.kind == .randomEntry }
        func interval(_ interval: ClosedRange<Double>?) -> String {
            interval.map {
                "  [\(Shown.number($0.lowerBound, 2, signed: true)), \(Shown.number($0.upperBound, 2, signed: true))]"
            } ?? ""
        }
        return [
            ("equity", "\(Shown.money(initialEquity)) -> \(Shown.money(finalEquity))"),
            (
                "net profit",
                "\(Shown.money(netProfit, signed: true)) (\(Shown.percent(netProfit.ratio(to: initialEquity)?.double, 2, signed: true)))"
            ), ("trades", "\(metrics.trades), \(Shown.percent(metrics.winRate)) won"),
            (
                "expectancy",
                "\(Shown.number(metrics.expectancyR, 3, signed: true)) R\(interval(confidence.expectancyR))"
            ),
            ("profit factor", Shown.number(metrics.profitFactor)),
            ("sharpe", "\(Shown.number(metrics.sharpe))\(interval(confidence.sharpe))"),
            ("sortino / calmar", "\(Shown.number(metrics.sortino)) / \(Shown.number(metrics.calmar))"),
            (
                "max drawdown",
                "\(Shown.percent(metrics.maxDrawdown, 2)), \(Shown.number(metrics.maxDrawdownDays, 0)) days"
            ), ("fees / funding", "\(Shown.money(-fees)) / \(Shown.money(funding, signed: true))"),
            ("exposure", "\(Shown.percent(metrics.exposure)), \(Shown.number(metrics.averageHoldHours, 1)) h a trade"),
            (
                "without full stop",
                "\(Shown.number(nakedSeconds.total, 1)) s in all, \(Shown.number(nakedSeconds.longest)) s in the worst trade"
            ),
            ("effective leverage", "at most \(Shown.number(maxEffectiveLeverage.double))x"),
            ("liquidation distance", "at least \(Shown.percent(minLiquidationDistance?.double))"),
            (
                "buy and hold",
                "\(Shown.percent(hold?.totalReturn, 1, signed: true)), drawdown \(Shown.percent(hold?.maxDrawdown))"
            ),
            (
                "random entry",
                "\(Shown.percent(random?.totalReturn, 1, signed: true)), \(Shown.number(random?.expectancyR, 3, signed: true)) R"
            ), ("signals", "\(signals) of \(decisions.count) candidates"), ("config", configHash),
            ("journal", journalHash),
        ]
    }

    /// How long trades stood without an acknowledged stop for all of them.
    var nakedSeconds: (total: Double, longest: Double) {
        (trades.reduce(0) { $0 + $1.naked.seconds }, trades.map(\.naked.seconds).max() ?? 0)
    }

    private func rows(_ figures: [(String, String)]) -> [String] { figures.map { "  \(padded($0.0, 20)) \($0.1)" } }
}

/// `text` with blanks up to `width`.
private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
