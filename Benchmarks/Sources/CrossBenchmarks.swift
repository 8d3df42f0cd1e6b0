import Market
import ReferenceLoops
import Research

/// The yardstick strategy through the whole engine, against loops that do only what its rules say.
struct CrossBenchmarks {
    let market: MarketHistory
    let rounds: Int

    /// The conventions under which other engines run the same rules: no latency, spread or slippage, no gates.
    static let settings = [
        "strategy.preset=ema-cross", "risk.gates=none", "risk.size_includes_costs=false", "risk.per_trade=0.0005",
        "risk.leverage_cap=10", "account.equity=10000", "costs.taker_fee=0.0005", "costs.maker_fee=0.0005",
        "costs.half_spread=0", "costs.impact=0", "costs.entry_slippage=0", "costs.stop_slippage=0",
        "costs.funding_without_data=0", "simulation.order_latency=0s", "simulation.feed_latency=0s",
        "simulation.jitter=0s", "simulation.participation=off", "simulation.path=worst",
        "trading.target_orders=take-profit", "trading.breaks_even=false", "trading.trail_atr=off",
        "trading.trails_structure=false", "trading.closes_on_broken_premise=false", "backtest.warm_up=0s",
    ]
    static let rules = ReferenceRules(
        fast: 50, slow: 200, range: 14, stop: 2, target: 3, equity: 10_000, risk: 0.0005, leverage: 10, fee: 0.0005,
        lot: 0.0001, tick: 1)

    func run(_ table: inout Table) throws {
        let backtest = try EngineBenchmarks.backtest(Self.settings)
        let spot = market.spot.candles
        let bars = Double(spot.count)
        // Spot only: mark and perpetual are then the spot price, as the rules know one price.
        let markets = [MarketHistory(pair: market.pair, instrument: market.instrument, spot: market.spot)]
        let columns = PriceColumns(spot)
        var ours = Samples()
        var whole = Samples()
        var inC = Samples()
        var inSwift = Samples()
        var trades = (ours: 0, inC: 0, inSwift: 0)
        for round in 0...rounds {
            var clock = RunClock()
            let all = try timed { trades.ours = try backtest.run(markets) { clock.note($0) }.trades.count }
            let first = timed {
                trades.inC = Int(columns.withBars { reference_ema_cross($0, Self.rules) }.trades)
            }
            let second = timed { trades.inSwift = naiveCross(spot, Self.rules).trades }
            guard round > 0 else { continue }
            ours.append(clock.cost())
            whole.append(all / bars)
            inC.append(first / bars)
            inSwift.append(second / bars)
        }
        table.add(Line("ema-cross: trading loop / C", "ns/bar", (ours, inC), against: "ns naive C", goal: 3))
        table.add(
            Line("ema-cross: trading loop / Swift", "ns/bar", (ours, inSwift), against: "ns naive Swift", goal: 3))
        table.add(Line("ema-cross: with statistics / C", "ns/bar", (whole, inC), against: "ns naive C"))
        table.note("trades: \(trades.ours) here, \(trades.inC) in C, \(trades.inSwift) in Swift")
    }
}
