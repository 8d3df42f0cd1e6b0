/// What the store keeps. All but `alerts` and `gate` can be made again from the journals.
public enum StoreTable: String, Hashable, Sendable, CaseIterable {
    case candles
    case orders
    /// What the exchange said of orders, fills aside.
    case answers
    case fills
    /// Positions as the exchange reported them, whenever they changed.
    case positions
    case trades
    case funding
    /// The account as the exchange reported it, whenever it changed.
    case equity
    case decisions
    /// Changes of the safety state.
    case safety
    case alerts
    /// What paper trading had shown when real orders were asked for.
    case gate

    public var name: String { rawValue }

    /// Every row belongs to a book, which is an account in a mode; what comes from a journal has its place there: when the
    /// journal was begun, the record, and the part of what that record led to.
    public var columns: [Column] { keyColumns + ownColumns }

    /// Whether rows come from the records of journals, and are named by their place there.
    public var isOfJournal: Bool {
        switch self {
        case .orders, .answers, .fills, .positions, .trades, .funding, .equity, .decisions, .safety: true
        case .candles, .alerts, .gate: false
        }
    }

    private var keyColumns: [Column] {
        let book = Column("book", .number)
        guard isOfJournal else { return [book] }
        return [book, Column("journal", .time), Column("record", .number), Column("part", .number)]
    }

    var primaryKey: [String] {
        switch self {
        case .candles: ["book", "pair", "timeframe", "open_time"]
        case .alerts: ["book", "time", "kind", "text"]
        case .gate: ["book", "time"]
        case .orders, .answers, .fills, .positions, .trades, .funding, .equity, .decisions, .safety:
            keyColumns.map(\.name)
        }
    }

    /// The column by which rows are put in order and cut to a span of time.
    public var timeColumn: String {
        switch self {
        case .candles: "open_time"
        case .trades: "closed_at"
        case .orders, .answers, .fills, .positions, .funding, .equity, .decisions, .safety, .alerts, .gate: "time"
        }
    }

    private var ownColumns: [Column] {
        switch self {
        case .candles:
            [
                Column("pair", .text), Column("timeframe", .duration), Column("open_time", .time),
                Column("open", .price), Column("high", .price), Column("low", .price), Column("close", .price),
                Column("volume", .real),
            ]
        case .orders:
            [
                Column("time", .time), Column("order_id", .text), Column("instrument", .text), Column("role", .text),
                Column("side", .text), Column("kind", .text), Column("price", .price, optional: true),
                Column("quantity", .quantity), Column("reduce_only", .flag),
            ]
        case .answers:
            [
                Column("time", .time), Column("order_id", .text), Column("answer", .text),
                Column("reason", .text, optional: true), Column("remaining", .quantity, optional: true),
            ]
        case .fills:
            [
                Column("time", .time), Column("fill_id", .text), Column("order_id", .text),
                Column("instrument", .text), Column("side", .text), Column("quantity", .quantity),
                Column("price", .price), Column("fee", .money), Column("liquidity", .text), Column("cause", .text),
            ]
        case .positions:
            [
                Column("time", .time), Column("instrument", .text), Column("side", .text),
                Column("quantity", .quantity),
                Column("entry_price", .price, optional: true), Column("liquidation_price", .price, optional: true),
            ]
        case .trades:
            [
                Column("trade", .number), Column("instrument", .text), Column("pair", .text), Column("side", .text),
                Column("setup", .text), Column("decided_at", .time), Column("opened_at", .time),
                Column("closed_at", .time), Column("quantity", .quantity), Column("entry_price", .price),
                Column("exit_price", .price), Column("initial_stop", .price), Column("exit_reason", .text),
                Column("gross", .money), Column("fees", .money), Column("funding", .money), Column("net", .money),
                Column("risk", .money), Column("mae_r", .real), Column("mfe_r", .real),
                Column("naked_seconds", .real, optional: true, since: 3),
            ]
        case .funding:
            [
                Column("time", .time), Column("instrument", .text), Column("amount", .money), Column("rate", .rate),
            ]
        case .equity:
            [
                Column("time", .time), Column("balance", .money), Column("unrealised", .money),
                Column("initial_margin", .money), Column("maintenance_margin", .money),
            ]
        case .decisions:
            [
                Column("time", .time), Column("pair", .text), Column("side", .text), Column("setup", .text),
                Column("verdict", .text), Column("gate", .text, optional: true),
                Column("quantity", .quantity, optional: true), Column("entry", .price, optional: true),
                Column("stop", .price, optional: true), Column("checks", .text),
            ]
        case .safety:
            [
                Column("time", .time), Column("state", .text), Column("reason", .text, optional: true),
                Column("detail", .text),
            ]
        case .alerts:
            [
                Column("time", .time), Column("severity", .text), Column("kind", .text),
                Column("instrument", .text, optional: true), Column("text", .text),
            ]
        case .gate:
            [
                Column("time", .time), Column("days", .number), Column("trades", .number),
                Column("drawdown", .rate), Column("breaches", .number), Column("drill", .flag),
                Column("missing", .text), Column("overridden", .flag),
            ]
        }
    }

    /// As the first version made it.
    var definition: String {
        "CREATE TABLE \(name) (" + columns.filter { $0.version == 1 }.map(\.definition).joined(separator: ", ")
            + ", PRIMARY KEY (" + primaryKey.joined(separator: ", ") + "))"
    }
}
