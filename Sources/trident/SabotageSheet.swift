import Market
import Reports
import World

/// Which invariant sees each planted bug.
struct SabotageSheet {
    private let rows: [SabotageTable.Row]

    init(_ rows: [SabotageTable.Row]) { self.rows = rows }

    /// A table as the documentation shows it.
    var text: String {
        let lines = rows.map { row in
            "| `\(row.bug.rawValue)` | \(row.violation.map { "`\($0.invariant.rawValue)`" } ?? "not seen") | \(row.seeds) |"
        }
        return (["| bug | seen by | seeds |", "|---|---|---|"] + lines).joined(separator: "\n") + "\n"
    }

    var json: JSON {
        .array(
            rows.map { row in
                .object([
                    ("bug", .string(row.bug.rawValue)),
                    ("invariant", row.violation.map { .string($0.invariant.rawValue) } ?? .null),
                    ("time", .time(row.violation?.time)), ("seeds", .integer(row.seeds)),
                ])
            })
    }
}
