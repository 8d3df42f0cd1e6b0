public import Market
public import Operations
import Strategy
import Trading
import Venue

/// One row, without its book: that is the store's to know.
public struct StoredRow: Hashable, Sendable {
    public let table: StoreTable
    /// In the order of the table's columns, from the one behind `book` on.
    public let values: [SQLValue]
}

/// Where in a journal something stands.
public struct JournalPlace: Hashable, Sendable {
    /// When the journal was begun: its name.
    public let journal: Timestamp
    /// Counted from one.
    public let record: Int

    public init(journal: Timestamp, record: Int) {
        self.journal = journal
        self.record = record
    }
}

extension StoredRow {
    private init(_ table: StoreTable, at place: JournalPlace, _ part: Int, _ values: [SQLValue]) {
        self.init(
            table: table,
            values: [place.journal.stored, .integer(Int64(place.record)), .integer(Int64(part))] + values)
    }

    static func candle(_ candle: Candle, of pair: SpotPair, _ timeframe: Timeframe) -> StoredRow {
        StoredRow(
            table: .candles,
            values: [
                .text(pair.description), .integer(timeframe.interval.nanoseconds / 1_000_000_000),
                candle.openTime.stored, .integer(candle.open.raw), .integer(candle.high.raw),
                .integer(candle.low.raw), .integer(candle.close.raw), .real(candle.volume),
            ])
    }

    static func order(_ order: Order, at time: Timestamp, _ place: JournalPlace, _ part: Int) -> StoredRow {
        let (kind, price): (String, Price?) =
            switch order.kind {
            case .limit(let price): ("limit", price)
            case .postOnly(let price): ("post_only", price)
            case .market: ("market", nil)
            case .stopMarket(let trigger, let source): ("stop_" + source.stored, trigger)
            case .takeProfitMarket(let trigger, let source): ("take_profit_" + source.stored, trigger)
            }
        return StoredRow(
            .orders, at: place, part,
            [
                time.stored, .text(order.id.description), .text(order.instrument.description),
                .text(order.role.stored), .text(order.side.stored), .text(kind), .of(price?.raw),
                .integer(order.quantity.raw), .integer(order.reduceOnly ? 1 : 0),
            ])
    }

    static func answer(
        _ answer: String, to order: OrderID, reason: String? = nil, remaining: Quantity? = nil, at time: Timestamp,
        _ place: JournalPlace
    ) -> StoredRow {
        StoredRow(
            .answers, at: place, 0,
            [time.stored, .text(order.description), .text(answer), .of(reason), .of(remaining?.raw)])
    }

    static func fill(_ fill: Fill, _ place: JournalPlace) -> StoredRow {
        StoredRow(
            .fills, at: place, 0,
            [
                fill.time.stored, .text(String(fill.id)), .text(fill.order.description),
                .text(fill.instrument.description), .text(fill.side.stored), .integer(fill.quantity.raw),
                .integer(fill.price.raw), .integer(fill.fee.raw), .text("\(fill.liquidity)"), .text("\(fill.cause)"),
            ])
    }

    static func position(_ report: PositionReport, _ place: JournalPlace) -> StoredRow {
        StoredRow(
            .positions, at: place, 0,
            [
                report.time.stored, .text(report.instrument.description), .text(report.side.stored),
                .integer(report.quantity.raw), .of(report.entryPrice?.raw), .of(report.liquidationPrice?.raw),
            ])
    }

    static func trade(_ trade: Trade, _ place: JournalPlace, _ part: Int) -> StoredRow {
        StoredRow(
            .trades, at: place, part,
            [
                .integer(Int64(trade.id.value)), .text(trade.instrument.description), .text(trade.pair.description),
                .text(trade.side.stored), .text(trade.setup.rawValue), trade.decidedAt.stored, trade.openedAt.stored,
                trade.closedAt.stored, .integer(trade.quantity.raw), .integer(trade.entryPrice.raw),
                .integer(trade.exitPrice.raw), .integer(trade.initialStop.raw), .text(trade.exitReason.rawValue),
                .integer(trade.gross.raw), .integer(trade.fees.raw), .integer(trade.funding.raw),
                .integer(trade.net.raw), .integer(trade.risk.raw), .real(trade.maeR), .real(trade.mfeR),
                .real(trade.naked.seconds),
            ])
    }

