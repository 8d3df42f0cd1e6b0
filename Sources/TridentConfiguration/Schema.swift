/// All settings there are, in the order in which files, listings and documentation show them.
public enum Schema {
    public static let keys: [AnyKey] = sections.flatMap(\.keys)

    /// A part of the configuration file.
    public struct Section: Sendable {
        public let name: String
        public let meaning: String
        public let keys: [AnyKey]
    }

    public static let sections: [Section] = [
        AccountSettings.section, StrategySettings.section, RiskSettings.section, TradingSettings.section,
        CostSettings.section, SessionSettings.section, GateSettings.section,
        AlertSettings.section, MonitoringSettings.section, LoggingSettings.section,
        BacktestSettings.simulation, BacktestSettings.backtest, BacktestSettings.demoSection,
    ]
}
