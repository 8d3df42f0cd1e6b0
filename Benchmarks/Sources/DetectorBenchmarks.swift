import Indicators
import Market
import ReferenceLoops
import Research
import SmartMoney

/// Detectors and indicators by themselves.
struct DetectorBenchmarks {
    let market: MarketHistory
    let rounds: Int

    /// 100 ns a bar on a machine whose indicator loop takes 8.96 ns.
    static let smartMoneyGoal = 100 / 8.96

    func run(_ table: inout Table) {
        let series = market.spot.candles
        let bars = Double(series.count)
        let columns = PriceColumns(series)
        var events = 0
        let smartMoney = measure(rounds) {
            timed { events = Self.smartMoneyEvents(series) } / bars
        } against: {
            columns.indicatorLoop()
        }
        table.add(
            Line(
                "detectors: all SMC events", "ns/bar", smartMoney, against: "ns C indicators",
                goal: Self.smartMoneyGoal))
        table.note("\(events) events; 100 ns a bar is the goal on the machine where the C loop takes 9 ns")
        indicators(columns, &table)
    }

    private static func smartMoneyEvents(_ series: CandleSeries) -> Int {
        var state = SmartMoneyState(timeframe: .m1)
        var count = 0
        for candle in series {
            state.push(candle)
            count += state.events.count
        }
        return count
    }

    private func indicators(_ columns: PriceColumns, _ table: inout Table) {
        func add(_ name: String, goal: Double? = nil, _ body: () -> Void) {
            let bars = Double(columns.close.count)
            let measured = measure(rounds) {
                timed(body) / bars
            } against: {
                timed { keep(columns.withBars { reference_ema($0, 50) }) } / bars
            }
            table.add(Line("detectors: \(name)", "ns/push", measured, against: "ns C EMA", goal: goal))
        }
        func closes<Indicator>(_ indicator: Indicator, _ push: (inout Indicator, Double) -> Void) {
            var indicator = indicator
            for close in columns.close { push(&indicator, close) }
            keep(indicator)
        }
        func bars<Indicator>(_ indicator: Indicator, _ push: (inout Indicator, Double, Double, Double) -> Void) {
            var indicator = indicator
            for index in columns.close.indices {
                push(&indicator, columns.high[index], columns.low[index], columns.close[index])
            }
            keep(indicator)
        }
        add("EMA 50", goal: 2) { closes(EMA(period: 50)) { $0.push($1) } }
        add("SMA 50") { closes(SMA(period: 50)) { $0.push($1) } }
        add("RSI 14") { closes(RSI()) { $0.push($1) } }
        add("Wilder ATR 14") { bars(WilderATR()) { $0.push(high: $1, low: $2, close: $3) } }
        add("ADX 14") { bars(ADX()) { $0.push(high: $1, low: $2, close: $3) } }
        add("highest of 50") { closes(RollingExtreme(.highest, period: 50)) { $0.push($1) } }
        add("percentile of 200") { closes(RollingPercentile(period: 200)) { $0.push($1) } }
    }
}
