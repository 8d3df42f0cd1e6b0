import Foundation
import Market
import Reports
import Strategy
import Trading
import Venue

/// What happened around one setup: the decision, every order and answer, every move of the stop, the end.
struct Story {
    struct Line: Hashable {
        let time: Timestamp
        let text: String
    }

    let decision: Decision
    var trade: TradeID?
    var record: Trade?
    var lines: [Line] = []

    mutating func tell(_ text: String, at time: Timestamp) { lines.append(Line(time: time, text: text)) }
}

/// Collects the stories of a session from its events and the trader's answers to them.
struct StoryBook {
    private var open: [SetupID: Story] = [:]
    private var told: [TradeID: Story] = [:]
    private var instruments: [InstrumentID: SetupID] = [:]

    /// Every trade there is a story of.
    var trades: [TradeID] {
        (Array(told.keys) + open.values.compactMap(\.trade)).sorted()
    }

    func story(of trade: TradeID) -> Story? { told[trade] ?? open.values.first { $0.trade == trade } }

    mutating func take(_ event: Event, _ outcome: Outcome) {
        if case .venue(let news) = event.fact { take(news, at: event.received) }
        for case .decided(let decision) in outcome.notes {
            guard case .taken = decision.verdict else { continue }
            open[decision.setupID] = Story(decision: decision)
        }
        for command in outcome.commands { take(command, at: event.received) }
        for note in outcome.notes { take(note, at: event.received) }
    }

    private mutating func take(_ news: VenueEvent, at time: Timestamp) {
        switch news {
        case .funding(let payment):
            guard let setup = instruments[payment.instrument] else { return }
            open[setup]?.tell("funding \(payment.amount)", at: time)
        case .position, .account: break
        case .accepted(let id): open[id.setup]?.tell("\(id.name) accepted", at: time)
        case .rejected(let id, let reason): open[id.setup]?.tell("\(id.name) rejected: \(reason)", at: time)
        case .triggered(let id): open[id.setup]?.tell("\(id.name) triggered", at: time)
        case .cancelled(let id, let reason, let remaining):
            open[id.setup]?.tell("\(id.name) cancelled (\(reason)), \(remaining) unfilled", at: time)
        case .amended(let id): open[id.setup]?.tell("\(id.name) changed", at: time)
        case .notFound(let id): open[id.setup]?.tell("\(id.name) not found at the exchange", at: time)
        case .found(let order, _):
            open[order.id.setup]?.tell(
                "\(order.id.name) found at the exchange, not in the journal: \(order.side) \(order.quantity)", at: time)
        case .filled(let fill):
            open[fill.order.setup]?.tell(
                "\(fill.order.name) filled: \(fill.side) \(fill.quantity) at \(fill.price), fee \(fill.fee) (\(fill.liquidity))",
                at: time)
        }
    }

    private mutating func take(_ command: VenueCommand, at time: Timestamp) {
        switch command {
        case .place(let order):
            instruments[order.instrument] = order.id.setup
            let only = order.reduceOnly ? ", reduce-only" : ""
            open[order.id.setup]?.tell(
                "send \(order.id.name): \(order.side) \(order.quantity) \(order.kind.words)\(only)", at: time)
        case .amend(let id, _, let quantity, let price):
            let level = price.map { " at \($0)" } ?? ""
            open[id.setup]?.tell("change \(id.name) to \(quantity)\(level)", at: time)
        case .cancel(let id, _): open[id.setup]?.tell("cancel \(id.name)", at: time)
        }
    }

    private mutating func take(_ note: Note, at time: Timestamp) {
        switch note {
        case .decided, .safety: break
        case .entryAbandoned(let setup, _, let reason):
            open[setup]?.tell("entry given up: \(reason)", at: time)
            if open[setup]?.trade == nil { open[setup] = nil }
        case .opened(let trade, _):
            guard let setup = open.first(where: { $0.value.trade == nil && $0.value.isFilling })?.key else { return }
            open[setup]?.trade = trade
            open[setup]?.tell("trade \(trade) opened", at: time)
        case .stopMoved(let trade, _, let price, let reason):
            guard let setup = open.first(where: { $0.value.trade == trade })?.key else { return }
            open[setup]?.tell("stop to \(price): \(reason.rawValue)", at: time)
        case .closed(let trade):
            guard var story = open.removeValue(forKey: trade.setupID) else { return }
            story.trade = trade.id
            story.record = trade
            story.tell("trade \(trade.id) closed: \(trade.exitReason.rawValue)", at: time)
            told[trade.id] = story
        }
    }
}

