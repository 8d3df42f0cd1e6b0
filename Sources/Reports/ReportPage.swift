import Market
public import Research
import Trading

extension BacktestResult {
    /// `report.html`: one page that needs no network, for a phone and for a desk, light and dark.
    public var reportPage: String {
        let style = String(decoding: PackageResources.report_css, as: UTF8.self)
        let script = String(decoding: PackageResources.report_js, as: UTF8.self)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(title))</title>
            <style>
            \(style)</style>
            </head>
            <body>
            <main>
            <header><h1>\(escaped(title))</h1><span class="span">\(Shown.day(start)) to \(Shown.day(end))</span>\
            <button id="theme" type="button">Light / dark</button></header>
            \(notices)\(tiles)\(equityPanel)\(distributionPanels)\(monthsPanel)\(breakdownPanels)\(tradePanel)\
            \(tradesPanel)\(dataPanel)\(footer)
            </main>
            <script type="application/json" id="data">\(chartData.compact)</script>
            <script>
            \(script)</script>
            </body>
            </html>

            """
    }

    private var title: String { "Trident backtest: \(strategy)" }

    private var notices: String {
        var lines: [String] = []
        if isSynthetic {
            lines.append(
                "<b>Synthetic data.</b> These candles were generated, not recorded. The run shows what the program does, "
                    + "and nothing about what a strategy earns.")
        }
        if let halt {
            lines.append(
                "<b>Halted.</b> \(escaped(Shown.minute(halt.time))): \(escaped(halt.detail)). Nothing was opened after "
                    + "that, because a backtest has no operator to release a halt.")
        }
        if let interval = confidence.expectancyR, interval.contains(0) {
            lines.append(
                "<b>No edge shown.</b> The 95 % interval of the expectancy, \(Shown.number(interval.lowerBound, signed: true)) "
                    + "to \(Shown.number(interval.upperBound, signed: true)) R, holds zero.")
        }
        if let shortHistory { lines.append("<b>Warming up.</b> \(escaped(shortHistory))") }
        if metrics.trades < 30 {
            lines.append("<b>Few trades.</b> \(metrics.trades) are too few for the statistics below to mean much.")
        }
        return lines.map { "<p class=\"notice\">\($0)</p>\n" }.joined()
    }

    private var tiles: String {
        let gain = netProfit.double
        let hold = baselines.first { $0.kind == .buyAndHold }
        let tiles: [(String, String, String, Double?)] = [
            (
                "Net profit", Shown.money(netProfit, signed: true),
                Shown.percent(netProfit.ratio(to: initialEquity)?.double, 2, signed: true)
                    + " of \(Shown.money(initialEquity))", gain
            ),
            (
                "Expectancy", Shown.number(metrics.expectancyR, 3, signed: true) + " R",
                intervalText(confidence.expectancyR, 2), metrics.expectancyR
            ),
            ("Profit factor", Shown.number(metrics.profitFactor), "gains over losses", nil),
            ("Trades", "\(metrics.trades)", "\(Shown.percent(metrics.winRate)) won", nil),
            (
                "Max drawdown", Shown.percent(metrics.maxDrawdown, 2),
                "\(Shown.number(metrics.maxDrawdownDays, 0)) days under water", nil
            ),
            ("Sharpe", Shown.number(metrics.sharpe), intervalText(confidence.sharpe, 1), metrics.sharpe),
            (
                "CAGR", Shown.percent(metrics.cagr, 2, signed: true), "Calmar \(Shown.number(metrics.calmar))",
                metrics.cagr
            ),
            (
                "Buy and hold", Shown.percent(hold?.totalReturn, 1, signed: true),
                "drawdown \(Shown.percent(hold?.maxDrawdown))", hold?.totalReturn
            ),
            ("Fees", Shown.money(-fees), "funding \(Shown.money(funding, signed: true))", nil),
            (
                "Exposure", Shown.percent(metrics.exposure), "\(Shown.number(metrics.averageHoldHours, 1)) h a trade",
                nil
            ),
            (
                "Liquidation distance", Shown.percent(minLiquidationDistance?.double),
                "nearest; \(liquidations) liquidations",
                nil
            ),
            (
                "Without full stop", Shown.number(nakedSeconds.total, 1) + " s",
                "at most \(Shown.number(nakedSeconds.longest)) s in a trade", nil
            ),
            ("Leverage", Shown.number(maxEffectiveLeverage.double) + "x", "most at any time", nil),
        ]
        return "<div class=\"tiles\">"
            + tiles.map { name, value, note, tone in
                "<div class=\"tile\"><div class=\"name\">\(name)</div><div class=\"value \(Shown.tone(tone))\">\(value)</div>"
                    + "<div class=\"note\">\(note)</div></div>"
            }.joined(separator: "\n") + "</div>\n"
    }

    private func intervalText(_ interval: ClosedRange<Double>?, _ places: Int) -> String {
        guard let interval else { return "no interval" }
        return "95 %: \(Shown.number(interval.lowerBound, places, signed: true)) to "
            + Shown.number(interval.upperBound, places, signed: true)
    }

    private var equityPanel: String {
        let hold =
            baselines.contains { $0.kind == .buyAndHold && !$0.curve.isEmpty }
            ? "<label><input type=\"checkbox\" id=\"show-hold\"><i style=\"background:var(--soft)\"></i>buy and hold</label>"
            : ""
        return panel(
            "Equity and drawdown",
            "<div class=\"legend\"><span><i style=\"background:var(--accent)\"></i>equity at mark price</span>\(hold)"
                + "<span><i style=\"background:var(--loss)\"></i>drawdown</span></div>"
                + "<div class=\"chart\" id=\"equity-chart\"></div>")
    }

    private var footer: String {
        """
        <footer><p>Path inside a bar: <b>\(escaped(pathModel))</b>. Configuration <code>\(configHash)</code>, journal \
        <code>\(journalHash)</code>: the same data and configuration give the same journal. Times are UTC. Past results, \
        simulated ones above all, say little about future ones; this is not investment advice.</p></footer>
        """
    }
}
