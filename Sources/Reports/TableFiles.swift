import Market
public import Research
import Strategy
import Trading

extension BacktestResult {
    /// The content of `trades.csv`: one row a trade in order of opening. `legs` is `role@price x quantity` by time.
    public var tradesCSV: String {
        var text =
            "id,symbol,side,setup,opened_at,closed_at,quantity,entry_price,exit_price,stop_price,exit_reason,r_multiple,"
            + "gross,fees,funding,net,mae_r,mfe_r,hold_hours,legs\n"
        for trade in trades { text += trade.csvRow + "\n" }
        return text
    }

    /// The content of `equity.csv`.
    public var equityCSV: String {
        var text = "timestamp,equity,balance,unrealised,drawdown,margin_used,effective_leverage\n"
        text.reserveCapacity(equity.count * 110)
        for point in equity {
            text += "\(point.time),\(point.equity),\(point.balance),\(point.unrealised),\(point.drawdown.double),"
            text += "\(point.marginUsed),\(point.effectiveLeverage.double)\n"
        }
        return text
    }

    /// The content of `decisions.jsonl`.
    public var decisionLines: String {
        var text = ""
        for decision in decisions { text += decision.json.compact + "\n" }
        return text
    }
}

extension Trade {
    var csvRow: String {
        let numbers = [rMultiple, maeR, mfeR, hold.hours].map { $0.map { "\($0)" } ?? "" }
        let legTexts = legs.map { "\($0.role)@\($0.price) x \($0.quantity)" }
        return "\(id),\(pair),\(side),\(setup.rawValue),\(openedAt),\(closedAt),\(quantity),\(entryPrice),\(exitPrice),"
            + "\(initialStop),\(exitReason.rawValue),\(numbers[0]),\(gross),\(fees),\(funding),\(net),\(numbers[1]),"
            + "\(numbers[2]),\(numbers[3]),\(legTexts.joined(separator: "; "))"
    }
}

extension Decision {
    var json: JSON {
        let outcome: [(String, JSON)]
        switch verdict {
        case .taken(let quantity, let entry, let stop):
            outcome = [
                ("outcome", .string("taken")), ("quantity", .exact(quantity)), ("entry", .exact(entry)),
                ("stop", .exact(stop)),
            ]
        case .refused(let stage, let reason):
            outcome = [
                ("outcome", .string("refused")), ("stage", .string(stage.rawValue)), ("reason", .string(reason)),
            ]
        }
        let checked = checks.map { check in
            JSON.object([
                ("name", .string(check.name)), ("value", check.value.json), ("limit", check.limit.json),
                ("passed", .bool(check.passed)),
            ])
        }
        return .object(
            [
                ("time", .time(time)), ("symbol", .string(pair.description)), ("side", .string(side.description)),
                ("setup", .string(setup.rawValue)), ("setup_id", .string(setupID.description)),
                ("checks", .array(checked)),
            ] + outcome)
    }
}

extension Measure {
    /// Exact amounts as strings, ratios and statistics as numbers.
    var json: JSON {
        switch self {
        case .none: .null
        case .number(let value): .number(value)
        case .count(let value): .integer(value)
        case .rate(let value): .number(value.double)
        case .price(let value): .exact(value)
        case .quantity(let value): .exact(value)
        case .money(let value): .exact(value)
        case .time(let value): .time(value)
        case .flag(let value): .bool(value)
        case .word(let value): .string(value)
        }
    }
}
