import Attribution
import Foundation
import Market
import Reports
import Strategy
import Trading

/// Days of attribution, for people and for programs.
enum AttributionSheet {
    static func text(_ days: [DayAttribution]) -> String {
        days.isEmpty ? "no day can be compared yet\n" : days.map(text).joined(separator: "\n")
    }

    /// One line, for an alert.
    static func line(_ day: DayAttribution) -> String {
        let split = day.split
        let parts = Cause.allCases.filter { !split[$0].isZero }.map { "\($0.words) \(cents(split[$0]))" }
        let why = parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
        return "\(day.day.dayText): \(day.comparisons.count) trades, live \(cents(day.live)), run again "
            + "\(cents(day.rerun))\(why); unexplained \(basisPoints(day.unexplained))"
    }

    static func json(_ days: [DayAttribution]) -> JSON {
        .object([("schema", .string("trident.attribution/1")), ("days", .array(days.map(json)))])
    }

    private static func text(_ day: DayAttribution) -> String {
        let title = "\(day.day.dayText)  run again from \(day.from) to \(day.until)"
        var lines = [Terminal.coloured(title, .bold)]
        var rows: [[String]] = [
            ["trade", "market", "side", "live", "re-run", "difference"] + Cause.allCases.map(\.words)
        ]
        for item in day.comparisons {
            rows.append(
                [
                    item.trade.map { "\($0)" } ?? "-", item.pair.description, item.side.description,
                    item.live.map(cents) ?? "-", item.rerun.map(cents) ?? "-", cents(item.difference),
                ] + parts(item.split))
        }
        rows.append(
            ["all", "", "", cents(day.live), cents(day.rerun), cents(day.live - day.rerun)] + parts(day.split))
        if day.comparisons.isEmpty {
            lines.append("  no trade ended on this day, here or there")
        } else {
            lines += columns(rows).map { "  " + $0 }
            lines.append("  traded \(cents(day.traded)), unexplained \(basisPoints(day.unexplained))")
        }
        for item in day.comparisons where !item.remark.isEmpty {
            lines.append(
                "  " + Terminal.coloured("\(item.trade.map { "trade \($0)" } ?? "\(item.setup)"): \(item.remark)", .dim)
            )
        }
        if !day.open.isEmpty {
            lines.append("  still held, here or there: \(day.open.count); counted when it is closed in both")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func parts(_ split: Split) -> [String] {
        Cause.allCases.map { split[$0].isZero ? "" : cents(split[$0]) }
    }

    private static func columns(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return column < 3 ? cell + gap : gap + cell
            }.joined(separator: "  ")
        }
    }

    private static func json(_ day: DayAttribution) -> JSON {
        .object([
            ("day", .string(day.day.dayText)), ("from", .time(day.from)), ("until", .time(day.until)),
            ("live", .exact(day.live)), ("rerun", .exact(day.rerun)), ("difference", .exact(day.live - day.rerun)),
            ("split", json(day.split)), ("traded", .exact(day.traded)), ("unexplained_share", .ratio(day.unexplained)),
            ("trades", .array(day.comparisons.map(json))),
            ("open", .array(day.open.map { .string($0.description) })),
        ])
    }

    private static func json(_ item: Comparison) -> JSON {
        .object([
            ("setup", .string(item.setup.description)), ("trade", item.trade.map { .integer($0.value) } ?? .null),
            ("symbol", .string(item.pair.description)), ("side", .string(item.side.description)),
            ("decided_at", .time(item.decidedAt)), ("closed_at", .time(item.closedAt)), ("live", .exact(item.live)),
            ("rerun", .exact(item.rerun)), ("difference", .exact(item.difference)), ("split", json(item.split)),
            ("traded", .exact(item.traded)), ("remark", .string(item.remark)),
        ])
    }

    private static func json(_ split: Split) -> JSON {
        .object(Cause.allCases.map { ($0.rawValue, .exact(split[$0])) })
    }

    /// Shown to the cent; the exact amount is in the JSON.
    private static func cents(_ amount: Money) -> String {
        amount.formatted(2)
    }

    private static func basisPoints(_ share: Rate?) -> String {
        guard let share else { return "nothing" }
        return String(format: "%.2f bp", share.double * 10_000)
    }
}

extension Cause {
    fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