extension Story {
    /// Whether an entry of it has filled.
    fileprivate var isFilling: Bool { lines.contains { $0.text.hasPrefix("entry") && $0.text.contains(" filled") } }

    var text: String {
        let side = decision.side == .long ? "long" : "short"
        var lines = ["trade \(trade.map { "\($0)" } ?? "-")  \(decision.pair) \(side), \(decision.setup.rawValue)", ""]
        lines.append("decided \(decision.time)")
        if case .taken(let quantity, let entry, let stop) = decision.verdict {
            lines.append("  entry \(entry), stop \(stop), quantity \(quantity)")
        }
        let width = decision.checks.map(\.name.count).max() ?? 0
        for check in decision.checks {
            let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let limit = check.limit == .none ? "" : "  (limit \(check.limit))"
            lines.append("  \(check.passed ? "pass" : "FAIL")  \(name)  \(check.value)\(limit)")
        }
        lines.append("")
        lines += self.lines.map { "\($0.time)  \($0.text)" }
        if let record { lines += ["", Self.result(record)] } else { lines += ["", "still open"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func result(_ trade: Trade) -> String {
        let multiple = trade.rMultiple.map { String(format: "%+.2f R", $0) } ?? "no R"
        return """
            entry \(trade.entryPrice), exit \(trade.exitPrice), quantity \(trade.quantity), first stop \(trade.initialStop)
            gross \(trade.gross), fees \(trade.fees), funding \(trade.funding), net \(trade.net) (\(multiple))
            worst \(String(format: "%.2f", trade.maeR)) R against, best \(String(format: "%.2f", trade.mfeR)) R for; held from \
            \(trade.openedAt) to \(trade.closedAt)
            without an acknowledged stop for all of it: \(trade.naked)
            """
    }

    var json: JSON {
        let checks = decision.checks.map {
            JSON.object([
                ("name", .string($0.name)), ("value", .string("\($0.value)")), ("limit", .string("\($0.limit)")),
                ("passed", .bool($0.passed)),
            ])
        }
        var members: [(String, JSON)] = [
            ("schema", .string("trident.trade/1")), ("id", trade.map { .integer($0.value) } ?? .null),
            ("symbol", .string(decision.pair.description)), ("side", .string(decision.side.description)),
            ("setup", .string(decision.setup.rawValue)), ("decided_at", .string(decision.time.description)),
            ("checks", .array(checks)),
            (
                "events",
                .array(
                    lines.map {
                        .object([("time", .string($0.time.description)), ("text", .string($0.text))])
                    })
            ),
        ]
        if let record {
            members += [
                ("opened_at", .string(record.openedAt.description)),
                ("closed_at", .string(record.closedAt.description)),
                ("naked_seconds", .number(record.naked.seconds)),
                ("quantity", .string(record.quantity.description)),
                ("entry_price", .string(record.entryPrice.description)),
                ("exit_price", .string(record.exitPrice.description)),
                ("stop_price", .string(record.initialStop.description)),
                ("exit_reason", .string(record.exitReason.rawValue)), ("gross", .string(record.gross.description)),
                ("fees", .string(record.fees.description)), ("funding", .string(record.funding.description)),
                ("net", .string(record.net.description)), ("r_multiple", record.rMultiple.map { .number($0) } ?? .null),
            ]
        }
        return .object(members)
    }
}

extension OrderID {
    fileprivate var setup: SetupID { SetupID(high) }

    /// `stop 2`: its role and how many there were before it.
    fileprivate var name: String {
        let role = OrderRole(rawValue: UInt8(truncatingIfNeeded: low >> 32)).map { "\($0)" } ?? "order"
        let number = UInt32(truncatingIfNeeded: low)
        return number == 0 ? role : "\(role) \(number)"
    }
}

extension OrderKind {
    fileprivate var words: String {
        switch self {
        case .limit(let price): "limit \(price)"
        case .postOnly(let price): "post-only \(price)"
        case .market: "market"
        case .stopMarket(let trigger, let source): "stop-market \(trigger) by \(source)"
        case .takeProfitMarket(let trigger, let source): "take-profit \(trigger) by \(source)"
        }
    }
}
