import Foundation
import Market
import Reports
import World

/// What came of a simulation, as people and as programs read it.
struct SimulationSheet {
    private let report: SimulationReport
    private let took: Duration
    private let command: (UInt64) -> String

    /// - Parameters:
    ///   - took: by the machine's clock.
    ///   - command: plays one seed again.
    init(_ report: SimulationReport, took: Duration, command: @escaping (UInt64) -> String) {
        self.report = report
        self.took = took
        self.command = command
    }

    private var seconds: Double {
        Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    }

    /// Simulated time by real time.
    private var speed: Double { report.length.seconds / max(seconds, 1e-9) }

    /// What to say when something broke: what, and how to see it again.
    var verdict: String {
        let broken = report.results.filter { !$0.violations.isEmpty }
        guard let first = broken.first else {
            let seed = report.unequal.first ?? 0
            return "\(report.unequal.count) seeds do not play the same run twice; again: \(command(seed))"
        }
        return "\(broken.count) of \(report.results.count) seeds break an invariant; again: \(command(first.seed))"
    }

    // MARK: Text

    var text: String {
        var lines = [
            "\(report.results.count) seeds\(report.runs > report.results.count ? ", each twice" : ""): "
                + "\(report.length) simulated in \(String(format: "%.1f", seconds)) s, "
                + "\(String(format: "%.0f", speed)) times as fast as real time",
            "", Self.row("fault", "struck"),
        ]
        lines += report.faults.map { Self.row($0.name, "\($0.count)") }
        if report.faults.isEmpty { lines.append("none") }
        lines += ["", Self.row("invariant", "checked", "broken")]
        for (invariant, checks) in zip(Invariant.allCases, report.checks) {
            let broken = report.broken(invariant)
            let row = Self.row(checks.name, "\(checks.count)", "\(broken)")
            lines.append(broken > 0 ? Terminal.coloured(row, .red) : row)
        }
        lines += [
            "", Self.row("starts of the program", "\(report.starts)"), Self.row("trades", "\(report.trades)"),
            Self.row("naked seconds, all", String(format: "%.3f", report.naked.seconds)),
            Self.row("naked seconds, longest", String(format: "%.3f", report.longestNaked.seconds)),
            Self.row("records", "\(report.records)"), "journal hash                \(report.journal)",
        ]
        lines += broken
        return lines.joined(separator: "\n") + "\n"
    }

    private var broken: [String] {
        var lines: [String] = []
        for result in report.results.filter({ !$0.violations.isEmpty }).prefix(10) {
            lines += ["", Terminal.coloured("seed \(result.seed)", .bold) + ": \(command(result.seed))"]
            lines += result.violations.prefix(3).map { "  \($0)" }
            if result.violations.count > 3 { lines.append("  and \(result.violations.count - 3) more") }
        }
        for seed in report.unequal { lines += ["", "seed \(seed) is not the same run twice: \(command(seed))"] }
        return lines
    }

    private static func row(_ name: String, _ columns: String...) -> String {
        name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
    }

    // MARK: JSON

    var json: JSON {
        .object([
            ("schema", .integer(1)), ("seeds", .integer(report.results.count)), ("runs", .integer(report.runs)),
            ("simulated_seconds", .number(report.length.seconds)), ("wall_seconds", .number(seconds)),
            ("speed", .number(speed)), ("starts", .integer(report.starts)), ("trades", .integer(report.trades)),
            ("records", .integer(report.records)), ("naked_seconds", .number(report.naked.seconds)),
            ("longest_naked_seconds", .number(report.longestNaked.seconds)),
            ("faults", .object(report.faults.map { ($0.name, .integer($0.count)) })),
            (
                "invariants",
                .object(
                    zip(Invariant.allCases, report.checks).map { invariant, checks in
                        (
                            checks.name,
                            .object([
                                ("checked", .integer(checks.count)), ("broken", .integer(report.broken(invariant))),
                            ])
                        )
                    })
            ),
            ("journal_hash", .string(report.journal)), ("clean", .bool(report.isClean)),
            ("unequal_seeds", .array(report.unequal.map { .string("\($0)") })),
            ("runs_by_seed", .array(report.results.map(Self.run))),
            (
                "broken",
                .array(
                    report.results.flatMap { result in
                        result.violations.map { violation in
                            JSON.object([
                                ("seed", .string("\(result.seed)")), ("time", .time(violation.time)),
                                ("invariant", .string(violation.invariant.rawValue)),
                                ("detail", .string(violation.detail)),
                                ("again", .string(command(result.seed))),
                            ])
                        }
                    })
            ),
        ])
    }

    private static func run(_ result: SimulationResult) -> JSON {
        .object([
            ("seed", .string("\(result.seed)")), ("journal_hash", .string(result.journal)),
            ("records", .integer(result.records)), ("starts", .integer(result.starts)),
            ("trades", .integer(result.trades)), ("naked_seconds", .number(result.naked.seconds)),
            ("broken", .integer(result.violations.count)),
        ])
    }
}
