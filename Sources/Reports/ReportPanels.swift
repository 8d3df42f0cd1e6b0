import Market
import Research
import Strategy
import Trading

extension BacktestResult {
    var distributionPanels: String {
        "<div class=\"columns\">"
            + panel(
                "Results in R", "<div class=\"chart\" id=\"r-chart\"></div>",
                note: "One R is what the trade stood to lose at its first stop, before costs.")
            + panel(
                "From candidate to trade", funnel, note: "Every candidate ends as a trade or with one named reason.")
            + "</div>\n" + gatesPanel
    }

    private var gatesPanel: String {
        let rows = GateShare.all(in: decisions).map { gate in
            [
                escaped(Shown.words("\(gate.stage.rawValue): \(gate.name)")), "\(gate.reached)", "\(gate.removed)",
                Shown.percent(gate.share), escaped(Shown.words(gate.flag?.rawValue ?? "")),
            ]
        }
        guard !rows.isEmpty else { return "" }
        return panel(
            "What each gate removed", table(["gate", "reached", "removed", "share", ""], rows),
            note: "Of the candidates that passed every gate before it. A gate that removed nothing, or everything, is "
                + "marked: this run does not show that it works, or tried nothing behind it.", id: "gates")
    }

    private var funnel: String {
        let filled = trades.count
        let all = max(1, decisions.count)
        var rows = [
            bar("candidates", decisions.count, of: all, refused: false),
            bar("signals", signals, of: all, refused: false),
        ]
        for rejection in rejections { rows.append(bar(rejection.reason, rejection.count, of: all, refused: true)) }
        for reason in abandoned { rows.append(bar("entry: \(reason.reason)", reason.count, of: all, refused: true)) }
        rows.append(bar("trades", filled, of: all, refused: false))
        return rows.joined(separator: "\n")
    }

    private func bar(_ name: String, _ count: Int, of all: Int, refused: Bool) -> String {
        let width = Shown.number(100 * Double(count) / Double(all), 1)
        return
            "<div class=\"bar\(refused ? " refused" : "")\"><span class=\"what\">\(escaped(Shown.words(name).replacing(".", with: ": ")))</span>"
            + "<div class=\"track\"><div class=\"fill\" style=\"width:\(width)%\"></div></div><span>\(count)</span></div>"
    }

    var monthsPanel: String {
        let years = Set(metrics.byMonth.map(\.year)).sorted()
        guard !years.isEmpty else { return "" }
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let rows = years.map { year in
            var total = 1.0
            let cells = (1...12).map { month -> String in
                guard let result = metrics.byMonth.first(where: { $0.year == year && $0.month == month }) else {
                    return "<td></td>"
                }
                total *= 1 + result.change
                return monthCell(
                    result.change, hint: "\(result.trades) trades, net \(Shown.money(result.net, signed: true))")
            }
            return "<tr><td>\(year)</td>\(cells.joined())\(monthCell(total - 1, hint: "the year"))</tr>"
        }
        let head = ([""] + names + ["Year"]).map { "<th>\($0)</th>" }.joined()
        return panel(
            "Months",
            "<div class=\"scroll\"><table class=\"months\"><thead><tr>\(head)</tr></thead><tbody>"
                + rows.joined(separator: "\n") + "</tbody></table></div>", note: "Change of equity in per cent.")
    }

    private func monthCell(_ change: Double, hint: String) -> String {
        // Five per cent is full colour.
        let strength = Int(min(1, change.magnitude / 0.05) * 60)
        let colour = change >= 0 ? "--gain" : "--loss"
        let ground =
            strength == 0 ? "" : " style=\"background:color-mix(in srgb, var(\(colour)) \(strength)%, transparent)\""
        return "<td title=\"\(escaped(hint))\"\(ground)>\(Shown.number(change * 100, 1, signed: true))</td>"
    }

    var breakdownPanels: String {
        let groups = [("Markets", metrics.bySymbol), ("Setups", metrics.bySetup), ("Sides", metrics.bySide)]
        let parts = groups.filter { !$0.1.isEmpty }.map { name, rows in panel(name, breakdown(rows)) }
        return "<div class=\"columns\">" + parts.joined() + baselinesPanel + "</div>\n"
    }

    private func breakdown(_ rows: [Breakdown]) -> String {
        table(
            ["", "trades", "won", "expectancy", "profit factor", "net"],
            rows.map { row in
                [
                    escaped(row.name), "\(row.trades)",
                    Shown.percent(row.trades > 0 ? Double(row.wins) / Double(row.trades) : nil, 0),
                    Shown.number(row.expectancyR, 2, signed: true) + " R", Shown.number(row.profitFactor),
                    "<span class=\"\(Shown.tone(row.net.double))\">\(Shown.money(row.net, signed: true))</span>",
                ]
            })
    }