    static func funding(_ payment: FundingPayment, _ place: JournalPlace) -> StoredRow {
        StoredRow(
            .funding, at: place, 0,
            [
                payment.time.stored, .text(payment.instrument.description), .integer(payment.amount.raw),
                .integer(payment.rate.rate.raw),
            ])
    }

    static func equity(_ report: AccountReport, _ place: JournalPlace) -> StoredRow {
        StoredRow(
            .equity, at: place, 0,
            [
                report.time.stored, .integer(report.balance.raw), .integer(report.unrealised.raw),
                .integer(report.initialMargin.raw), .integer(report.maintenanceMargin.raw),
            ])
    }

    static func decision(_ decision: Decision, _ place: JournalPlace, _ part: Int) -> StoredRow {
        let (verdict, gate): (String, String?)
        var plan: (quantity: Quantity, entry: Price, stop: Price)?
        switch decision.verdict {
        case .taken(let quantity, let entry, let stop):
            (verdict, gate) = ("taken", nil)
            plan = (quantity, entry, stop)
        case .refused(let stage, let reason): (verdict, gate) = (stage.rawValue, reason)
        }
        let checks = decision.checks.map { "\($0.name) \($0.value) / \($0.limit) \($0.passed ? "pass" : "FAIL")" }
        return StoredRow(
            .decisions, at: place, part,
            [
                decision.time.stored, .text(decision.pair.description), .text(decision.side.stored),
                .text(decision.setup.rawValue), .text(verdict), .of(gate), .of(plan?.quantity.raw),
                .of(plan?.entry.raw), .of(plan?.stop.raw), .text(checks.joined(separator: "; ")),
            ])
    }

    static func safety(_ change: SafetyChange, _ place: JournalPlace, _ part: Int) -> StoredRow {
        let reason: HaltReason? =
            switch change.state {
            case .ready: nil
            case .halted(let reason), .flattening(let reason): reason
            }
        return StoredRow(
            .safety, at: place, part,
            [change.time.stored, .text(change.state.name), .of(reason?.rawValue), .text(change.detail)])
    }

    public static func alert(_ alert: Alert) -> StoredRow {
        StoredRow(
            table: .alerts,
            values: [
                alert.time.stored, .text("\(alert.severity)"), .text(alert.kind.rawValue),
                .of(alert.instrument?.description), .text(alert.text),
            ])
    }

    /// - Parameters:
    ///   - drawdown: the largest, as a fraction of peak equity.
    ///   - missing: what the gate still asks for, in words; empty when it is met.
    public static func gate(
        at time: Timestamp, days: Int64, trades: Int, drawdown: Rate, breaches: Int, hasDrill: Bool, missing: String,
        isOverridden: Bool
    ) -> StoredRow {
        StoredRow(
            table: .gate,
            values: [
                time.stored, .integer(days), .integer(Int64(trades)), .integer(drawdown.raw),
                .integer(Int64(breaches)), .integer(hasDrill ? 1 : 0), .text(missing), .integer(isOverridden ? 1 : 0),
            ])
    }
}

extension SQLValue {
    fileprivate static func of(_ number: Int64?) -> SQLValue { number.map { .integer($0) } ?? .null }
    fileprivate static func of(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
}

extension Timestamp {
    var stored: SQLValue { .integer(nanoseconds) }
}

extension Side {
    fileprivate var stored: String {
        switch self {
        case .long: "long"
        case .short: "short"
        }
    }
}

extension OrderRole {
    fileprivate var stored: String {
        switch self {
        case .entry: "entry"
        case .stop: "stop"
        case .target: "target"
        case .close: "close"
        }
    }
}

extension TriggerSource {
    fileprivate var stored: String {
        switch self {
        case .mark: "mark"
        case .last: "last"
        case .index: "index"
        }
    }
}
