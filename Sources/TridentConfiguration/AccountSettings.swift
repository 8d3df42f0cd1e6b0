public import Market

/// `account`: what is traded with, and what is traded.
public enum AccountSettings {
    public static let equity = Key<Money>(
        "account.equity", default: Money(10_000), Money(10)...Money(1_000_000_000),
        "Dollars in the account when a backtest or a paper session starts")
    public static let symbols = Key<[SpotPair]>(
        "account.symbols", default: [], range: "each a pair with a known contract",
        "Spot markets to trade; empty for all in the data that have a known contract", allows: { _ in true })

    static let section = Schema.Section(
        name: "account", meaning: "What is traded with, and what is traded.", keys: [AnyKey(equity), AnyKey(symbols)])
}