    private var baselinesPanel: String {
        guard !baselines.isEmpty else { return "" }
        let ours = [
            "this run", Shown.percent(netProfit.ratio(to: initialEquity)?.double, 1, signed: true),
            Shown.percent(metrics.maxDrawdown), Shown.number(metrics.sharpe),
            Shown.number(metrics.expectancyR, 2, signed: true),
        ]
        let others = baselines.map { baseline in
            [
                Shown.words(baseline.kind.rawValue) + (baseline.runs > 1 ? " (mean of \(baseline.runs))" : ""),
                Shown.percent(baseline.totalReturn, 1, signed: true), Shown.percent(baseline.maxDrawdown),
                Shown.number(baseline.sharpe), Shown.number(baseline.expectancyR, 2, signed: true),
            ]
        }
        let luck = baselines.compactMap(\.shareAtLeastAsGood).first.map {
            "\(Shown.percent($0, 0)) of the random runs did at least as well."
        }
        return panel(
            "Against doing without", table(["", "return", "drawdown", "Sharpe", "R"], [ours] + others), note: luck ?? ""
        )
    }

    var tradePanel: String {
        panel(
            "<span id=\"trade-title\">Trade</span>",
            "<div class=\"controls\"><button type=\"button\" id=\"trade-before\">Previous</button>"
                + "<button type=\"button\" id=\"trade-after\">Next</button></div>"
                + "<div class=\"legend\"><span><i style=\"background:var(--zone-line)\"></i>zone</span>"
                + "<span><i style=\"background:var(--loss)\"></i>stop</span>"
                + "<span><i style=\"background:var(--gain)\"></i>target</span><span>▲ buys ▼ sells</span></div>"
                + "<div class=\"chart\" id=\"trade-chart\"></div><div class=\"facts\" id=\"trade-facts\"></div>",
            note: "Candles are spot, fills, stop and targets are the perpetual's: they differ by the basis.",
            id: "trade")
    }

    var tradesPanel: String {
        let heads = [
            ("id", "#"), ("symbol", "market"), ("side", "side"), ("setup", "setup"), ("opened", "opened"),
            ("hold", "hours"),
            ("entry", "entry"), ("exit", "exit"), ("reason", "exit by"), ("r", "R"), ("net", "net"),
        ].map { "<th data-key=\"\($0)\">\($1)</th>" }.joined()
        let rows = trades.enumerated().map { index, trade in
            "<tr data-index=\"\(index)\" tabindex=\"0\"><td>\(trade.id)</td><td>\(trade.pair)</td><td>\(trade.side)</td>"
                + "<td>\(escaped(trade.setup.rawValue))</td><td>\(Shown.minute(trade.openedAt))</td>"
                + "<td>\(Shown.number(trade.hold.hours, 1))</td><td>\(trade.entryPrice.formatted(2))</td>"
                + "<td>\(trade.exitPrice.formatted(2))</td><td>\(Shown.words(trade.exitReason.rawValue))</td>"
                + "<td class=\"\(Shown.tone(trade.rMultiple))\">\(Shown.number(trade.rMultiple, 2, signed: true))</td>"
                + "<td class=\"\(Shown.tone(trade.net.double))\">\(Shown.money(trade.net, signed: true))</td></tr>"
        }
        let pairs = Set(trades.map(\.pair)).sorted().map { "<option>\($0)</option>" }.joined()
        return panel(
            "Trades",
            "<div class=\"controls\"><select id=\"filter-symbol\" aria-label=\"market\"><option value=\"\">all markets</option>"
                + "\(pairs)</select><select id=\"filter-result\" aria-label=\"result\"><option value=\"\">wins and losses</option>"
                + "<option value=\"win\">wins</option><option value=\"loss\">losses</option></select>"
                + "<span class=\"grow\" id=\"trade-count\"></span></div><div class=\"scroll\"><table><thead><tr>\(heads)</tr>"
                + "</thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>", id: "trades")
    }

    var dataPanel: String {
        let rows = data.map { source in
            [
                source.pair.description, Shown.words(source.kind.rawValue), source.timeframe?.name ?? "",
                Shown.day(source.first), Shown.day(source.last), "\(source.rows)", "\(source.gaps)",
                source.isSynthetic ? "synthetic" : source.isModelled ? "modelled" : "recorded",
                "<span class=\"wrap\">\(escaped(source.source)) \(escaped(source.note))</span>",
            ]
        }
        return panel(
            "What went in", table(["market", "kind", "bar", "first", "last", "rows", "gaps", "", "source"], rows),
            note: "Signals are made from spot candles alone. Stops, margin and liquidation use the mark series.")
    }
}
