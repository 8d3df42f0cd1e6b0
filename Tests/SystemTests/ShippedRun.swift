import Market
import Research
import Trading
import TridentConfiguration
import Venue

/// The shipped configuration on a small demo market: what a user gets, without files.
struct ShippedRun {
    let settings: Settings
    let markets: [MarketHistory]

    init(_ assignments: [String]) throws {
        let settings = try Settings(yaml: nil, assignments: ["backtest.random_runs=0"] + assignments)
        self.settings = settings
        markets = DemoMarket(try settings.demoMarketParameters()).histories { pair in
            KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
        }
    }

    var backtest: Backtest {
        get throws {
            Backtest(
                settings.backtestConfiguration(), risk: try settings.riskParameters(),
                trading: try settings.tradingParameters(), strategy: try settings.strategyConfiguration())
        }
    }

    func result() throws -> BacktestResult { try backtest.run(markets) }

    /// Settings of each preset under which it trades on a market small enough for a test.
    static let presets: [(name: String, assignments: [String])] = [
        ("swing", ["demo.days=300", "demo.timeframe=15m", "demo.symbols=4"]),
        ("intraday", ["demo.days=120", "demo.timeframe=15m", "strategy.preset=intraday", "demo.symbols=3"]),
        (
            "ema-cross",
            [
                "demo.days=12", "strategy.preset=ema-cross", "strategy.ema_cross.timeframe=5m", "risk.gates=none",
                "risk.size_includes_costs=false", "risk.per_trade=0.1%",
            ]
        ),
    ]
}
