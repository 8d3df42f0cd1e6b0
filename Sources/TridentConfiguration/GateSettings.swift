public import Market

/// `gate`: what paper trading must show before real orders.
public enum GateSettings {
    public static let days = Key<Int>(
        "gate.days", default: 30, 1...365, "Days that a paper session must have run, all stretches added up")
    public static let trades = Key<Int>("gate.trades", default: 50, 1...10_000, "Trades that must have ended in them")
    public static let drawdown = Key<Rate>(
        "gate.drawdown", default: .basisPoints(1_500), Rate(raw: 1)...Rate.basisPoints(5_000),
        "The most that equity may have fallen from its peak in them")

    static let section = Schema.Section(
        name: "gate",
        meaning: "What paper trading must show before real orders: also no broken invariant and one kill-switch drill.",
        keys: [AnyKey(days), AnyKey(trades), AnyKey(drawdown)])
}
